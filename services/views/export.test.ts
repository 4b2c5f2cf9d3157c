// A collection written out: everything in order, in three formats, and others are served meanwhile.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  type Said,
  type TestStore,
} from "#services/store/store.builders.ts";
import { requestOriginErasure } from "#services/store/store.ts";
import { type ExportFormat, exportLines } from "./export.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const brought = async (talks: Readonly<Record<string, readonly Said[]>>) => {
  const upload = await anUpload(store, collection);
  const of = { collection, upload };
  await bring(
    store,
    of,
    Object.entries(talks).map(([name, said]) => aPart(of, name, said)),
  );
  return upload;
};

const written = async (format: ExportFormat): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of exportLines(store.rows, collection, { format }))
    text += decoder.decode(piece);
  return text;
};
const lines = async (format: "jsonl" | "openai") =>
  (await written(format))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const manyMessages = (count: number): Said[] =>
  Array.from({ length: count }, (_, n) => ({ text: `message ${n}` }));

describe("an export", () => {
  it("has all conversations, the oldest first, with all messages in order", async () => {
    const talks = Object.fromEntries(
      Array.from({ length: 120 }, (_, n) => [
        `talk ${n}`,
        // Three of them have ended at the same time.
        [{ text: `said ${n}`, at: 1_700_000_000_000 + Math.max(0, n - 2) * 1000 }],
      ]),
    );
    await brought({ ...talks, long: manyMessages(450) });
    await store.rows
      .updateTable("conversations")
      .set({ last_at: null })
      .where("title", "in", ["talk 5", "talk 6"])
      .execute();
    const all = await lines("jsonl");
    const titles = all.map(({ title }) => title);
    expect(titles.slice(0, 3).toSorted()).toEqual(["talk 0", "talk 1", "talk 2"]);
    expect(titles.slice(3, 7)).toEqual(["talk 3", "talk 4", "talk 7", "talk 8"]);
    expect(titles.slice(-2).toSorted()).toEqual(["talk 5", "talk 6"]);
    expect(titles.at(-3)).toBe("long");
    expect(new Set(titles).size).toBe(121);
    expect(all.at(-3).messages.map(({ text }: { text: string }) => text)).toEqual(
      manyMessages(450).map(({ text }) => text),
    );
  });

  it("has branches with their siblings, and main paths where the format knows no others", async () => {
    await brought({
      tree: [
        { text: "asked" },
        { text: "answer", parent: 0 },
        { text: "other answer", parent: 0, offPath: true },
        { text: "joins", kind: "system", parent: 1 },
      ],
    });
    const [{ messages }] = await lines("jsonl");
    const [, one, other] = messages;
    expect(one.siblings).toEqual([one.id, other.id]);
    expect(messages[0].siblings).toEqual([]);
    const [openai] = await lines("openai");
    expect(openai).toEqual({
      messages: [
        { role: "user", name: "ada", content: "asked" },
        { role: "user", name: "ada", content: "answer" },
      ],
      metadata: { id: expect.any(String), title: "tree", channel: "#garden", source: "irc" },
    });
    expect(await written("markdown")).toBe(
      "# tree\n\n**ada** · 2023-11-14T22:13:20.000Z\n\nasked\n\n**ada** · 2023-11-14T22:14:20.000Z\n\nanswer\n\n",
    );
  });

  it("leaves out what is being erased", async () => {
    await brought({ stays: [{ text: "a" }], both: [{ text: "b" }] });
    const gone = await brought({ both: [{ text: "b" }, { text: "c" }], gone: [{ text: "d" }] });
    await requestOriginErasure(store, gone);
    const all = await lines("jsonl");
    const texts = all.flatMap(({ messages }) => messages.map(({ text }: Said) => text));
    expect(texts.toSorted()).toEqual(["a", "b"]);
  });

  it("gives other requests a turn at least every few hundred messages and conversations", async () => {
    const talks = Array.from({ length: 500 }, (_, n) => [`talk ${n}`, [{ text: `said ${n}` }]]);
    await brought({ ...Object.fromEntries(talks), long: manyMessages(2000) });
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns++;
      timer = setImmediate(turn);
    });
    const text = await written("openai");
    clearImmediate(timer);
    expect(text.split("\n")).toHaveLength(502);
    expect(turns).toBeGreaterThan(20);
  });
});
