// Tests of exports of one conversation that follow each other, in both orders: the newest decides, and what it lacks is kept, marked.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { atRest } from "../workers.builders.ts";
import {
  chatgpt,
  claude,
  type ExportFile,
  json,
  type Kitchen,
  lines,
  newer,
  older,
  openKitchen,
  plumJam,
  root,
  type Thread,
} from "./exports.builders.ts";

let kitchen: Kitchen;
beforeEach(async () => {
  kitchen = await openKitchen();
});
afterEach(() => kitchen.close());
const bring = (file: ExportFile) => kitchen.bring(file);
const list = () => kitchen.list();
const thread = (nth?: number) => kitchen.thread(nth);

const bothOrders = (files: readonly [ExportFile, ExportFile], expected: Thread): void => {
  const [older, newer] = files;
  it.each([
    ["the older one first", [older, newer]],
    ["the newer one first", [newer, older]],
    ["the older one once more at the end", [older, newer, older]],
  ] as const)("%s", async (_, all) => {
    for (const file of all) await bring(file);
    expect(await thread()).toEqual(expected);
    expect((await list()).total).toBe(1);
  });
};

describe("ChatGPT: a message is gone, one is written again, another branch is the main path", () => {
  bothOrders([older, newer], plumJam);

  it("makes no chunk of what is gone together with what is there", async () => {
    await bring(older);
    await bring(newer);
    await atRest(kitchen.parlance);
    const chunks = await kitchen.parlance.store.rows
      .selectFrom("chunks")
      .select(["text", "unit"])
      .where("state", "=", "live")
      .where("collection_id", "=", kitchen.collection)
      .execute();
    expect(chunks.filter(({ text }) => text.includes("one kilo"))).toEqual([
      { text: "one kilo", unit: "message" },
    ]);
  });

  it("shows a message again that a still newer export has again", async () => {
    await bring(older);
    await bring(newer);
    await bring(
      chatgpt("Jam again", 1767400000, "d", [
        ["a", "", "user", "recipe for plum jam"],
        ["b", "a", "assistant", "use two kilos"],
        ["c", "b", "user", "and sugar?"],
        ["d", "c", "assistant", "one kilo"],
      ]),
    );
    expect(await thread()).toEqual({
      title: "Jam again",
      messages: 6,
      shown: ["recipe for plum jam", "use two kilos", "and sugar?", "one kilo"],
      gone: ["and honey?", "half a kilo of honey"],
    });
  });
});

describe("Claude: a question and its answer are written again, the first ones deleted", () => {
  bothOrders(
    [
      claude("Bread", "2026-01-01T11:00:00Z", [
        ["m1", root, "human", "how long does it rise?"],
        ["m2", "m1", "assistant", "two hours"],
        ["m3", "m2", "human", "and in the cold?"],
        ["m4", "m3", "assistant", "a night"],
      ]),
      claude("Rising", "2026-01-02T11:00:00Z", [
        ["m1", root, "human", "how long does it rise?"],
        ["m2", "m1", "assistant", "two hours"],
        ["m5", "m2", "human", "and with more yeast?"],
        ["m6", "m5", "assistant", "one hour"],
      ]),
    ],
    {
      title: "Rising",
      messages: 6,
      shown: ["how long does it rise?", "two hours", "and with more yeast?", "one hour"],
      gone: ["a night", "and in the cold?"],
    },
  );
});

const deepseek = (title: string, updated: string, said: readonly string[][]): ExportFile =>
  json("conversations.json", [
    {
      id: "ds1",
      title,
      inserted_at: "2026-01-01T10:00:00Z",
      updated_at: updated,
      mapping: Object.fromEntries(
        [["root", ""], ...said].map(([id = "", parent = "", type, content], nth, all) => [
          id,
          {
            id,
            parent: parent === "" ? null : parent,
            children: all.filter(([, above]) => above === id).map(([child]) => child),
            message:
              type === undefined
                ? null
                : {
                    inserted_at: `2026-01-01T10:0${nth}:00Z`,
                    fragments: [{ type, content }],
                  },
          },
        ]),
      ),
    },
  ]);

describe("DeepSeek: an answer was made again", () => {
  bothOrders(
    [
      deepseek("Soup", "2026-01-01T11:00:00Z", [
        ["1", "root", "REQUEST", "how much salt?"],
        ["2", "1", "RESPONSE", "a spoon"],
      ]),
      deepseek("Soup", "2026-01-01T12:00:00Z", [
        ["1", "root", "REQUEST", "how much salt?"],
        ["3", "1", "RESPONSE", "two spoons"],
      ]),
    ],
    { title: "Soup", messages: 3, shown: ["how much salt?", "two spoons"], gone: ["a spoon"] },
  );
});

const says = (...texts: readonly string[]) =>
  texts.map((content, nth) => ({ role: nth % 2 === 0 ? "user" : "assistant", content }));

