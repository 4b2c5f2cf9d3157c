// Other columns for files that were read, or that have to be confirmed: nothing is lost where the new reading fails, nor imported unasked.

import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collection } from "#services/contract/collections.ts";
import { uploadColumns } from "#services/contract/columns.ts";
import { problem } from "#services/contract/common.ts";
import { type Upload, upload, uploadList } from "#services/contract/uploads.ts";
import { readCollectionId, type UploadId } from "#services/domain/ids.ts";
import { blobPrefix, createUpload } from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";
import { takeUpload } from "../intake.ts";
import { uploadIdOf } from "../upload-of-path.ts";

const post = { method: "POST", status: 202 };

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const talk =
  "time,channel,author,text,extra\n2026-02-01 10:00,a,Ida,hi,\n2026-02-01 10:01,b,Olav,yes,\n2026-02-01 10:02,a,Ida,so,\n";
const mapping = { text: [{ column: "text" }], author: "author" };

const ended = async (id: string): Promise<Upload> => {
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  return api.read(upload, `/api/v1/uploads/${id}`);
};

const sent = async (into: string, text = talk, query = "filename=talk.csv"): Promise<Upload> => {
  const path = `/api/v1/collections/${into}/uploads?${query}`;
  const answer = await api.ask(path, { method: "PUT", body: text });
  return ended(upload.parse(await answer.json()).id);
};

const columnsOf = (id: string) => `/api/v1/uploads/${id}/columns`;
const choose = async (id: string, body: unknown): Promise<Upload> => {
  const made = await api.read(upload, columnsOf(id), { method: "PUT", body, status: 202 });
  return ended(made.id);
};
const refused = (id: string, body: unknown) => api.refusal(columnsOf(id), { method: "PUT", body });

const uploadsIn = async (id: string) =>
  (await api.read(uploadList, `/api/v1/collections/${id}/uploads`)).uploads.map((one) => one.id);
const messagesIn = async (id: string) =>
  (await api.read(collection, `/api/v1/collections/${id}`)).messages;

describe("a file that was read, and is read again with other columns", () => {
  it("keeps what it brought where the new reading brings nothing", async () => {
    const { id } = await api.makeCollection("Kept");
    const read = await sent(id);
    expect(read).toMatchObject({ state: "done", progress: { newMessages: 3 } });
    const made = await choose(read.id, {
      text: [
        { column: "extra", role: "user" },
        { column: "extra", role: "assistant" },
      ],
    });
    expect(made).toMatchObject({ state: "done", progress: { newMessages: 0 } });
    expect(await uploadsIn(id)).toEqual([made.id, read.id]);
    expect(await messagesIn(id)).toBe(3);
    // Read with columns that bring something, it takes the place of both.
    const again = await choose(made.id, mapping);
    expect(again.state).toBe("done");
    expect(await uploadsIn(id)).toEqual([again.id]);
  });

  it("is refused where no table has the columns, and where it has no tables", async () => {
    const { id } = await api.makeCollection("Refused");
    const read = await sent(id);
    expect(await refused(read.id, { text: [{ column: "words" }] })).toEqual([
      400,
      "missing-columns",
    ]);
    expect(await refused(read.id, { ...mapping, sheet: "Talk" })).toEqual([400, "missing-columns"]);
    expect(await refused(read.id, { text: [{ column: "6" }], headings: false })).toEqual([
      400,
      "missing-columns",
    ]);
    const log = await sent(id, "[10:00] <ada> hi\n", "filename=a.log");
    expect(log.state).toBe("done");
    expect(await refused(log.id, mapping)).toEqual([409, "no-tables"]);
    expect((await uploadsIn(id)).length).toBe(2);
  });

  it("is inspected first where imports have to be confirmed, and replaced once it is confirmed and read", async () => {
    const { id } = await api.makeCollection("Confirmed");
    const read = await sent(id);
    await api.read(collection, `/api/v1/collections/${id}`, {
      method: "PATCH",
      body: { confirmImports: "always" },
    });
    const made = await choose(read.id, mapping);
    expect(made.state).toBe("unconfirmed");
    expect(await uploadsIn(id)).toEqual([made.id, read.id]);
    await api.read(upload, `/api/v1/uploads/${made.id}/confirm`, post);
    expect((await ended(made.id)).state).toBe("done");
    expect(await uploadsIn(id)).toEqual([made.id]);
  });
});

