// Cleaning over HTTP: what is masked is in no answer and no file of the index, what is refused is nowhere, and counts agree.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleaning, cleaningPreview, findingList } from "#services/contract/cleaning.ts";
import { conversationList, conversationPage } from "#services/contract/conversations.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { upload } from "#services/contract/uploads.ts";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import { tracesOf } from "#workers/traces.builders.ts";
import { type ErasingApi, openErasingApi } from "../erasing.builders.ts";

const email = "anna.linde@hafenamt.example";
const token = `ghp_${"a1B2c3".repeat(6)}`;
const iban = "DE89370400440532013000";
const secrets = [email, token, iban];

const said = [
  `please write to ${email} about the tide gauge`,
  `the deploy token is ${token}, keep it safe`,
  `the berth is paid to ${iban} every month`,
  "> old words about lanterns\n\nthe lanterns are on the pier",
  "run this:\n```\nsudo fathom --sounding\n```\nand read the depth",
  "the crane is idle today",
];

const rules = (
  found: Partial<CleaningRules["found"]>,
  leaveOut: Partial<CleaningRules["leaveOut"]> = {},
): CleaningRules => ({
  leaveOut: { ...noCleaning.leaveOut, ...leaveOut },
  found: { ...noCleaning.found, ...found },
});

let api: ErasingApi;
beforeAll(async () => {
  api = await openErasingApi(["ingest", "embed", "commit", "analyse", "recut", "erase"]);
}, 120_000);
afterAll(() => api.close());

const set = async (wanted: CleaningRules) => {
  await api.read(cleaning, `${api.at}/cleaning`, { method: "PUT", body: wanted, status: 202 });
  await api.rest();
  const now = await api.read(cleaning, `${api.at}/cleaning`);
  expect(now.applying).toBeNull();
  return now;
};
const preview = (wanted: CleaningRules) =>
  api.read(cleaningPreview, `${api.at}/cleaning/preview`, { body: wanted });

const messages = async () => {
  const { conversations } = await api.read(conversationList, `${api.at}/conversations?limit=200`);
  const pages = await Promise.all(
    conversations.map(({ id }) => api.read(conversationPage, `/api/v1/conversations/${id}`)),
  );
  return pages.flatMap((page) => page.messages);
};
const textOf = async (part: string) =>
  (await messages()).find(({ text }) => text.includes(part))?.text;
const hits = async (query: string) => {
  const { hits: found } = await api.read(searchAnswer, `${api.at}/search`, {
    body: { query, mode: "lexical" },
  });
  return found.length;
};

/** The version that another process has just made is opened a moment later. */
const found = (query: string) =>
  expect.poll(() => hits(query), { timeout: 10_000 }).toBeGreaterThan(0);

/** Files beside the database and the uploads, which keep what is masked as it came. */
const inIndex = async (text: string) =>
  (await tracesOf(`${api.folder}/home`, text)).filter(
    (path) => !/parlance\.db|\/uploads\//u.test(path),
  );