describe("OpenAI rows with an id, without times", () => {
  bothOrders(
    [
      lines("a.jsonl", { chat_id: "z1", messages: says("how do I cut an onion?") }),
      lines("b.jsonl", { chat_id: "z1", messages: says("how do I cut an onion?", "in halves") }),
    ],
    {
      title: "how do I cut an onion?",
      messages: 2,
      shown: ["how do I cut an onion?", "in halves"],
      gone: [],
    },
  );
});

describe("OpenAI rows with an id and the time of their last change", () => {
  const row = (updated_at: string, ...texts: readonly string[]) =>
    lines("a.jsonl", { id: "z2", title: "Onions", updated_at, messages: says(...texts) });
  bothOrders(
    [
      row("2026-01-01T10:00:00Z", "how do I cut an onion?", "in halves", "thanks"),
      row("2026-01-02T10:00:00Z", "how do I cut an onion?", "in rings"),
    ],
    {
      title: "Onions",
      messages: 4,
      shown: ["how do I cut an onion?", "in rings"],
      gone: ["in halves", "thanks"],
    },
  );
});

describe.each([
  ["OpenAI", (texts: readonly string[]) => ({ messages: says(...texts) })],
  [
    "ShareGPT",
    (texts: readonly string[]) => ({
      conversations: texts.map((value, nth) => ({ from: nth % 2 === 0 ? "human" : "gpt", value })),
    }),
  ],
])("%s rows without an id", (_, record) => {
  const short = ["how do I cut an onion?", "in halves"];
  const long = [...short, "and then?", "in slices"];
  describe("that have grown", () => {
    bothOrders([lines("a.jsonl", record(short)), lines("b.jsonl", record(long))], {
      title: "how do I cut an onion?",
      messages: 4,
      shown: long,
      gone: [],
    });
  });

  it("stay apart where they begin alike in one file, and are found again in a later one", async () => {
    const other = [...short, "with skin?", "without"];
    await bring(lines("a.jsonl", record(short), record(other)));
    expect((await list()).total).toBe(2);
    await bring(lines("b.jsonl", record(long), record(other)));
    expect((await list()).total).toBe(2);
    expect((await thread(0)).messages).toBe(4);
    expect((await thread(1)).messages).toBe(4);
  });

  it("are recognised with a system prompt and tools before them", async () => {
    if (record(short) && !("messages" in record(short))) return;
    const said = (texts: readonly string[]) => ({
      messages: [{ role: "system", content: "You are a cook." }, ...says(...texts)],
    });
    await bring(lines("b.jsonl", said(long)));
    await bring(lines("a.jsonl", said(long.slice(0, 3))));
    expect((await list()).total).toBe(1);
  });

  it("stay apart where they share no more than a greeting", async () => {
    await bring(lines("a.jsonl", record(["hi"])));
    await bring(lines("b.jsonl", record(["hi", "hello", "who are you?"])));
    expect((await list()).total).toBe(2);
  });
});

describe("Slack: a message is edited, another one deleted", () => {
  const day = (...said: readonly (readonly [string, string, string?])[]): ExportFile =>
    json(
      "general/2026-01-01.json",
      said.map(([ts, text, edited]) => ({
        type: "message",
        user: "U1",
        ts,
        text,
        ...(edited === undefined ? {} : { edited: { user: "U1", ts: edited } }),
      })),
    );
  const first = ["1767261600.000100", "the oven is on"] as const;
  const last = ["1767261900.000100", "bread is in"] as const;

  bothOrders(
    [
      day(first, ["1767261700.000100", "at 200 degrees"], ["1767261800.000100", "oops"], last),
      day(first, ["1767261700.000100", "at 220 degrees", "1767262000.000000"], last),
    ],
    {
      title: "#general",
      messages: 4,
      shown: ["the oven is on", "at 220 degrees", "bread is in"],
      gone: ["oops"],
    },
  );

  it("takes nothing for gone that is outside of the time of an export", async () => {
    await bring(day(first, last));
    await bring(day(["1767262900.000100", "bread is out"]));
    expect(await thread()).toMatchObject({ messages: 3, gone: [] });
  });
});

