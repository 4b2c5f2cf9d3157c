// Tests of inspections: what one foretells is what the import then reports, over formats and exports that follow each other.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analysed, aResult, aTopic } from "#services/store/analyses.builders.ts";
import {
  columnsOfUpload,
  confirmUpload,
  findCollection,
  findUpload,
  forgetColumns,
  keepColumns,
  keptColumnsOf,
  MOST_SEEN,
  newestDone,
  requestOriginErasure,
  retryUpload,
} from "#services/store/store.ts";
import { zipOf } from "../../services/parse/parse.builders.ts";
import { atRest, ended, send } from "../workers.builders.ts";
import {
  claude,
  type ExportFile,
  json,
  type Kitchen,
  lines,
  newer,
  older,
  openKitchen,
  type PackedExport,
  root,
  says,
} from "./exports.builders.ts";

let kitchen: Kitchen;
beforeEach(async () => {
  kitchen = await openKitchen();
});
afterEach(() => kitchen.close());

const never = (): never => {
  throw new Error("It is not there.");
};

const slack = (...texts: readonly string[]): PackedExport => ({
  name: "slack.zip",
  text: zipOf({
    "channels.json": JSON.stringify([{ id: "C1", name: "baking" }]),
    "users.json": JSON.stringify([{ id: "U1", name: "ada" }]),
    "baking/2026-01-05.json": JSON.stringify(
      texts.flatMap((text, nth) =>
        text === "" ? [] : [{ type: "message", user: "U1", ts: `17676${nth}0000.000100`, text }],
      ),
    ),
  }),
});

const irc = (name: string, ...texts: readonly string[]): ExportFile => ({
  name,
  text: texts.map((text, nth) => `[10:0${nth}] <ada> ${text}\n`).join(""),
});

const jam = claude("Jam", "2026-01-01T11:00:00Z", [
  ["c1", root, "human", "recipe for plum jam"],
  ["c2", "c1", "assistant", "use two kilos"],
  ["c3", "c2", "human", "and sugar?"],
]);
const laterJam = claude("Plum jam", "2026-01-02T11:00:00Z", [
  ["c1", root, "human", "recipe for plum jam"],
  ["c2", "c1", "assistant", "use three kilos"],
]);
const first = says("is the oven on?", "yes, since nine o'clock");
const longer = says("is the oven on?", "yes, since nine o'clock", "turn it off please");
const [only] = JSON.parse(older.text) as unknown[];

/** Files that are imported one after the other, and what each does: entries. */
const scenarios: readonly (readonly [
  string,
  readonly (ExportFile | PackedExport)[],
  readonly object[],
])[] = [
  [
    "ChatGPT: a newer export with an edit, a branch and a deletion, then the older one",
    [older, newer, older],
    [
      { new: 4, known: 0, changed: 0, gone: 0 },
      { new: 2, known: 2, changed: 1, gone: 1 },
      { new: 0, known: 4, changed: 0, gone: 0 },
    ],
  ],
  [
    "Claude: an edit and a deletion",
    [jam, laterJam],
    [
      { new: 3, known: 0, changed: 0, gone: 0 },
      { new: 0, known: 1, changed: 1, gone: 1 },
    ],
  ],
  [
    "Slack: a deleted message between others",
    [slack("flour?", "two bags", "thanks"), slack("flour?", "", "thanks", "and yeast")],
    [
      { new: 3, known: 0, changed: 0, gone: 0 },
      { new: 1, known: 2, changed: 0, gone: 1 },
    ],
  ],
  [
    "records without an id: one has grown, one comes twice in a file",
    [
      lines("a.jsonl", { messages: first }),
      lines("b.jsonl", { messages: longer }, { messages: longer }),
    ],
    [
      { new: 2, known: 0, changed: 0, gone: 0 },
      { new: 1, known: 5, changed: 0, gone: 0 },
    ],
  ],
  [
    "IRC: a day that has grown",
    [irc("#baking_20260105.log", "flour?"), irc("#baking_20260105.log", "flour?", "two bags")],
    [
      { new: 1, known: 0, changed: 0, gone: 0 },
      { new: 1, known: 1, changed: 0, gone: 0 },
    ],
  ],
  [
    "one conversation twice in a file",
    [json("conversations.json", [only, only])],
    [{ new: 4, known: 4, changed: 0, gone: 0 }],
  ],
];

