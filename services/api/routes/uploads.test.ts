// Uploads over HTTP: raw and multipart, the same one twice, followed, fetched back, stopped, deleted, refused.
import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problem } from "#services/contract/common.ts";
import { upload, uploadAccepted, uploadList } from "#services/contract/uploads.ts";
import { readUploadId } from "#services/domain/ids.ts";
import { findUpload } from "#services/store/store.ts";
import { openTestApi, printerDay, type TestApi } from "../api.builders.ts";
import { attachment } from "../disposition.ts";
import { fileNameOf, paced } from "../intake.ts";

let api: TestApi;
let idle: TestApi;
let id: string;
let path: string;
let waiting: string;

beforeAll(async () => {
  api = await openTestApi();
  id = (await api.makeCollection("Files")).id;
  path = `/api/v1/collections/${id}/uploads`;
  // Nobody works here: what is sent stays queued.
  idle = await openTestApi({ idle: true, env: { PARLANCE_MAX_UPLOAD_BYTES: "1000" } });
  waiting = `/api/v1/collections/${(await idle.makeCollection("Idle")).id}/uploads`;
});
afterAll(async () => {
  await api.close();
  await idle.close();
});

const put = (
  to: TestApi,
  at: string,
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = {},
) =>
  to.ask(`${at}?filename=2008-01-03.log`, {
    method: "PUT",
    body,
    headers,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  } as RequestInit);

