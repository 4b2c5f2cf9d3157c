// A collection as it is read for its analysis: every message once, each on the point of its chunk, or of its conversation.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Frame, FramePoints } from "#services/analyse/frame/frame.ts";
import { row } from "#services/domain/vectors.ts";
import { messageRows } from "#services/indexes/indexes.ts";
import { type AnalysedHome, anAnalysedHome, talkOf } from "../analysis.builders.ts";
import { eachText, type ReadCollection, readCollection } from "./read-collection.ts";
import type { Ids } from "./read-points.ts";

let home: AnalysedHome;

const long = talkOf("stars", 120, 5).join(". ");
const chat = (id: string, ...texts: string[]) =>
  `${JSON.stringify({ id, messages: texts.map((content, n) => ({ role: n % 2 === 0 ? "user" : "assistant", content })) })}\n`;

beforeAll(async () => {
  home = await anAnalysedHome();
  await home.bring(
    "a.jsonl",
    chat("one", ...talkOf("bees", 3)) + chat("long", "which planets are in the night sky", long),
  );
  // Lines of talk stand several in a chunk.
  await home.bring(
    "#c/2024-05-01.log",
    talkOf("bread", 8)
      .map((text, n) => `[10:0${n}] <p${n % 2}> ${text.slice(0, 30)} ${n}`)
      .join("\n"),
  );
});
afterAll(() => home.close());

const read = async (unit: Frame["unit"]): Promise<ReadCollection & { rows: number }> => {
  const index = await home.parlance.indexes.open(home.collection);
  const version = await messageRows(index);
  const { rows } = home.parlance.store;
  const { signal } = new AbortController();
  try {
    const found = await readCollection({
      rows,
      collection: home.collection,
      version,
      unit,
      signal,
    });
    return { ...found, rows: version.ids.length };
  } finally {
    version.close();
  }
};

const listOf = (ids: Ids): string[] =>
  Array.from({ length: ids.length }, (_, at) => ids.at(at) ?? "");

const frameOf = ({ builder, shown }: ReadCollection, unit: Frame["unit"]): Frame => {
  const { ids, message } = shown;
  const column = () => new Float32Array(ids.length);
  const made: FramePoints = {
    count: ids.length,
    ids: { length: ids.length, at: (row) => ids.at(row) ?? "" },
    message,
    topic: new Int32Array(ids.length),
    similarity: column(),
    x: column(),
    y: column(),
  };
  return builder.build(unit, made);
};

describe("a collection that is read", () => {
  it("shows every chunk, each on the point of its message or of the question that it answers", async () => {
    const { shown, points, rows } = await read("chunk");
    expect(shown.ids).toHaveLength(rows);
    const ids = listOf(shown.ids);
    expect(new Set(ids).size).toBe(rows);
    for (const [at, id] of ids.entries()) expect(points.pointOf(id)).toBe(shown.pointOf[at]);
    expect(points.pointOf("chk_nobody")).toBeUndefined();
    // Two questions with their answers, one question alone, and 8 lines.
    expect(points.ids).toHaveLength(3 + 8);
    expect(points.weight.reduce((sum, weight) => sum + weight, 0)).toBe(rows);
  });

  it("knows a point by the chunk of what was asked, however long the answer is", async () => {
    const { points } = await read("chunk");
    const chunks = await home.parlance.store.rows
      .selectFrom("chunks")
      .select(["id", "text"])
      .execute();
    const asked = chunks.find(({ text }) => text.trim() === "which planets are in the night sky");
    const point = points.pointOf(asked?.id ?? "") ?? -1;
    expect(points.ids.at(point)).toBe(asked?.id);
    expect(points.weight[point]).toBeGreaterThan(2);
  });

  it("has every message once, in order, on a point of its own conversation", async () => {
    const found = await read("chunk");
    const frame = frameOf(found, "chunk");
    expect(frame.messages.count).toBe(3 + 2 + 8);
    // A long message has several points, and is on the first.
    expect(found.rows).toBeGreaterThan(5);
    for (let at = 0; at < frame.messages.count; at++) {
      const point = frame.messages.point[at] ?? -1;
      expect(point).toBeGreaterThanOrEqual(0);
      const first = frame.points.message[point] ?? -1;
      expect(first).toBeLessThanOrEqual(at);
      expect(frame.messages.conversation[first]).toBe(frame.messages.conversation[at]);
    }
  });

  it("has a point for each conversation, known by any of its chunks, of unit length", async () => {
    const found = await read("conversation");
    const { points } = found;
    expect(points.ids).toHaveLength(3);
    const byChunk = await read("chunk");
    const counts = [0, 0, 0];
    for (const id of listOf(byChunk.shown.ids)) {
      const point = points.pointOf(id) ?? -1;
      counts[point] = (counts[point] ?? 0) + 1;
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(byChunk.rows);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    for (const [at, id] of listOf(points.ids).entries()) expect(points.pointOf(id)).toBe(at);
    for (let at = 0; at < 3; at++) expect(Math.hypot(...row(points.vectors, at))).toBeCloseTo(1, 4);
    expect(frameOf(found, "conversation").points.count).toBe(3);
  });

  it("gives the text of every message in the frame's order, and passes over what came since", async () => {
    const found = await read("chunk");
    const { ids } = frameOf(found, "chunk").messages;
    await home.bring(
      "c.jsonl",
      chat("one", ...talkOf("bees", 3), "a later word") + chat("two", "new"),
    );
    const texts: string[] = [];
    const { signal } = new AbortController();
    const { rows } = home.parlance.store;
    await eachText({ rows, collection: home.collection, signal }, ids, (message, row) => {
      expect(message.id).toBe(ids.at(row));
      texts[row] = message.text;
    });
    expect(texts).toHaveLength(13);
    expect(texts).not.toContain("a later word");
    expect(texts).toEqual(expect.arrayContaining(talkOf("bees", 3)));
  });

  it("leaves out a message that is gone, and gives those after it", async () => {
    const found = await read("chunk");
    const { ids } = frameOf(found, "chunk").messages;
    const { rows } = home.parlance.store;
    const { signal } = new AbortController();
    const used = new Set<number>();
    const withGone = {
      length: ids.length + 1,
      at: (row: number) => (row < 2 ? ids.at(row) : row === 2 ? "msg_gone" : ids.at(row - 1)),
    };
    await eachText({ rows, collection: home.collection, signal }, withGone, (message, row) => {
      expect(message.id).toBe(withGone.at(row));
      used.add(row);
    });
    expect(used.size).toBe(ids.length);
    expect(used.has(2)).toBe(false);
  });
});