describe("an export that was read in part", () => {
  /** Cut off, and long enough to be read one message at a time. */
  const cut = ({ name, text }: File, after: string): File => ({
    name,
    text: `${text.slice(0, text.indexOf(after) + after.length)}${" ".repeat(1_200_000)}`,
  });
  const bringCut = async (file: File): Promise<UploadId> => {
    const id = await send(parlance, collection, file);
    expect(await ended(parlance, id)).toMatchObject({ problems: [{ code: "truncated" }] });
    return id;
  };
  const erase = async (id: UploadId) => {
    await requestOriginErasure(parlance.store, id);
    parlance.bus.wake();
    await atRest(parlance);
  };
  const row = (updated_at: string, title: string, ...texts: readonly string[]) =>
    lines("a.jsonl", { id: "z3", title, updated_at, messages: says(...texts) });
  const [first, second, third] = ["2026-01-01", "2026-01-02", "2026-01-03"].map(
    (day) => `${day}T10:00:00Z`,
  ) as [string, string, string];
  const full = row(first, "Onions", "how do I cut an onion?", "in halves", "thanks");
  const more = cut(
    row(second, "Many onions", "how do I cut an onion?", "in halves", "with skin?", "without"),
    '"with skin?"},',
  );

  it.each([
    ["after the whole one", [full, more]],
    ["before the whole one", [more, full]],
  ])("takes nothing for gone, adds what it has, and its title: %s", async (_, files) => {
    for (const file of files) await (file === more ? bringCut(file) : bring(file));
    const found = await thread();
    expect({ ...found, shown: found.shown.toSorted() }).toEqual({
      title: "Many onions",
      messages: 4,
      shown: ["how do I cut an onion?", "in halves", "thanks", "with skin?"],
      gone: [],
    });
  });

  it("gives way to a whole one that is newer", async () => {
    await bring(full);
    await bringCut(more);
    await bring(row(third, "Rings", "how do I cut an onion?", "in rings"));
    expect(await thread()).toEqual({
      title: "Rings",
      messages: 5,
      shown: ["how do I cut an onion?", "in rings"],
      gone: ["in halves", "thanks", "with skin?"],
    });
  });

  it("is not what the newest export is when that is erased, while another is left", async () => {
    await bring(full);
    await bringCut(cut(row(second, "Cut", "how do I cut an onion?", "in halves"), 'onion?"},'));
    const id = await bring(row(third, "Rings", "how do I cut an onion?", "in rings"));
    await erase(id);
    expect(await thread()).toEqual({
      title: "Cut",
      messages: 3,
      shown: ["how do I cut an onion?", "in halves", "thanks"],
      gone: [],
    });
  });

  it("keeps nothing from being gone when it is erased", async () => {
    const only = row(first, "Onions", "how do I cut an onion?", "in halves", "thanks");
    const partly = cut(row(third, "Cut", "how do I cut an onion?", "in halves", "x"), 'halves"},');
    await bring(only);
    const id = await bringCut(partly);
    await bring(row(second, "Rings", "how do I cut an onion?"));
    expect((await thread()).gone).toEqual(["thanks"]);
    await erase(id);
    expect((await thread()).gone).toEqual(["in halves", "thanks"]);
  });

  const jam = (update: number, leaf: string, said: readonly string[][]) =>
    chatgpt("Jam", update, leaf, said);
  const begun = [
    ["a", "", "user", "recipe for plum jam"],
    ["b", "a", "assistant", "use two kilos"],
  ];
  const whole = jam(1767261700, "d", [
    ...begun,
    ["c", "b", "user", "and sugar?"],
    ["d", "c", "assistant", "one kilo"],
  ]);

  it("goes on from the end of the main path, and takes no other", async () => {
    await bring(whole);
    const grown = jam(1767300000, "f", [
      ...begun,
      ["c", "b", "user", "and sugar?"],
      ["d", "c", "assistant", "one kilo"],
      ["e", "d", "user", "and lemon?"],
      ["f", "e", "assistant", "half of one"],
    ]);
    await bringCut(cut(grown, '"and lemon?"]}}},'));
    const shown = ["recipe for plum jam", "use two kilos", "and sugar?", "one kilo"];
    expect(await thread()).toMatchObject({ shown: [...shown, "and lemon?"], gone: [] });
    const branch = jam(1767310000, "h", [
      ...begun,
      ["g", "b", "user", "and honey?"],
      ["h", "g", "assistant", "half a kilo"],
    ]);
    await bringCut(cut(branch, '"and honey?"]}}},'));
    expect(await thread()).toMatchObject({ shown: [...shown, "and lemon?"], gone: [] });
  });

  it("of Slack says nothing of its stretch of time where a day is damaged", async () => {
    const said = (...texts: readonly (readonly [string, string])[]) =>
      json(
        "general/2026-01-01.json",
        texts.map(([ts, text]) => ({ type: "message", user: "U1", ts, text })),
      );
    const [on, hot, bread] = [
      ["1767261600.000100", "the oven is on"],
      ["1767261700.000100", "at 200 degrees"],
      ["1767261900.000100", "bread is in"],
    ] as const;
    await bring(said(on, hot, bread));
    const damaged = { ...said(on, hot, bread) };
    const text = damaged.text.replace('"at 200 degrees"', "oops");
    const id = await send(parlance, collection, { ...damaged, text });
    expect(await ended(parlance, id)).toMatchObject({ problems: [{ code: "bad-json" }] });
    expect(await thread()).toMatchObject({ messages: 3, gone: [] });
  });
});
