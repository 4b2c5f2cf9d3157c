// Cursors over HTTP: what does not belong to a list is refused by every list, and never answered with its first page.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conversationList } from "#services/contract/conversations.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { uploadList } from "#services/contract/uploads.ts";
import { openTestApi, printerDay, type TestApi } from "../api.builders.ts";

let api: TestApi;
let at: string;
let conversation: string;

beforeAll(async () => {
  api = await openTestApi();
  const { id } = await api.makeCollection("Printers");
  at = `/api/v1/collections/${id}`;
  for (const day of ["01", "02", "03"])
    await api.importText(id, `#printers.2024-01-${day}.txt`, printerDay);
  const list = await api.read(conversationList, `${at}/conversations`);
  conversation = list.conversations[0]?.id ?? "";
});
afterAll(() => api.close());

const garbage = [
  "",
  "x",
  "-1",
  "1e3",
  "0x10",
  " 7",
  "99999999999999",
  "newest~~",
  "~",
  "..",
  "upl_gone",
];

describe("a cursor that is none", () => {
  it.each(garbage)("is refused by every list: %j", async (text) => {
    const cursor = encodeURIComponent(text);
    for (const path of [
      `${at}/conversations?cursor=${cursor}`,
      `${at}/uploads?cursor=${cursor}`,
      `${at}/versions?cursor=${cursor}`,
      `/api/v1/conversations/${conversation}?cursor=${cursor}`,
      `/api/v1/alerts?cursor=${cursor}`,
      `/api/v1/alerts?collection=${at.split("/").at(-1)}&cursor=${cursor}`,
    ])
      expect(await api.refusal(path), path).toEqual([400, "bad-cursor"]);
    for (const path of [`${at}/search`, "/api/v1/search"])
      expect(await api.refusal(path, { body: { query: "", cursor: text } }), path).toEqual([
        400,
        "bad-cursor",
      ]);
  });
});

describe("a cursor of another list", () => {
  it("is refused: of another order, of another question, of an upload that is gone", async () => {
    const page = await api.read(conversationList, `${at}/conversations?limit=1&sort=newest`);
    expect(page.nextCursor).not.toBeNull();
    const cursor = encodeURIComponent(page.nextCursor ?? "");
    for (const sort of ["oldest", "longest"])
      expect(await api.refusal(`${at}/conversations?sort=${sort}&cursor=${cursor}`)).toEqual([
        400,
        "bad-cursor",
      ]);
    const next = await api.read(
      conversationList,
      `${at}/conversations?limit=1&sort=newest&cursor=${cursor}`,
    );
    expect(next.conversations[0]?.id).not.toBe(page.conversations[0]?.id);
    const found = await api.read(searchAnswer, `${at}/search`, {
      body: { query: "printer", limit: 1 },
    });
    expect(found.nextCursor).not.toBeNull();
    expect(
      await api.refusal(`${at}/search`, { body: { query: "kernel", cursor: found.nextCursor } }),
    ).toEqual([400, "bad-cursor"]);
    const other = await api.makeCollection("Elsewhere");
    const uploads = await api.read(uploadList, `${at}/uploads?limit=1`);
    expect(
      await api.refusal(`/api/v1/collections/${other.id}/uploads?cursor=${uploads.nextCursor}`),
    ).toEqual([400, "bad-cursor"]);
  });
});

describe("a cursor of a search in all collections", () => {
  it("leads on where a collection is made or renamed between two pages", async () => {
    const body = { query: "printer", mode: "lexical", units: ["message"], limit: 2, facets: false };
    const page = (cursor?: string | null) =>
      api.read(searchAnswer, "/api/v1/search", { body: cursor ? { ...body, cursor } : body });
    const { nextCursor, versions } = await page();
    expect(nextCursor).not.toBeNull();
    const before = await page(nextCursor);
    const { id } = await api.makeCollection("A printer that came later");
    await api.importText(id, "#later.2024-01-01.txt", printerDay);
    const after = await page(nextCursor);
    expect(after.hits).toEqual(before.hits);
    expect(after.versions).toEqual(versions);
  });
});
