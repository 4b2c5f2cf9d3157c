// Names in the pipeline: people who are telephone numbers and addresses are masked everywhere, stay apart, and stay joined.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { openPeople } from "#services/domain/people.ts";
import { joined } from "#services/domain/people-edits.ts";
import {
  createCollection,
  editPeople,
  listPeopleEdits,
  saidOfNames,
  saveCleaning,
  undoPeopleEdit,
  writtenBy,
  writtenNames,
} from "#services/store/store.ts";
import { startBelt } from "./belt.ts";
import { tracesOf } from "./traces.builders.ts";
import {
  aHome,
  atRest,
  ended,
  indexedIds,
  openHome,
  send,
  type TestParlance,
} from "./workers.builders.ts";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  parlance = await openHome(folder);
  collection = (await createCollection(parlance.store, { name: "Family" })).id;
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "recut", "embed", "commit", "erase"],
    onError: () => undefined,
  });
  stop = () => belt.stop();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const [aunt, uncle] = ["+49 170 1234567", "+49 171 7654321"];
const name = `WhatsApp Chat with ${aunt}.txt`;
const chat = [
  `07/03/2026, 21:22 - ${aunt}: Look at the sky over the harbour tonight`,
  `07/03/2026, 21:23 - ${uncle}: The ferry to the island leaves at noon tomorrow`,
  "07/03/2026, 21:24 - Mira: I shall bring the plum cake and two flasks of tea",
].join("\n");

const rules = (phone: CleaningRules["found"]["phone"]): CleaningRules => ({
  ...noCleaning,
  found: { ...noCleaning.found, phone },
});
const rest = async () => {
  parlance.bus.wake();
  await atRest(parlance);
};
const set = async (phone: CleaningRules["found"]["phone"]) => {
  await saveCleaning(parlance.store, collection, rules(phone));
  await rest();
};
const bring = async () => {
  const upload = await send(parlance, collection, { name, text: chat });
  await ended(parlance, upload);
  await rest();
  return upload;
};
const authors = async () =>
  (
    await parlance.store.rows.selectFrom("messages").select("author").orderBy("position").execute()
  ).map(({ author }) => author);
const shown = async () => {
  const { rows } = parlance.store;
  const { title, channel, participants } = await rows
    .selectFrom("conversations")
    .select(["title", "channel", "participants"])
    .executeTakeFirstOrThrow();
  const files = await rows.selectFrom("uploads").select("filename").distinct().execute();
  return { title, channel, participants, files: files.map(({ filename }) => filename) };
};
/** By hand, as on the page of people. */
const join = async (people: readonly string[], as: string) => {
  const written = writtenNames(await writtenBy(parlance.store.rows, collection));
  return editPeople(parlance.store, collection, {
    kind: "join",
    decide: (said) => joined({ people: openPeople(said, []), said, written }, people, as),
  });
};
const people = async () => openPeople(await saidOfNames(parlance.store.rows, collection), []);
const isCleanIndex = async () => {
  const { rows } = parlance.store;
  const chunks = await rows.selectFrom("chunks").select(["id", "state"]).execute();
  const live = chunks.filter(({ state }) => state === "live").map(({ id }) => id as string);
  expect(chunks.filter(({ state }) => state === "purge")).toEqual([]);
  expect(await indexedIds(parlance, collection)).toEqual(live.toSorted());
};
const traces = async () =>
  (await Promise.all([aunt, uncle].map((one) => tracesOf(`${folder}/collections`, one)))).flat();

it("are masked in rows and index, each in a way of its own, and come back where the rule is taken back", async () => {
  await bring();
  expect(await authors()).toEqual([aunt, uncle, "Mira"]);
  expect((await traces()).length).toBeGreaterThan(0);
  await set("mask");
  const [first, second, third] = await authors();
  expect(third).toBe("Mira");
  for (const one of [first, second]) expect(one).toMatch(/^«phone [a-z]{6}-[a-z]{6}»$/u);
  expect(first).not.toBe(second);
  const { title, channel, participants, files } = await shown();
  expect([title, channel, files]).toEqual([first, first, [`WhatsApp Chat with ${first}.txt`]]);
  expect(participants).not.toContain("+49");
  expect(participants).toContain(second);
  await isCleanIndex();
  expect(await traces()).toEqual([]);
  await set("keep");
  expect(await authors()).toEqual([aunt, uncle, "Mira"]);
  expect((await shown()).files).toEqual([name]);
  await isCleanIndex();
  await set("mask");
  expect(await authors()).toEqual([first, second, "Mira"]);
});

it("are the same for what comes later, and for the same export again", async () => {
  await set("mask");
  const upload = await bring();
  const before = await authors();
  expect(before[0]).toMatch(/^«phone /u);
  expect((await shown()).title).toBe(before[0]);
  expect(await traces()).toEqual([]);
  const again = await bring();
  const row = await parlance.store.rows
    .selectFrom("uploads")
    .select(["new_messages", "known_messages", "changed_messages"])
    .where("id", "=", again)
    .executeTakeFirstOrThrow();
  expect(Object.values(row).map(Number)).toEqual([0, 3, 0]);
  expect(again).not.toBe(upload);
  // Under other rules the names are still those of the same people.
  await set("keep");
  await bring();
  expect(await authors()).toEqual([aunt, uncle, "Mira"]);
  expect(await parlance.store.rows.selectFrom("message_states").select("state").execute()).toEqual(
    [],
  );
});

it("stay those of one person where somebody has joined them, and the joining can be undone", async () => {
  await bring();
  const edit = await join([aunt, "Mira"], aunt);
  await set("mask");
  const [first = "", second = ""] = await authors();
  expect((await people()).shownAs("whatsapp", "Mira")).toBe(first);
  expect((await people()).shownAs("whatsapp", second)).toBe(second);
  const told = JSON.stringify(await listPeopleEdits(parlance.store.rows, collection, 10));
  expect(told).not.toContain("+49");
  await set("keep");
  expect((await people()).shownAs("whatsapp", "Mira")).toBe(aunt);
  await set("mask");
  await undoPeopleEdit(parlance.store, collection, edit.id);
  expect((await people()).shownAs("whatsapp", "Mira")).toBe("Mira");
});

it("are masked, and not refused, where telephone numbers are refused", async () => {
  await bring();
  await set("refuse");
  const rows = await parlance.store.rows
    .selectFrom("messages")
    .select(["author", "text"])
    .orderBy("position")
    .execute();
  expect(rows[0]?.author).toMatch(/^«phone /u);
  expect(rows[0]?.text).toBe("Look at the sky over the harbour tonight");
});