describe("cleaning a collection", () => {
  it("masks what is there in every answer and every version, and gives it back", async () => {
    await api.bring("harbour", said);
    await api.rest();
    const wanted = rules({ email: "mask", token: "mask", iban: "mask" });
    const before = await preview(wanted);
    expect(before).toMatchObject({ looked: said.length, leftOut: [], partly: [] });
    expect(before.found).toEqual([
      { kind: "email", action: "mask", places: 1, messages: 1 },
      { kind: "iban", action: "mask", places: 1, messages: 1 },
      { kind: "token", action: "mask", places: 1, messages: 1 },
    ]);
    expect((await api.leaks(email, said.length)).length).toBeGreaterThan(3);
    expect((await inIndex(email)).length).toBeGreaterThan(0);

    const now = await set(wanted);
    expect(now.found).toEqual(before.found);
    expect(await preview(wanted)).toEqual(before);
    for (const secret of secrets) expect(await api.leaks(secret, said.length)).toEqual([]);
    expect(await textOf("tide gauge")).toBe("please write to «e-mail» about the tide gauge");
    await found("berth");
    for (const secret of secrets) expect(await inIndex(secret)).toEqual([]);
    // Whoever manages the collection has it all.
    const original = await (await api.ask(`${api.at}/export?original=true`)).text();
    for (const secret of secrets) expect(original).toContain(secret);

    await set(noCleaning);
    expect(await textOf("tide gauge")).toBe(said[0]);
    await found(`"${email}"`);
  });

  it("leaves nothing of what it refuses, in rows, files and versions", async () => {
    await set(rules({ token: "refuse" }));
    expect(await tracesOf(`${api.folder}/home`, token)).toEqual([]);
    const empty = (await messages()).find(({ text }) => text === "");
    expect(empty?.refused).toEqual(["token"]);
    const raw = await api.ask(`/api/v1/messages/${empty?.id}/raw`);
    expect(await raw.text()).not.toContain(token);
    const again = await set(rules({ token: "refuse", email: "mark" }));
    expect(again.found).toEqual([
      { kind: "email", action: "mark", places: 1, messages: 1 },
      { kind: "token", action: "refuse", places: 1, messages: 1 },
    ]);
    const marked = (await messages()).find(({ text }) => text.includes(email));
    expect(marked?.marks).toEqual([{ kind: "email", start: 16, end: 16 + email.length }]);
    const { found } = await preview(rules({ token: "refuse", email: "mark" }));
    expect(found).toEqual(again.found);
  });

  it("leaves quotes and code out of the index, not out of the conversation", async () => {
    await set(rules({}, { quotes: true, code: true }));
    await expect.poll(() => hits("fathom"), { timeout: 10_000 }).toBe(0);
    expect(await hits('"old words about"')).toBe(0);
    expect(await hits("lanterns")).toBe(1);
    expect(await textOf("fathom")).toBe(said[4]);
    const { partly } = await preview(rules({}, { quotes: true, code: true }));
    expect(partly).toEqual([
      { reason: "quotes", messages: 1 },
      { reason: "code", messages: 1 },
    ]);
    await set(noCleaning);
    await found("fathom");
  });

  it("obeys the rules at an import, and says what it found", async () => {
    await set(rules({ email: "mask", iban: "refuse" }));
    const id = await api.bring("later", [
      `now ${email} and ${email}`,
      `second ${iban}`,
      "nothing here",
    ]);
    await api.rest();
    const read = await api.read(upload, `/api/v1/uploads/${id}`);
    expect(read.cleaned).toEqual([
      { kind: "email", action: "mask", places: 2, messages: 1 },
      { kind: "iban", action: "refuse", places: 1, messages: 1 },
    ]);
    expect(read.fileDeleted).toBe(true);
    expect(await api.refusal(`/api/v1/uploads/${id}/original`)).toEqual([409, "file-refused"]);
    expect(await tracesOf(`${api.folder}/home`, iban)).toEqual([]);
    expect(await api.leaks(email, said.length + 3)).toEqual([]);
    // The same export again brings nothing.
    const lines = [`now ${email} and ${email}`, `second ${iban}`, "nothing here"].map(
      (content, place) =>
        JSON.stringify({ id: `later-${place}`, messages: [{ role: "user", content }] }),
    );
    const twice = await api.importText(api.id, "twice.jsonl", `${lines.join("\n")}\n`);
    expect(twice.progress).toMatchObject({ newMessages: 0, changedMessages: 0, knownMessages: 3 });
  });

  it("reports where something was found, with masked values", async () => {
    const list = await api.read(findingList, `${api.at}/cleaning/findings?kind=email`);
    expect(list.findings.map(({ shown }) => shown)).toContainEqual(["an•••@•••.example"]);
    const csv = await (await api.ask(`${api.at}/cleaning/report`)).text();
    expect(csv).toContain("an•••@•••.example");
    const json = await (await api.ask(`${api.at}/cleaning/report?format=json`)).text();
    expect(JSON.parse(json)).toHaveLength(csv.trim().split("\r\n").length - 1);
    for (const secret of secrets) expect(csv + json).not.toContain(secret);
  });
});
