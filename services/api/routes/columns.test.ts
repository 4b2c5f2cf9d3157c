// Columns of tables over HTTP: of an upload that was refused, of one that was read, sent with the file, kept for the next one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleaning } from "#services/contract/cleaning.ts";
import { keptColumnsList, textOfColumns, uploadColumns } from "#services/contract/columns.ts";
import { problem } from "#services/contract/common.ts";
import { conversationList } from "#services/contract/conversations.ts";
import { upload, uploadList } from "#services/contract/uploads.ts";
import { noCleaning } from "#services/domain/cleaning.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const rows = "Wann;Wer;Was\n2026-02-01 10:00;Ida;hi\n2026-02-01 10:01;Olav;yes\n";
const mapping = { text: [{ column: "Was" }], author: "Wer", time: "Wann" };

const ended = async (id: string) => {
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  return api.read(upload, `/api/v1/uploads/${id}`);
};

const sent = async (collection: string, text: string, columns = "") => {
  const path = `/api/v1/collections/${collection}/uploads?filename=talk.csv${columns}`;
  const answer = await api.ask(path, { method: "PUT", body: text });
  return ended(upload.parse(await answer.json()).id);
};

const choose = (id: string, body: unknown) =>
  api.ask(`/api/v1/uploads/${id}/columns`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("the columns of an upload", () => {
  it("are shown where it was refused, chosen, and kept for the next one", async () => {
    const { id } = await api.makeCollection("Chosen");
    const refused = await sent(id, rows);
    expect(refused).toMatchObject({ state: "failed", error: { code: "columns-unknown" } });
    const shown = await api.read(uploadColumns, `/api/v1/uploads/${refused.id}/columns`);
    expect(shown).toMatchObject({
      chosen: null,
      tables: [
        {
          columns: ["Wann", "Wer", "Was"],
          headings: "row",
          isRead: false,
          rows: [
            ["2026-02-01 10:00", "Ida", "hi"],
            ["2026-02-01 10:01", "Olav", "yes"],
          ],
        },
      ],
    });
    const answer = await choose(refused.id, mapping);
    expect(answer.status).toBe(202);
    expect(upload.parse(await answer.json()).id).toBe(refused.id);
    expect(await ended(refused.id)).toMatchObject({ state: "done", progress: { newMessages: 2 } });

    const kept = await api.read(keptColumnsList, `/api/v1/collections/${id}/columns`);
    expect(kept.columns).toMatchObject([{ columns: ["Wann", "Wer", "Was"], mapping }]);
    expect(await sent(id, rows.replace("hi", "hello"))).toMatchObject({ state: "done" });
    const forgotten = `/api/v1/collections/${id}/columns/${kept.columns[0]?.id}`;
    expect((await api.ask(forgotten, { method: "DELETE" })).status).toBe(200);
    expect((await api.ask(forgotten, { method: "DELETE" })).status).toBe(404);
    expect(await sent(id, rows.replace("hi", "hm"))).toMatchObject({ state: "failed" });
  });

  it("of one that was read are changed by reading it as a new upload; the one before is erased", async () => {
    const { id } = await api.makeCollection("Changed");
    const read = await sent(id, "channel,author,text\na,Ida,hi\nb,Olav,yes\na,Ida,so\n");
    expect(read).toMatchObject({ state: "done", progress: { newMessages: 3 } });
    const answer = await choose(read.id, { text: [{ column: "text" }], author: "author" });
    const made = upload.parse(await answer.json());
    expect(made.id).not.toBe(read.id);
    expect(await ended(made.id)).toMatchObject({ state: "done", progress: { newMessages: 3 } });
    const { uploads } = await api.read(uploadList, `/api/v1/collections/${id}/uploads`);
    expect(uploads.map((one) => one.id)).toEqual([made.id]);
    const left = async () =>
      (await api.read(conversationList, `/api/v1/collections/${id}/conversations`)).conversations;
    await expect.poll(async () => (await left()).length, { timeout: 20_000 }).toBe(1);
  });

  it("are shown as the cleaning rules have them, as are those that were chosen and are kept", async () => {
    const { id } = await api.makeCollection("Cleaned");
    const heading = "Wann;ann.berg@example.org;Was";
    const body = { text: [{ column: "Was" }], author: "ann.berg@example.org", time: "Wann" };
    const table = rows.replace("Wann;Wer;Was", heading);
    const read = await sent(id, table, `&columns=${encodeURIComponent(textOfColumns(body))}`);
    expect(read).toMatchObject({ state: "done" });
    const unread = await sent(id, `${heading};More\n1;2;3;4\n`);
    expect(unread).toMatchObject({ state: "failed", error: { code: "columns-unknown" } });
    expect(unread.error?.message).not.toContain("ann.berg");
    const wanted = { ...noCleaning, found: { ...noCleaning.found, email: "mask" } };
    await api.read(cleaning, `/api/v1/collections/${id}/cleaning`, {
      method: "PUT",
      body: wanted,
      status: 202,
    });
    const later = await sent(id, `${heading};Other\n1;2;3;4\n`);
    for (const path of [
      `/api/v1/uploads/${read.id}/columns`,
      `/api/v1/uploads/${later.id}/columns`,
      `/api/v1/collections/${id}/columns`,
    ]) {
      const shown = await (await api.ask(path)).text();
      expect(shown).not.toContain("ann.berg");
    }
    const { tables } = await api.read(uploadColumns, `/api/v1/uploads/${later.id}/columns`);
    expect(tables[0]?.columns).toEqual(["Wann", "«e-mail»", "Was", "Other"]);
  });

  it("may come with the file, as text", async () => {
    const { id } = await api.makeCollection("Sent");
    const columns = `&columns=${encodeURIComponent("text=Was,author=Wer,time=Wann")}`;
    expect(await sent(id, rows, columns)).toMatchObject({ state: "done" });
  });

  it("are refused where they say nothing", async () => {
    const { id } = await api.makeCollection("Refused");
    const path = `/api/v1/collections/${id}/uploads?filename=a.csv&columns=nothing`;
    const answer = await api.ask(path, { method: "PUT", body: rows });
    expect([answer.status, problem.parse(await answer.json()).code]).toEqual([400, "bad-columns"]);
    const refused = await sent(id, rows);
    expect((await choose(refused.id, { text: [] })).status).toBe(400);
  });
});
