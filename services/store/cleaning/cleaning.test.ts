// Tests of cleaning in rows: what is found is written, counted and listed with its message, and gone with it; progress is told.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cleaner, type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { saveParts } from "../ingest.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  eraseUpload,
  plainChunks,
  type TestStore,
} from "../store.builders.ts";
import {
  cutAgain,
  entriesOf,
  findUpload,
  foundIn,
  type IngestPart,
  listFindings,
  recutProgress,
  refusedFiles,
  saveCleaning,
} from "../store.ts";

/** Each "@" is an address. */
const cleaner: Cleaner = {
  message: ({ text, unmasked, attachments }, { found: { email } }) => {
    const words = unmasked ?? text;
    const places = words.split("@").length - 1;
    if (places === 0 || email === "keep")
      return { text: words, unmasked: null, attachments, isRefused: false, findings: [] };
    const findings = [{ kind: "email", action: email, places, shown: ["•"] }] as const;
    if (email === "refuse")
      return { text: "", unmasked: null, attachments, isRefused: true, findings };
    const masked = email === "mask" ? words.replaceAll("@", "*") : words;
    return {
      text: masked,
      unmasked: masked === words ? null : words,
      attachments,
      isRefused: false,
      findings,
    };
  },
  name: (name, { found: { email } }) => (email === "mask" ? name.replaceAll("@", "*") : name),
  title: (title, { found: { email } }) => (email === "mask" ? title.replaceAll("@", "*") : title),
  isRefused: () => false,
};
const by = { cut: () => plainCut, cleaner };
const plainCut = (row: { readonly id: IngestPart["conversation"]["id"] }, messages: never) =>
  plainChunks(row.id, messages);

const email = (action: CleaningRules["found"]["email"]): CleaningRules => ({
  ...noCleaning,
  found: { ...noCleaning.found, email: action },
});

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let upload: UploadId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  upload = await anUpload(store, collection);
});
afterEach(() => remove());

const said = ["a@b and c@d", "nothing", "e@f"];
const save = (texts: readonly string[] = said) => {
  const of = { collection, upload };
  const part = aPart(
    of,
    "mail @ home",
    texts.map((text) => ({ text })),
  );
  return saveParts(store, { ...of, after: 0, bytesRead: 1 }, [part], cleaner);
};
const messages = () =>
  store.rows.selectFrom("messages").select(["text", "unmasked"]).orderBy("position").execute();

it("is written with the messages, counted and listed, and erased with them", async () => {
  await saveCleaning(store, collection, email("mask"));
  await save();
  expect(await messages()).toEqual([
    { text: "a*b and c*d", unmasked: "a@b and c@d" },
    { text: "nothing", unmasked: null },
    { text: "e*f", unmasked: "e@f" },
  ]);
  const counts = [{ kind: "email", action: "mask", places: 3, messages: 2 }];
  expect(await foundIn(store.rows, collection)).toEqual(counts);
  expect(JSON.parse((await findUpload(store.rows, upload))?.cleaned ?? "")).toEqual(counts);
  const first = await listFindings(store.rows, collection, { limit: 1 });
  const second = await listFindings(store.rows, collection, { limit: 1, after: first.next });
  const third = await listFindings(store.rows, collection, { limit: 1, after: second.next });
  const listed = [...first.findings, ...second.findings];
  expect(listed.map(({ places }) => places).toSorted()).toEqual([1, 2]);
  expect(listed[0]).toMatchObject({ kind: "email", title: "mail * home", shown: '["•"]' });
  expect(third).toEqual({ findings: [], next: undefined });
  expect((await listFindings(store.rows, collection, { limit: 9, kind: "iban" })).findings).toEqual(
    [],
  );
  await eraseUpload(store, upload);
  expect(await store.rows.selectFrom("findings").selectAll().execute()).toEqual([]);
});

