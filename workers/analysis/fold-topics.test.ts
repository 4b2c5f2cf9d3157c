// What is no subject becomes one topic of its kind at the end, keeps its id, and takes nothing that a person has touched.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { editId, topicId } from "#services/domain/ids.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { StoredEdit } from "#services/store/store.ts";
import { type Folded, foldTopics } from "./fold-topics.ts";
import type { SpecialKind } from "./grouped.ts";
import { pointKinds, type ReadPoints } from "./read-points.ts";

const { rows } = plantedTopics({ topics: 3, rows: 12, spread: 0.3 });
const ids = ["a", "b", "c"].map((name) => topicId(name.padEnd(16, "0")));
/** Nine points of three topics, then one of small talk and two notices. */
const topicOf = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 2, 2, -1, -1, -1);
const { smallTalk, notice } = pointKinds;
const points: ReadPoints = {
  ids: [...topicOf.keys()].map((at) => `chk_${at}`),
  vectors: rows,
  message: Uint32Array.from(topicOf.keys()),
  kinds: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, smallTalk, notice, notice),
  sameAs: Uint32Array.from(topicOf.keys()),
  weight: new Uint32Array(topicOf.length).fill(1),
  pointOf: () => undefined,
};

const fold = (
  judged: readonly (SpecialKind | undefined)[],
  {
    edits = [],
    k = null,
    previous,
  }: { edits?: readonly StoredEdit[]; k?: number | null; previous?: SavedAnalysis } = {},
): Promise<Folded> => {
  let made = 0;
  return foldTopics({ topics: ids, topicOf }, points, {
    previous,
    rows,
    wanted: { mode: "update", k, model: "m", edits, remembered: [] },
    tools: {
      kmeans: openKMeans({ faiss: "off" }),
      newId: () => topicId(`new${++made}`.padEnd(16, "0")),
      signal: new AbortController().signal,
      judge: async () => judged,
    },
  });
};

describe("topics that are no subject", () => {
  it("are one line of each kind, behind the subjects", async () => {
    const { topics, topicOf: now, special, folded } = await fold([undefined, "mixed", "smallTalk"]);
    expect(special.map(({ kind }) => kind)).toEqual(["mixed", "smallTalk", "notices"]);
    expect(topics).toEqual([ids[0], ...special.map(({ id }) => id)]);
    expect([...now]).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3]);
    expect(folded.map(({ kind }) => kind)).toEqual(["mixed", "smallTalk"]);
  });

  it("are none where all points tell something and all topics are subjects", async () => {
    const { topics, special } = await fold([undefined, undefined, undefined]);
    expect(topics.slice(0, 3)).toEqual(ids);
    expect(special.map(({ kind }) => kind)).toEqual(["smallTalk", "notices"]);
  });

  it("do not include what a person has named, nor anything where a person asked for a number", async () => {
    const rename = {
      id: editId("named"),
      edit: { kind: "rename", topic: ids[1], title: "Mine" },
      undoneAt: null,
    } as unknown as StoredEdit;
    const named = await fold([undefined, "mixed", "mixed"], { edits: [rename] });
    expect(named.folded).toEqual([{ topic: ids[2], kind: "mixed" }]);
    expect((await fold(["mixed", "mixed", "mixed"], { k: 3 })).folded).toEqual([]);
  });

  it("keep their ids and their kind while topics are carried on", async () => {
    const first = await fold([undefined, "mixed", undefined]);
    const previous = {
      grouping: { folded: first.folded },
      topics: first.topics.map((id, leaf) => ({
        ...first.special.find((one) => one.id === id),
        id,
        leaf,
      })),
    } as unknown as SavedAnalysis;
    const again = await fold(["mixed", undefined, undefined], { previous });
    expect(again.special).toEqual(first.special);
    expect(again.folded).toEqual(first.folded);
    expect([...again.topicOf]).toEqual([...first.topicOf]);
  });
});
