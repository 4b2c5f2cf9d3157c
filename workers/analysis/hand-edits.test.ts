// The stored log of hand edits as the replay takes it, and the parts that a topic is split into.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { editId, topicId } from "#services/domain/ids.ts";
import { gather } from "#services/domain/vectors.ts";
import type { StoredEdit } from "#services/store/store.ts";
import { findParts, handEdits as handEditsOf, openSplits } from "./hand-edits.ts";

/** Each chunk is a point of its own. */
const handEdits = (stored: readonly StoredEdit[]) => handEditsOf(stored, (chunk) => chunk);

let made = 0;
const stored = (
  edit: StoredEdit["edit"],
  more: Partial<Pick<StoredEdit, "outcome" | "undoneAt">> = {},
): StoredEdit => ({
  id: editId(`e${++made}`),
  at: made,
  edit,
  says: "A change.",
  state: "next",
  outcome: null,
  undoneAt: null,
  ...more,
});

const [bees, boats, bread] = ["bees", "boats", "bread"].map((name) =>
  topicId(name.padEnd(16, "0")),
);
const ids = { bees: bees ?? "", boats: boats ?? "", bread: bread ?? "" };
const parts = [{ topic: ids.bees, prototype: [1, 0] }];

describe("the log of hand edits", () => {
  it("is taken in its order, without names and hiding, which the rows keep", () => {
    const merge = stored({ kind: "merge", topics: [ids.boats], into: ids.bees });
    const move = stored({ kind: "move", chunks: ["chk_1"], to: ids.bread });
    const away = stored({ kind: "move", chunks: ["chk_2"], to: null });
    const log = handEdits([
      stored({ kind: "rename", topic: ids.bees, title: "Bees" }),
      merge,
      stored({ kind: "hide", topic: ids.bees, hidden: true }),
      move,
      away,
    ]);
    expect(log).toEqual([
      { id: merge.id, kind: "merge", topics: [ids.boats], into: ids.bees },
      { id: move.id, kind: "move", points: ["chk_1"], to: ids.bread },
      { id: away.id, kind: "move", points: ["chk_2"], to: null },
    ]);
  });

  it("says last what was undone, and keeps the edit itself: parts of a split are known by it", () => {
    const split = stored(
      { kind: "split", topic: ids.bees, parts: 2 },
      { outcome: { parts }, undoneAt: 5 },
    );
    const merge = stored({ kind: "merge", topics: [ids.boats], into: ids.bread });
    expect(handEdits([split, merge])).toEqual([
      { id: split.id, kind: "split", topic: ids.bees, parts },
      { id: merge.id, kind: "merge", topics: [ids.boats], into: ids.bread },
      { id: `undo ${split.id}`, kind: "undo", edit: split.id },
    ]);
  });

  it("leaves out a split whose parts are not found yet, undone or not, and what names no topic", () => {
    expect(
      handEdits([
        stored({ kind: "split", topic: ids.bees, parts: 2 }),
        stored({ kind: "split", topic: ids.bees, parts: 2 }, { undoneAt: 1 }),
        stored({ kind: "merge", topics: [ids.bees], into: "no topic" }),
        stored({ kind: "move", chunks: ["chk_1"], to: "no topic" }),
      ]),
    ).toEqual([]);
  });

  it("moves the points that the chunks are of now, each once", () => {
    const move = stored({ kind: "move", chunks: ["chk_1", "chk_2", "chk_3"], to: null });
    expect(handEditsOf([move], (chunk) => (chunk === "chk_3" ? chunk : "chk_9"))).toEqual([
      { id: move.id, kind: "move", points: ["chk_9", "chk_3"], to: null },
    ]);
  });

  it("has splits to be made: in force, and without parts", () => {
    const open = stored({ kind: "split", topic: ids.bees, parts: 3 });
    const found = openSplits([
      stored({ kind: "split", topic: ids.boats, parts: 2 }, { outcome: { parts } }),
      stored({ kind: "split", topic: ids.boats, parts: 2 }, { undoneAt: 9 }),
      stored({ kind: "merge", topics: [ids.boats], into: ids.bees }),
      open,
    ]);
    expect(found).toEqual([{ stored: open, topic: ids.bees, parts: 3 }]);
  });
});

describe("the parts of a topic", () => {
  const tools = () => {
    let next = 0;
    return {
      kmeans: openKMeans({ faiss: "off" }),
      newId: () => topicId(`part${++next}`),
      signal: new AbortController().signal,
    };
  };

  it("are as many as asked for, unit vectors, the largest with the topic's own id", async () => {
    const { rows, planted } = plantedTopics({ topics: 3, rows: 90, spread: 0.2, shared: 0 });
    // Of the first kind all thirty, of the others ten each.
    const kept = [...planted.keys()].filter((at) => planted[at] === 0 || at < 30);
    const found = await findParts({ topic: topicId("own"), parts: 3 }, gather(rows, kept), tools());
    expect(found?.map(({ topic }) => topic)).toEqual(["own", "part1", "part2"].map(topicId));
    for (const { prototype } of found ?? []) expect(Math.hypot(...prototype)).toBeCloseTo(1, 4);
    const towards = rows.data.subarray(0, rows.dim);
    const near = (found ?? []).map(({ prototype }) =>
      prototype.reduce((sum, value, at) => sum + value * (towards[at] ?? 0), 0),
    );
    expect(near.indexOf(Math.max(...near))).toBe(0);
  });

  it("are none where the messages are all the same, or only one", async () => {
    const { rows } = plantedTopics({ topics: 1, rows: 1 });
    expect(await findParts({ topic: topicId("own"), parts: 2 }, rows, tools())).toBeUndefined();
    const same = gather(rows, [0, 0, 0, 0]);
    expect(await findParts({ topic: topicId("own"), parts: 2 }, same, tools())).toBeUndefined();
  });
});