describe("a raw upload", () => {
  it("is accepted, read and shown; its events end in a final state", async () => {
    const answer = await put(api, path, printerDay);
    expect(answer.status).toBe(202);
    const accepted = uploadAccepted.parse(await answer.json());
    expect(accepted).toMatchObject({ filename: "2008-01-03.log", bytes: printerDay.length });
    const events = await api.ask(`/api/v1/uploads/${accepted.id}/events`);
    expect(events.headers.get("content-type")).toContain("text/event-stream");
    const told = (await events.text())
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => upload.parse(JSON.parse(line.slice(6))));
    expect(told.at(-1)).toMatchObject({ state: "done", progress: { newMessages: 8 } });
    const { uploads } = await api.read(uploadList, path);
    expect(uploads.map((one) => one.id)).toContain(accepted.id);
  });

  it("comes back byte for byte, as a download that no browser runs", async () => {
    const { uploads } = await api.read(uploadList, path);
    const answer = await api.ask(`/api/v1/uploads/${uploads[0]?.id}/original`);
    const { headers } = answer;
    expect(await answer.text()).toBe(printerDay);
    expect(headers.get("content-disposition")).toContain("attachment;");
    expect(headers.get("content-security-policy")).toContain("sandbox");
    expect(headers.get("content-length")).toBe(String(printerDay.length));
  });

  it("comes back in parts", async () => {
    const { uploads } = await api.read(uploadList, path);
    const original = `/api/v1/uploads/${uploads[0]?.id}/original`;
    const part = async (range: string, more: Record<string, string> = {}) => {
      const answer = await api.ask(original, { headers: { range, ...more } });
      const { headers } = answer;
      return [
        answer.status,
        headers.get("content-range"),
        headers.get("content-length"),
        await answer.text(),
      ];
    };
    const { length } = printerDay;
    expect(await part("bytes=8-13")).toEqual([
      206,
      `bytes 8-13/${length}`,
      "6",
      printerDay.slice(8, 14),
    ]);
    const tail = printerDay.slice(-10);
    const tailRange = `bytes ${length - 10}-${length - 1}/${length}`;
    expect(await part("bytes=-10")).toEqual([206, tailRange, "10", tail]);
    expect(await part(`bytes=${length - 10}-`)).toEqual([206, tailRange, "10", tail]);
    const whole = [200, null, String(length), printerDay];
    expect(await part("bytes=0-1,4-5")).toEqual(whole);
    expect(await part("bytes=0-1", { "if-range": '"another"' })).toEqual(whole);
    const etag = (await api.ask(original, { method: "HEAD" })).headers.get("etag") ?? "";
    expect((await part("bytes=0-1", { "if-range": etag }))[0]).toBe(206);
    const beyond = await api.ask(original, { headers: { range: `bytes=${length}-` } });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([
      416,
      `bytes */${length}`,
    ]);
    expect(problem.parse(await beyond.json()).code).toBe("range-not-satisfiable");
  });

  it("says so when the file kept of it is gone or cut short", async () => {
    const sent = uploadAccepted.parse(await (await put(idle, waiting, "[10:00] <a> here")).json());
    const original = `/api/v1/uploads/${sent.id}/original`;
    const folder = join(idle.folder, "home", "blobs", "uploads", sent.id);
    await truncate(join(folder, sent.sha256), 5);
    expect(await idle.refusal(original)).toEqual([500, "blob-damaged"]);
    await rm(folder, { recursive: true });
    expect(await idle.refusal(original)).toEqual([500, "blob-missing"]);
  });

  it("with the same Idempotency-Key is the same upload", async () => {
    const key = { "idempotency-key": "key-1" };
    const first = uploadAccepted.parse(
      await (await put(idle, waiting, "[10:00] <a> b", key)).json(),
    );
    const again = uploadAccepted.parse(
      await (await put(idle, waiting, "[10:00] <a> b", key)).json(),
    );
    expect(again.id).toBe(first.id);
  });

  it("sent many times at once with one Idempotency-Key is one upload", async () => {
    const key = { "idempotency-key": "key-2" };
    const before = (await idle.read(uploadList, waiting)).uploads.length;
    const sent = Array.from({ length: 6 }, () => put(idle, waiting, "[10:00] <a> b", key));
    const answers = await Promise.all(sent);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
    expect((await idle.read(uploadList, waiting)).uploads).toHaveLength(before + 1);
  });

  it("is refused where it is empty, too large, nameless or for nobody", async () => {
    const refusal = (at: string, init: RequestInit) => idle.refusal(at, { init });
    const body = "x".repeat(2000);
    expect(await refusal(`${waiting}?filename=a.log`, { method: "PUT", body })).toEqual([
      413,
      "upload-too-large",
    ]);
    expect(await refusal(`${waiting}?filename=a.log`, { method: "PUT" })).toEqual([
      400,
      "empty-upload",
    ]);
    expect(await refusal(`${waiting}?filename=a.log`, { method: "PUT", body: "" })).toEqual([
      400,
      "empty-upload",
    ]);
    expect(await refusal(waiting, { method: "PUT", body })).toEqual([400, "bad-request"]);
    expect(await refusal(`${waiting}?filename=..`, { method: "PUT", body })).toEqual([
      400,
      "bad-filename",
    ]);
    const nowhere = "/api/v1/collections/col_00000000/uploads?filename=a";
    expect(await refusal(nowhere, { method: "PUT", body })).toEqual([404, "unknown-collection"]);
    const { uploads } = await idle.read(uploadList, waiting);
    expect(uploads.every(({ state }) => state === "queued")).toBe(true);
  });

  it("that is no chat log by its first bytes is refused at once, however they come", async () => {
    const before = (await idle.read(uploadList, waiting)).uploads.length;
    const picture = new TextEncoder().encode("%PDF-1.7\n");
    const bytewise = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of picture) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
    for (const body of ["%PDF-1.7\n", bytewise()]) {
      const answer = await put(idle, waiting, body);
      expect(problem.parse(await answer.json())).toMatchObject({
        status: 415,
        code: "binary-file",
        detail: expect.stringContaining("a PDF document"),
        hint: expect.any(String),
      });
    }
    const form = new FormData();
    form.append("file", new Blob(["GIF89a\0\0"]), "cat.gif");
    expect(await idle.refusal(waiting, { init: { method: "POST", body: form } })).toEqual([
      415,
      "binary-file",
    ]);
    expect((await idle.read(uploadList, waiting)).uploads).toHaveLength(before);
  });

  it("that breaks off leaves nothing", async () => {
    const before = (await idle.read(uploadList, waiting)).uploads.length;
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("half")),
      pull: (controller) => controller.error(new Error("the cable")),
    });
    const answer = await put(idle, waiting, broken);
    expect([answer.status, problem.parse(await answer.json()).code]).toEqual([
      400,
      "upload-broken",
    ]);
    expect((await idle.read(uploadList, waiting)).uploads).toHaveLength(before);
  });

  it.each(["upload", "collection"])(
    "whose %s is deleted while it comes leaves no file",
    async (what) => {
      const { id: home } = await api.makeCollection(`Gone ${what}`);
      const at = `/api/v1/collections/${home}/uploads`;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const answering = put(api, at, readable);
      await writer.write(new TextEncoder().encode("[00:00] <anna> one\n"));
      await expect.poll(async () => (await api.read(uploadList, at)).uploads.length).toBe(1);
      const [coming] = (await api.read(uploadList, at)).uploads;
      expect(coming?.state).toBe("receiving");
      const gone =
        what === "upload" ? `/api/v1/uploads/${coming?.id}` : `/api/v1/collections/${home}`;
      expect((await api.ask(gone, { method: "DELETE" })).status).toBe(202);
      const upload = readUploadId(coming?.id ?? "");
      const row = async () => upload && findUpload(api.parlance.store.rows, upload);
      // The erasure has removed all files that it found.
      await expect.poll(row, { timeout: 10_000 }).toBeUndefined();
      await writer.write(new TextEncoder().encode("[00:01] <anna> two\n"));
      await writer.close();
      const answer = await answering;
      expect([answer.status, problem.parse(await answer.json()).code]).toEqual([
        404,
        "unknown-upload",
      ]);
      const files = [];
      for await (const { key } of api.parlance.blobs.list(`uploads/${coming?.id}`)) files.push(key);
      expect(files).toEqual([]);
    },
  );

  it("is held to a pace", async () => {
    const never: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const drain = async () => {
      for await (const _ of paced(never, { idleMs: 5, slow: { bytes: 1, overMs: 1000 } }));
    };
    await expect(drain()).rejects.toMatchObject({ code: "upload-too-slow", status: 408 });
  });

  it("does not gather in memory", async () => {
    const size = 256 * 1024 * 1024;
    const piece = new TextEncoder().encode(`${"x".repeat(1023)}\n`.repeat(64));
    const large = await openTestApi({ idle: true });
    const { id: to } = await large.makeCollection("Large");
    let sent = 0;
    let most = 0;
    const start = process.memoryUsage().arrayBuffers;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - start);
        if (sent >= size) controller.close();
        else controller.enqueue(piece.slice());
        sent += piece.length;
      },
    });
    const answer = await put(large, `/api/v1/collections/${to}/uploads`, body);
    expect(uploadAccepted.parse(await answer.json()).bytes).toBe(size);
    // What the collector has not yet taken is there too; held bytes would be all of them.
    expect(most).toBeLessThan(0.7 * size);
    await large.close();
  });
});

