// Other columns for files that were read, or that have to be confirmed: nothing is lost where the new reading fails, nor imported unasked.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collection } from "#services/contract/collections.ts";
import { uploadColumns } from "#services/contract/columns.ts";
import { type Upload, upload, uploadList } from "#services/contract/uploads.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

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
