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
  says,
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

describe("Claude Code: the session went on from an earlier place, and the file of before is sent again", () => {
  const session = (...said: readonly (readonly string[])[]): ExportFile =>
    lines(
      "kettle.jsonl",
      ...said.map(([id, parent, role, text], n) => ({
        type: role,
        uuid: id,
        parentUuid: parent === "" ? null : parent,
        sessionId: "kettle",
        timestamp: new Date(Date.UTC(2026, 0, 1, 10, n)).toISOString(),
        message: { role, content: [{ type: "text", text }] },
      })),
    );
  const begun = [
    ["a", "", "user", "why does the kettle leak"],
    ["b", "a", "assistant", "look at the seal"],
    ["c", "b", "user", "it is new"],
  ];
  bothOrders(
    [
      session(...begun),
      session(...begun, ["d", "b", "user", "it is old"], ["e", "d", "assistant", "buy one"]),
    ],
    {
      title: "why does the kettle leak",
      messages: 5,
      shown: ["why does the kettle leak", "look at the seal", "it is old", "buy one"],
      gone: [],
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