describe("a copy of a file that is to be read again", () => {
  const minutes = (count: number) => count * 60_000;
  const begun = (id: string, msAgo: number) =>
    api.parlance.store.rows
      .updateTable("uploads")
      .set({ created_at: Date.now() - msAgo })
      .where("id", "=", id as never)
      .execute();
  const collectionOf = (text: string) => {
    const id = readCollectionId(text);
    if (id === undefined) throw new Error(text);
    return id;
  };
  /** What a server leaves that ends while it copies. */
  const left = async (into: string, replaces: UploadId): Promise<UploadId> => {
    const { store, blobs } = api.parlance;
    const id = await createUpload(store, {
      cleaner,
      collection: collectionOf(into),
      filename: "talk.csv",
      replaces,
    });
    await blobs.put(blobPrefix(id), Readable.from([Buffer.from("time,chan")]));
    return id;
  };
  const blobsOf = async (id: UploadId) => {
    const keys: string[] = [];
    for await (const { key } of api.parlance.blobs.list(blobPrefix(id))) keys.push(key);
    return keys;
  };
  const problemOf = async (id: string) => {
    const answer = await api.ask(columnsOf(id), {
      method: "PUT",
      body: JSON.stringify(mapping),
      headers: { "content-type": "application/json" },
    });
    return problem.parse(await answer.json());
  };

  it("that a server did not end is abandoned after some minutes, and can be deleted before", async () => {
    const { id } = await api.makeCollection("Left");
    const read = await sent(id);
    const copy = await left(id, uploadIdOf(read.id));
    expect(await blobsOf(copy)).toHaveLength(1);
    await begun(copy, minutes(9));
    expect(await problemOf(read.id)).toMatchObject({
      code: "being-replaced",
      hint: "Wait until its file is here, or delete it.",
    });
    expect(await uploadsIn(id)).toContain(copy);
    await begun(copy, minutes(11));
    const made = await choose(read.id, mapping);
    expect(made.state).toBe("done");
    expect(await uploadsIn(id)).toEqual([made.id]);
    expect(await blobsOf(copy)).toEqual([]);
    const another = await left(id, uploadIdOf(made.id));
    expect(await refused(made.id, mapping)).toEqual([409, "being-replaced"]);
    await api.ask(`/api/v1/uploads/${another}`, { method: "DELETE" });
    expect((await choose(made.id, mapping)).state).toBe("done");
  });

  it("goes on as long as a request makes it, and says what can be done once it waits for a person", async () => {
    const { id } = await api.makeCollection("Slow");
    const read = await sent(id);
    const { promise: isLate, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
    const slow = async function* () {
      begin();
      await isLate;
      yield Buffer.from(talk);
    };
    const taken = takeUpload(
      { parlance: api.parlance, wake: () => api.instance.bus.wake() },
      {
        collection: collectionOf(id),
        filename: "talk.csv",
        bytes: slow(),
        mostBytes: 0,
        replaces: uploadIdOf(read.id),
        isToBeConfirmed: true,
      },
    );
    await hasBegun;
    const [copy = ""] = await uploadsIn(id);
    await begun(copy, minutes(11));
    expect((await problemOf(read.id)).code).toBe("being-replaced");
    goOn();
    expect((await taken).id).toBe(copy);
    expect((await ended(copy)).state).toBe("unconfirmed");
    expect(await problemOf(read.id)).toMatchObject({
      code: "being-replaced",
      hint: "Confirm it, or delete it.",
    });
  });
});

describe("a file that was inspected", () => {
  const rows = "Wann;Wer;Was\n2026-02-01 10:00;Ida;hi\n2026-02-01 10:01;Olav;yes\n";
  const chosen = encodeURIComponent("text=Was,author=Wer");
  const inspected = (id: string) => sent(id, rows, `filename=a.csv&inspect=true&columns=${chosen}`);

  it("has no texts of messages in its report: they are shown with its columns", async () => {
    const { id } = await api.makeCollection("Reported");
    const waiting = await inspected(id);
    expect(waiting.inspection?.tables).toMatchObject([
      { columns: ["Wann", "Wer", "Was"], rows: [] },
    ]);
    expect((await api.read(uploadColumns, columnsOf(waiting.id))).tables[0]?.rows).toHaveLength(2);
  });

  it("is not imported by the confirmation of an earlier report", async () => {
    const { id } = await api.makeCollection("Again");
    const first = await inspected(id);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await choose(first.id, { text: [{ column: "Wer" }] });
    expect(second).toMatchObject({ id: first.id, state: "unconfirmed" });
    const confirm = (one: Upload) =>
      `/api/v1/uploads/${one.id}/confirm?inspectedAt=${one.inspection?.inspectedAt}`;
    expect(await api.refusal(confirm(first), post)).toEqual([409, "inspected-again"]);
    expect(await messagesIn(id)).toBe(0);
    await api.read(upload, confirm(second), post);
    expect((await ended(first.id)).state).toBe("done");
  });

  it("and confirmed, and was cancelled before it was read, is inspected again with other columns", async () => {
    const { id } = await api.makeCollection("Cancelled");
    const { id: waiting } = await inspected(id);
    const { rows: all } = api.parlance.store;
    await all
      .updateTable("uploads")
      .set({ state: "cancelled", confirmation: "given" })
      .where("id", "=", waiting as never)
      .execute();
    expect((await choose(waiting, { text: [{ column: "Wer" }] })).state).toBe("unconfirmed");
    expect(await messagesIn(id)).toBe(0);
  });
});