describe("a multipart upload", () => {
  const form = (...files: [string, string][]) => {
    const data = new FormData();
    data.set("note", "not a file");
    for (const [name, text] of files) data.append("file", new File([text], name));
    return data;
  };

  it("takes several files, one after the other", async () => {
    const answer = await idle.ask(waiting, {
      method: "POST",
      body: form(["a.log", "[10:00] <a> one"], ["../../b.log", "[10:00] <b> two"]),
    });
    expect(answer.status).toBe(202);
    const { uploads } = uploadList.parse(await answer.json());
    expect(uploads.map(({ filename }) => filename)).toEqual(["a.log", "b.log"]);
  });

  it("is refused without a file, broken, of another type, or too large", async () => {
    const refusal = (init: RequestInit) => idle.refusal(waiting, { init });
    expect(await refusal({ method: "POST", body: form() })).toEqual([400, "bad-multipart"]);
    const type = { "content-type": "multipart/form-data; boundary=x" };
    expect(await refusal({ method: "POST", body: "--x\r\nbroken", headers: type })).toEqual([
      400,
      "bad-multipart",
    ]);
    expect(await refusal({ method: "POST", body: "text" })).toEqual([415, "not-multipart"]);
    const large = form(["a.log", "x".repeat(2000)]);
    expect(await refusal({ method: "POST", body: large })).toEqual([413, "upload-too-large"]);
  });
});

describe("an upload's life", () => {
  it("is cancelled, retried and deleted, each only where it may be", async () => {
    const sent = uploadAccepted.parse(await (await put(idle, waiting, "[10:00] <a> c")).json());
    const at = `/api/v1/uploads/${sent.id}`;
    const post = { method: "POST", status: 202 };
    expect(await idle.refusal(`${at}/retry`, { method: "POST" })).toEqual([409, "wrong-state"]);
    expect((await idle.read(upload, `${at}/cancel`, post)).state).toBe("cancelled");
    expect((await idle.read(upload, `${at}/retry`, post)).state).toBe("queued");
    expect((await idle.ask(at, { method: "DELETE" })).status).toBe(202);
    for (const gone of [at, `${at}/original`, `${at}/events`])
      expect(await idle.refusal(gone)).toEqual([404, "unknown-upload"]);
    expect(await idle.refusal(at, { method: "DELETE" })).toEqual([404, "unknown-upload"]);
    expect(await idle.refusal("/api/v1/uploads/nonsense")).toEqual([404, "unknown-upload"]);
  });
});

describe("names of files", () => {
  it("lose their folders and their tricks", () => {
    expect(fileNameOf("C:\\users\\a\\chat.zip")).toBe("chat.zip");
    expect(fileNameOf("../../etc/passwd")).toBe("passwd");
    expect(fileNameOf("a\u0000\u202eb.log")).toBe("ab.log");
    expect(() => fileNameOf("a/")).toThrow("no file name");
  });

  it("survive a header in any script", () => {
    expect(attachment('kä"se\r\n.zip')).toBe(
      `attachment; filename="k__se__.zip"; filename*=UTF-8''k%C3%A4%22se%0D%0A.zip`,
    );
  });
});