it("is applied to what is there, taken back, and told how far it is", async () => {
  await save();
  const was = await messages();
  await saveCleaning(store, collection, email("mask"));
  expect(await recutProgress(store.rows, collection)).toEqual({ done: 0, of: 1 });
  expect(await cutAgain(store, collection, by as never)).toBe(1);
  expect(await recutProgress(store.rows, collection)).toEqual({ done: 1, of: 1 });
  expect(await cutAgain(store, collection, by as never)).toBe(0);
  expect(await recutProgress(store.rows, collection)).toBeNull();
  expect((await messages()).map(({ text }) => text)).toEqual(["a*b and c*d", "nothing", "e*f"]);
  await saveCleaning(store, collection, noCleaning);
  while ((await cutAgain(store, collection, by as never)) > 0);
  expect(await messages()).toEqual(was);
  expect(await foundIn(store.rows, collection)).toEqual([]);
});

it("is applied to the titles that other exports say", async () => {
  await save();
  upload = await anUpload(store, collection);
  const of = { collection, upload };
  const part = aPart(of, "mail @ home", [{ text: "nothing" }]);
  const renamed = { ...part, conversation: { ...part.conversation, title: "post @ home" } };
  await saveParts(store, { ...of, after: 0, bytesRead: 1 }, [renamed], cleaner);
  await saveCleaning(store, collection, email("mask"));
  while ((await cutAgain(store, collection, by as never)) > 0);
  const shown = await store.rows.selectFrom("conversations").select("title").execute();
  const beside = await store.rows.selectFrom("conversation_origins").select("title").execute();
  expect([...shown, ...beside].map(({ title }) => title).toSorted()).toEqual([
    "mail * home",
    "post * home",
  ]);
});

it("takes the same export again for the same, whatever the rules were and are", async () => {
  await save();
  for (const action of ["mask", "keep", "mark", "refuse"] as const) {
    await saveCleaning(store, collection, email(action));
    upload = await anUpload(store, collection);
    // What is refused takes the place of what is there, which the rules then take out of its earlier states.
    const changed = action === "refuse" ? 2 : 0;
    expect(await save()).toMatchObject({ newMessages: 0, changedMessages: changed });
    while ((await cutAgain(store, collection, by as never)) > 0);
    upload = await anUpload(store, collection);
    expect(await save()).toMatchObject({ newMessages: 0, changedMessages: 0, knownMessages: 3 });
  }
  expect((await messages()).map(({ text }) => text)).toEqual(["", "nothing", ""]);
  const states = await store.rows.selectFrom("message_states").selectAll().execute();
  expect(states.map(({ text, unmasked }) => [text, unmasked])).toEqual([
    ["", null],
    ["", null],
  ]);
});

it("knows the file of a text that is refused and was replaced since", async () => {
  const first = upload;
  const bring = (text: string, edited: object) => {
    const of = { collection, upload };
    const part = aPart(of, "mail", [{ text, sourceId: "1", ...edited }]);
    return saveParts(store, { ...of, after: 0, bytesRead: 1 }, [part], cleaner);
  };
  await bring("a@b", {});
  upload = await anUpload(store, collection);
  await bring("nothing", { editedAt: 1 });
  await store.rows.updateTable("uploads").set({ state: "done" }).execute();
  await saveCleaning(store, collection, email("refuse"));
  while ((await cutAgain(store, collection, by as never)) > 0);
  expect((await messages()).map(({ text }) => text)).toEqual(["nothing"]);
  expect((await refusedFiles(store.rows, collection)).map(({ id }) => id)).toEqual([first]);
});

it("gives all messages, or as many as are wanted, in pages of some size", async () => {
  const long = ["x".repeat(150_000), "y".repeat(150_000), "z".repeat(300_000)];
  await save([...said, ...long]);
  const read = async (messages: number, bytes: number) => {
    const pages: number[][] = [];
    for await (const page of entriesOf(store.rows, collection, { messages, bytes }))
      pages.push(page.map(({ text }) => text.length));
    return pages;
  };
  const short = said.map(({ length }) => length);
  expect(await read(10, 1e9)).toEqual([[...short, 150_000], [150_000], [300_000]]);
  expect(await read(2, 1e9)).toEqual([short.slice(0, 2)]);
  expect(await read(10, 160_000)).toEqual([[...short, 150_000], [150_000]]);
  expect(await read(10, 12)).toEqual([short.slice(0, 2)]);
});
