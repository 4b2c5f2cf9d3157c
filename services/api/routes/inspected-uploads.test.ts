// Uploads that are inspected before they are imported: asked for by the sender, the collection or the server; confirmed, discarded, forgotten.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collection } from "#services/contract/collections.ts";
import {
  CONFIRM_DAYS,
  type Upload,
  upload,
  uploadAccepted,
  uploadList,
} from "#services/contract/uploads.ts";
import { millis } from "#services/domain/units.ts";
import { findUpload, storedBytes } from "#services/store/store.ts";
import { reconcile } from "#workers/reconcile.ts";
import { openTestApi, printerDay, type TestApi } from "../api.builders.ts";

const post = { method: "POST", status: 202 };

let api: TestApi;
/** A server that asks for every import; its clock is moved by tests. */
let careful: TestApi;
let passed = 0;

beforeAll(async () => {
  api = await openTestApi();
  careful = await openTestApi({
    env: { PARLANCE_CONFIRM_IMPORTS: "always" },
    now: () => millis(Date.now() + passed),
  });
});
afterAll(async () => {
  await api.close();
  await careful.close();
});

/** Sends a file and waits until nothing goes on by itself. */
const send = async (to: TestApi, of: string, query = ""): Promise<Upload> => {
  const path = `/api/v1/collections/${of}/uploads?filename=2008-01-03.log${query}`;
  const sent = await to.ask(path, { method: "PUT", body: printerDay });
  return rested(to, uploadAccepted.parse(await sent.json()).id);
};

const rested = async (to: TestApi, id: string): Promise<Upload> => {
  await (await to.ask(`/api/v1/uploads/${id}/events`)).text();
  return to.read(upload, `/api/v1/uploads/${id}`);
};

const messagesIn = async (to: TestApi, id: string): Promise<number> =>
  (await to.read(collection, `/api/v1/collections/${id}`)).messages;

describe("an upload that is inspected first", () => {
  it("waits with a report, and is imported once it is confirmed; confirming it again changes nothing", async () => {
    const { id } = await api.makeCollection("Printers");
    const waiting = await send(api, id, "&inspect=true");
    expect(waiting).toMatchObject({
      state: "unconfirmed",
      format: "IRC logs",
      inspection: {
        messages: 8,
        authors: { count: 4 },
        preview: {
          conversations: { new: 1, extended: 0, changed: 0, unchanged: 0 },
          entries: { new: 8, known: 0, changed: 0, gone: 0 },
        },
      },
    });
    expect(await messagesIn(api, id)).toBe(0);
    const at = `/api/v1/uploads/${waiting.id}`;
    expect((await api.read(upload, `${at}/confirm`, post)).inspection).toBeNull();
    expect(await rested(api, waiting.id)).toMatchObject({
      state: "done",
      confirmBy: null,
      progress: { newMessages: 8 },
    });
    expect((await api.read(upload, `${at}/confirm`, post)).state).toBe("done");
    expect(await messagesIn(api, id)).toBe(8);
    const again = await send(api, id, "&inspect=true");
    expect(again.inspection?.preview).toEqual({
      conversations: { new: 0, extended: 0, changed: 0, unchanged: 1 },
      entries: { new: 0, known: 8, changed: 0, gone: 0 },
    });
  });

  it("is gone when it is discarded", async () => {
    const { id } = await api.makeCollection("Discarded");
    const waiting = await send(api, id, "&inspect=true");
    await api.ask(`/api/v1/uploads/${waiting.id}`, { method: "DELETE" });
    const { uploads } = await api.read(uploadList, `/api/v1/collections/${id}/uploads`);
    expect(uploads).toEqual([]);
    expect(await api.refusal(`/api/v1/uploads/${waiting.id}/confirm`, post)).toEqual([
      404,
      "unknown-upload",
    ]);
  });

  it("is confirmed only while it waits", async () => {
    const { id } = await api.makeCollection("Unasked");
    const done = await send(api, id);
    expect(done.state).toBe("done");
    expect(await api.refusal(`/api/v1/uploads/${done.id}/confirm`, post)).toEqual([
      409,
      "wrong-state",
    ]);
  });
});

describe("the setting", () => {
  it("of a collection asks for every import, whatever the sender wants", async () => {
    const { id } = await api.makeCollection("Asked");
    const body = { confirmImports: "always" };
    const path = `/api/v1/collections/${id}`;
    expect(await api.read(collection, path, { method: "PATCH", body })).toMatchObject({
      confirmImports: "always",
      confirmsImports: true,
    });
    expect((await send(api, id, "&inspect=false")).state).toBe("unconfirmed");
    const form = new FormData();
    form.append("file", new Blob([printerDay]), "2008-01-04.log");
    const sent = await api.ask(`${path}/uploads`, { method: "POST", body: form });
    const [one] = uploadList.parse(await sent.json()).uploads;
    expect(await rested(api, one?.id ?? "")).toMatchObject({ state: "unconfirmed" });
  });

  it("of the server holds where a collection has none", async () => {
    const { id, confirmsImports } = await careful.makeCollection("Default");
    expect(confirmsImports).toBe(true);
    expect((await send(careful, id)).state).toBe("unconfirmed");
    const body = { confirmImports: "never" };
    await careful.read(collection, `/api/v1/collections/${id}`, { method: "PATCH", body });
    expect((await send(careful, id)).state).toBe("done");
  });
});

describe("an upload that nobody confirms", () => {
  it("says until when it waits, then ends and says why; its file is deleted", async () => {
    const { id } = await careful.makeCollection("Forgotten");
    const waiting = await send(careful, id);
    const days = CONFIRM_DAYS * 24 * 3_600_000;
    expect(waiting.confirmBy).toBeGreaterThan(Date.now() + days - 60_000);
    const kept = await storedBytes(careful.parlance.store.rows);
    await reconcile(careful.instance);
    const at = `/api/v1/uploads/${waiting.id}`;
    expect((await careful.read(upload, at)).state).toBe("unconfirmed");
    passed = days + 1000;
    await reconcile(careful.instance);
    expect(await careful.read(upload, at)).toMatchObject({
      state: "cancelled",
      error: { code: "not-confirmed" },
      inspection: null,
    });
    expect((await careful.ask(`${at}/original`)).status).toBe(404);
    expect(await careful.refusal(`${at}/retry`, post)).toEqual([409, "file-deleted"]);
    const other = { method: "PUT", body: { text: [{ column: "a" }] } };
    expect(await careful.refusal(`${at}/columns`, other)).toEqual([409, "file-deleted"]);
    // Nothing that was taken from the file is left.
    expect(await findUpload(careful.parlance.store.rows, waiting.id as never)).toMatchObject({
      inspection: null,
      seen_tables: null,
      chosen_columns: null,
      used_columns: null,
    });
    // So is the one that waited in the test before.
    expect(await storedBytes(careful.parlance.store.rows)).toBe(kept - 2 * printerDay.length);
  });
});
