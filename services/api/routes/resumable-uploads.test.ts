// Resumable uploads: the protocol's own client over connections that break, a server that is started again, and what is refused.
import { createHash, randomBytes } from "node:crypto";
import { connect as connectTo, createServer, type Server, type Socket } from "node:net";
import { DefaultHttpStack, Upload as TusUpload } from "tus-js-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problem } from "#services/contract/common.ts";
import { checkQuestion, failedStatus, isWorthRetrying } from "#services/contract/resumable.ts";
import { upload, uploadList } from "#services/contract/uploads.ts";
import { readUploadId } from "#services/domain/ids.ts";
import { anotherServer, openTestApi, printerDay, type TestApi } from "../api.builders.ts";
import { piecesPrefix, readPieces } from "../pieces.ts";
import { type RunningServer, startServer } from "../server.ts";

const tus = { "tus-resumable": "1.0.0" };
const metadata = (said: Readonly<Record<string, string>>): string =>
  Object.entries(said)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");

let api: TestApi;
let collection: string;
let path: string;

beforeAll(async () => {
  api = await openTestApi({ env: { PARLANCE_MAX_UPLOAD_BYTES: "60000000" } });
  collection = (await api.makeCollection("Files")).id;
  path = `/api/v1/collections/${collection}/uploads/resumable`;
});
afterAll(() => api.close());

const begin = async (
  bytes: number,
  said: Readonly<Record<string, string>> = { filename: "2008-01-03.log" },
  of: TestApi = api,
) => {
  const made = await of.ask(path, {
    method: "POST",
    headers: { ...tus, "upload-length": String(bytes), "upload-metadata": metadata(said) },
  });
  expect([made.status, made.headers.get("tus-resumable")]).toEqual([201, "1.0.0"]);
  const location = made.headers.get("location") ?? "";
  return { location, id: location.split("/").at(-1) ?? "" };
};
const patch = (location: string, offset: number, body: string | Uint8Array, of: TestApi = api) =>
  of.ask(location, {
    method: "PATCH",
    headers: {
      ...tus,
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
    body: body as string,
  });
const offsetOf = async (location: string, of: TestApi = api) => {
  const answer = await of.ask(location, { method: "HEAD", headers: tus });
  return [answer.status, answer.headers.get("upload-offset"), answer.headers.get("upload-length")];
};
/** The upload once nothing goes on by itself any more. */
const ended = async (id: string) => {
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  return api.read(upload, `/api/v1/uploads/${id}`);
};

describe("a file in parts", () => {
  it("is kept and read once all of it has come, and comes back byte for byte", async () => {
    const { length } = printerDay;
    const { location, id } = await begin(length);
    expect(location).toBe(`${path}/${id}`);
    expect((await patch(location, 0, printerDay.slice(0, 40))).status).toBe(204);
    expect(await offsetOf(location)).toEqual([200, "40", String(length)]);
    expect((await api.read(upload, `/api/v1/uploads/${id}`)).state).toBe("receiving");
    const last = await patch(location, 40, printerDay.slice(40));
    expect([last.status, last.headers.get("upload-offset")]).toEqual([204, String(length)]);
    expect(await ended(id)).toMatchObject({ state: "done", progress: { newMessages: 8 } });
    expect(await (await api.ask(`/api/v1/uploads/${id}/original`)).text()).toBe(printerDay);
    // What it was put together from is gone.
    const stored: string[] = [];
    for await (const { key } of api.parlance.blobs.list(`uploads/${id}`)) stored.push(key);
    expect(stored).toHaveLength(1);
    expect(await offsetOf(location)).toEqual([200, String(length), String(length)]);
  });

  it("goes on where another server has it, also from two servers at once", async () => {
    const other = await anotherServer(api);
    try {
      const { location, id } = await begin(printerDay.length);
      await patch(location, 0, printerDay.slice(0, 30));
      expect((await offsetOf(location, other))[1]).toBe("30");
      await patch(location, 30, printerDay.slice(30, 90), other);
      const rest = printerDay.slice(90);
      const both = await Promise.all([patch(location, 90, rest), patch(location, 90, rest, other)]);
      expect(both.map(({ status }) => status).filter((status) => status !== 204)).toEqual([]);
      expect((await ended(id)).state).toBe("done");
      expect(await (await api.ask(`/api/v1/uploads/${id}/original`)).text()).toBe(printerDay);
    } finally {
      await other.close();
    }
  });

  it("is put together when its client asks, where the server was stopped before", async () => {
    const { location, id } = await begin(printerDay.length);
    const { storePieces } = await import("../pieces.ts");
    const { readUploadId } = await import("#services/domain/ids.ts");
    const whole = readUploadId(id);
    if (whole === undefined) throw new Error(id);
    const bytes = async function* () {
      yield Buffer.from(printerDay);
    };
    await storePieces(api.parlance.blobs, whole, { offset: 0, bytes: bytes() });
    expect(await offsetOf(location)).toEqual([
      200,
      String(printerDay.length),
      String(printerDay.length),
    ]);
    expect((await ended(id)).state).toBe("done");
  });

  it("waits for somebody to confirm it where that was asked for", async () => {
    const { location, id } = await begin(printerDay.length, {
      filename: "2008-01-03.log",
      inspect: "true",
    });
    await patch(location, 0, printerDay);
    expect((await ended(id)).state).toBe("unconfirmed");
  });

  it("can be given up before it is whole, and not afterwards", async () => {
    const { location, id } = await begin(100);
    await patch(location, 0, "[10:00] <a> hello");
    const give = () => api.ask(location, { method: "DELETE", headers: tus });
    expect((await give()).status).toBe(204);
    expect((await api.ask(`/api/v1/uploads/${id}`)).status).toBe(404);
    for await (const { key } of api.parlance.blobs.list(`uploads/${id}`)) throw new Error(key);
    expect((await give()).status).toBe(404);
    const whole = await begin(printerDay.length);
    await patch(whole.location, 0, printerDay);
    expect((await api.ask(whole.location, { method: "DELETE", headers: tus })).status).toBe(400);
    expect((await ended(whole.id)).state).toBe("done");
  });
});

describe("an upload that is deleted while its bytes come", () => {
  const deleted = async (id: string) => {
    await api.ask(`/api/v1/uploads/${id}`, { method: "DELETE" });
    await expect.poll(async () => (await api.ask(`/api/v1/uploads/${id}`)).status).toBe(404);
  };
  const stored = async (id: string) => {
    const keys: string[] = [];
    for await (const { key } of api.parlance.blobs.list(`uploads/${id}`)) keys.push(key);
    return keys;
  };

  it("leaves nothing, and its sender is told", async () => {
    const { location, id } = await begin(printerDay.length);
    let go = () => {};
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(Buffer.from(printerDay.slice(0, 600)));
        await gone;
        controller.enqueue(Buffer.from(printerDay.slice(600)));
        controller.close();
      },
    });
    const sending = api.ask(location, {
      method: "PATCH",
      headers: {
        ...tus,
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
      },
      body,
      duplex: "half",
    } as RequestInit);
    await deleted(id);
    go();
    expect((await sending).status).toBe(404);
    expect(await stored(id)).toEqual([]);
  });
});