describe("an inspection", () => {
  it.each(scenarios)("foretells what the import does: %s", async (_, files, expected) => {
    for (const [nth, file] of files.entries()) {
      const { foretold, did, inspection, read } = await kitchen.inspectAndBring(file);
      expect(foretold, `file ${nth + 1}`).toEqual(did);
      expect(inspection?.conversations).toBe(read);
      expect(foretold).toEqual(expected[nth]);
    }
  });

  it("tells conversations by what becomes of them", async () => {
    const talk = (uuid: string, day: number, ...texts: readonly string[]) => {
      const said = texts.map((text, nth) => [
        `${uuid}${nth}`,
        nth === 0 ? root : `${uuid}${nth - 1}`,
        nth % 2 === 0 ? "human" : "assistant",
        text,
      ]);
      const file = claude(uuid, `2026-01-0${day}T11:00:00Z`, said);
      return { ...(JSON.parse(file.text) as object[])[0], uuid };
    };
    const cake = talk("cake", 1, "which form?", "a round one");
    const before = [talk("bread", 1, "how long?", "an hour"), cake, talk("pie", 1, "apples?")];
    await kitchen.inspectAndBring(json("conversations.json", before));
    const { inspection } = await kitchen.inspectAndBring(
      json("conversations.json", [
        talk("bread", 2, "how long?", "two hours"),
        cake,
        talk("pie", 2, "apples?", "five"),
        talk("jam", 2, "sugar?"),
      ]),
    );
    expect(inspection?.preview.conversations).toEqual({
      new: 1,
      extended: 1,
      changed: 1,
      unchanged: 1,
    });
  });

  it("says nothing of the collection, and brings nothing into it, before somebody confirms", async () => {
    const { parlance, collection } = kitchen;
    const id = await send(parlance, collection, older, true);
    const waiting = await ended(parlance, id);
    expect(waiting).toMatchObject({
      state: "unconfirmed",
      format: "ChatGPT export",
      inspection: {
        formats: [{ source: "chatgpt", version: null, toldBy: "structure" }],
        messages: 4,
      },
    });
    expect((await kitchen.list()).total).toBe(0);
    expect(waiting.confirmBy).toBeGreaterThan(Date.now() + 6 * 24 * 3_600_000);
  });

  it("says with which kept columns the import reads, whatever the collection keeps since, for any number of tables", async () => {
    const { parlance, collection } = kitchen;
    const { store } = parlance;
    const columns = ["Wann", "Was"];
    await keepColumns(store, collection, { columns, mapping: { text: [{ column: "Was" }] } });
    const tables = Array.from({ length: MOST_SEEN + 5 }, (_, nth) => [
      `${nth}.csv`,
      `Wann;Was\n2026-02-01 10:00;hello ${nth}\n2026-02-01 10:05;bye ${nth}\n`,
    ]);
    const file = { name: "tables.zip", text: zipOf(Object.fromEntries(tables)) };
    const id = await send(parlance, collection, file, true);
    expect((await ended(parlance, id)).inspection?.messages).toBe(2 * tables.length);
    const [kept] = keptColumnsOf((await findCollection(store.rows, collection)) ?? never());
    await forgetColumns(store, collection, kept?.id ?? "");
    await confirmUpload(store, id);
    parlance.bus.wake();
    expect(await ended(parlance, id)).toMatchObject({
      state: "done",
      progress: { newMessages: 2 * tables.length },
    });
    expect(columnsOfUpload((await findUpload(store.rows, id)) ?? never()).tables).toHaveLength(
      MOST_SEEN,
    );
  });

  it("that is discarded leaves the analysis of what is there alone", async () => {
    const { parlance, collection } = kitchen;
    const { store, indexes } = parlance;
    await kitchen.bring(older);
    await atRest(parlance);
    const index = await indexes.open(collection);
    const head = (await index.head()) ?? never();
    await index.attach(head, "analysis", new Map([["topics.json", Buffer.from("{}")]]));
    await analysed(store, collection, head.number, aResult([aTopic("ovens")]));
    const due = () =>
      store.rows.selectFrom("jobs").select("id").where("name", "=", "analysis.due").execute();
    await store.rows.deleteFrom("jobs").where("name", "=", "analysis.due").execute();
    const before = await findCollection(store.rows, collection);
    const id = await send(parlance, collection, newer, true);
    expect((await ended(parlance, id)).state).toBe("unconfirmed");
    await requestOriginErasure(store, id);
    parlance.bus.wake();
    await atRest(parlance);
    expect(await findUpload(store.rows, id)).toBeUndefined();
    expect((await findCollection(store.rows, collection))?.erasures).toBe(before?.erasures);
    expect(await newestDone(store.rows, collection)).toMatchObject({ version: head.number });
    expect(await index.attached("analysis")).toBeDefined();
    expect(await due()).toEqual([]);
  });

  it("that fails is done again by a retry, and not skipped", async () => {
    const { parlance, collection } = kitchen;
    const diary = { name: "diary.txt", text: "Dear diary, nothing here is a chat." };
    const id = await send(parlance, collection, diary, true);
    expect(await ended(parlance, id)).toMatchObject({
      state: "failed",
      error: { code: "not-a-chat-log" },
    });
    await retryUpload(parlance.store, id);
    expect((await findUpload(parlance.store.rows, id))?.state).toBe("inspecting");
    parlance.bus.wake();
    expect(await ended(parlance, id)).toMatchObject({ state: "failed" });
    await expect(confirmUpload(parlance.store, id)).rejects.toMatchObject({ code: "wrong-state" });
  });
});