describe("what is refused", () => {
  const refused = async (answer: Response) => {
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const { status, code } = problem.parse(await answer.json());
    return [status, code];
  };
  const post = (headers: Record<string, string>) =>
    api.ask(path, { method: "POST", headers: { ...tus, ...headers } });
  const named = { "upload-metadata": metadata({ filename: "a.log" }) };

  it.each([
    ["no length", { ...named }, [400, "bad-upload-length"]],
    ["an empty file", { ...named, "upload-length": "0" }, [400, "empty-upload"]],
    ["a file over the limit", { ...named, "upload-length": "60000001" }, [413, "upload-too-large"]],
    ["no name", { "upload-length": "10" }, [400, "bad-filename"]],
  ])("%s", async (_, headers, expected) => {
    const before = (await api.read(uploadList, `/api/v1/collections/${collection}/uploads`))
      .uploads;
    expect(await refused(await post(headers as Record<string, string>))).toEqual(expected);
    const after = (await api.read(uploadList, `/api/v1/collections/${collection}/uploads`)).uploads;
    expect(after).toHaveLength(before.length);
  });

  it("what is no chat log, where its first part was too short to tell: nothing of it stays", async () => {
    const { location, id } = await begin(5000, { filename: "cat.png" });
    const picture = Buffer.alloc(5000);
    picture.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
    expect((await patch(location, 0, picture.subarray(0, 4))).status).toBe(204);
    expect(await refused(await patch(location, 4, picture.subarray(4)))).toEqual([
      415,
      "binary-file",
    ]);
    expect((await api.ask(`/api/v1/uploads/${id}`)).status).toBe(404);
  });

  it("bytes at another offset than the next one", async () => {
    const { location } = await begin(100);
    expect(await refused(await patch(location, 5, "hello"))).toEqual([409, "wrong-offset"]);
    expect((await offsetOf(location))[1]).toBe("0");
  });

  it("a file in too many parts, of which nothing more is taken: it can be given up and sent anew", async () => {
    const { location, id: text } = await begin(5000);
    const id = readUploadId(text) ?? expect.fail("It has no id.");
    const { blobs } = api.parlance;
    const one = async function* () {
      yield Buffer.from("x");
    };
    // As many requests of one byte leave behind.
    for (let from = 0; from < 4000; from += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          blobs.put(`${piecesPrefix(id)}/${from + at}`, one()),
        ),
      );
    expect(await refused(await patch(location, 4000, "x"))).toEqual([400, "too-many-parts"]);
    expect((await offsetOf(location))[0]).toBe(400);
    expect((await api.read(upload, `/api/v1/uploads/${id}`)).state).toBe("receiving");
    const given = await api.ask(location, { method: "DELETE", headers: tus });
    expect(given.status).toBe(204);
    expect((await api.ask(`/api/v1/uploads/${id}`)).status).toBe(404);
    expect(await readPieces(blobs, id)).toEqual([]);
  });

  it("a client of another protocol, and an upload of another collection", async () => {
    const { id, location } = await begin(100);
    expect(await refused(await api.ask(location, { method: "PATCH", body: "x" }))).toEqual([
      412,
      "not-resumable",
    ]);
    const other = (await api.makeCollection("Other")).id;
    const elsewhere = `/api/v1/collections/${other}/uploads/resumable/${id}`;
    expect(await refused(await patch(elsewhere, 0, "hello"))).toEqual([404, "unknown-upload"]);
  });

  it("what is no chat log by its first bytes: nothing of it stays", async () => {
    const { location, id } = await begin(5000, { filename: "cat.png" });
    const picture = Buffer.alloc(5000);
    picture.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
    expect(await refused(await patch(location, 0, picture))).toEqual([415, "binary-file"]);
    expect((await api.ask(`/api/v1/uploads/${id}`)).status).toBe(404);
  });
});

describe("the protocol's own client", () => {
  let server: RunningServer;
  let broken: Server;
  /** How many bytes each connection to the server passes on before it breaks; all of them once there are no more numbers. */
  let breaks: number[];
  let cuts = 0;
  let carried = 0;

  beforeAll(async () => {
    server = await startServer(api.instance);
    const port = Number(new URL(server.url).port);
    broken = createServer((client: Socket) => {
      const behind = connectTo(port, "127.0.0.1");
      let most: number | undefined;
      let passed = 0;
      behind.pipe(client);
      client.on("data", (data) => {
        passed += data.length;
        carried += data.length;
        if (!behind.write(data)) {
          client.pause();
          behind.once("drain", () => client.resume());
        }
        // Not of those that only ask how much has come.
        if (passed > 100_000) most ??= breaks.shift() ?? Number.POSITIVE_INFINITY;
        if (most === undefined || passed <= most) return;
        cuts++;
        client.destroy();
        behind.destroy();
      });
      for (const socket of [client, behind]) socket.on("error", () => undefined);
      client.on("close", () => behind.destroy());
    });
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    broken.close();
    await server.stop();
  });

  it("keeps what was sent where the server is away when it is asked how much has come", async () => {
    const file = Buffer.from(printerDay.repeat(40));
    const half = file.length >> 1;
    const { location, id } = await begin(file.length);
    await patch(location, 0, file.subarray(0, half));
    const asked: string[] = [];
    const stack = new DefaultHttpStack({});
    await new Promise<void>((resolve, reject) => {
      new TusUpload(file, {
        endpoint: `${server.url}${path}`,
        uploadUrl: `${server.url}${location}`,
        retryDelays: [0, 10, 20],
        // As the app and the command line have it; a proxy answers the first two questions.
        onAfterResponse: (request, answer) => {
          asked.push(request.getMethod());
          checkQuestion(request.getMethod(), asked.length < 3 ? 502 : answer.getStatus());
        },
        onShouldRetry: (error) => isWorthRetrying(failedStatus(error)),
        httpStack: stack,
        onError: reject,
        onSuccess: () => resolve(),
      }).start();
    });
    expect(asked).toEqual(["HEAD", "HEAD", "HEAD", "PATCH"]);
    expect((await ended(id)).sha256).toBe(createHash("sha256").update(file).digest("hex"));
  });

  it("sends 40 MB over connections that break four times, and little of it twice", async () => {
    const line = `[10:00] <anna> ${randomBytes(500).toString("hex")}\n`;
    const file = Buffer.from(line.repeat(Math.ceil(40_000_000 / line.length)));
    const address = broken.address();
    const port = typeof address === "object" ? address?.port : undefined;
    breaks = [3_000_000, 9_000_000, 1_000_000, 12_000_000];
    const url = await new Promise<string>((resolve, reject) => {
      const sending = new TusUpload(file, {
        endpoint: `http://127.0.0.1:${port}${path}`,
        retryDelays: [0, 50, 100, 200, 400, 800],
        metadata: { filename: "2008-01-03.log" },
        onError: reject,
        onSuccess: () => resolve(sending.url ?? ""),
      });
      sending.start();
    });
    expect(cuts).toBe(4);
    // From the beginning each time would be 65 MB; what was on its way when a connection broke is sent again.
    expect(carried).toBeLessThan(file.length + 12_000_000);
    const id = url.split("/").at(-1) ?? "";
    const kept = await api.read(upload, `/api/v1/uploads/${id}`);
    expect(kept.sha256).toBe(createHash("sha256").update(file).digest("hex"));
    await api.ask(`/api/v1/uploads/${id}/cancel`, { method: "POST" });
  });
});
