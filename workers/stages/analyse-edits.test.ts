// Tests of hand edits and killed analyses: hand edits apply in every later analysis, and a killed analysis is finished by the next.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TopicEdit } from "#services/contract/analysis.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import { newestDone, requestAnalysis } from "#services/store/analyses.ts";
import { appendEdit, listEdits, type StoredEdit, undoEdit } from "#services/store/topic-edits.ts";
import { findTopic, type StoredTopic } from "#services/store/topics.ts";
import {
  type AnalysedHome,
  anAnalysedHome,
  asChats,
  leafOfChunks,
  type Theme,
  talkOf,
  themes,
} from "../analysis.builders.ts";

const allThemes = Object.keys(themes) as Theme[];
const everything = (each: number, seed = 1) =>
  asChats(
    `talk${seed}`,
    allThemes.flatMap((theme) => talkOf(theme, each, seed)),
  );

const leavesOf = async (home: AnalysedHome): Promise<StoredTopic[]> =>
  (await home.topics()).filter(({ leafNumber }) => leafNumber !== null);

/** The leaf topic whose keywords contain a word of the theme. */
const leafAbout = async (home: AnalysedHome, theme: Theme): Promise<StoredTopic> => {
  const words = themes[theme].split(" ");
  const score = ({ keywords }: StoredTopic) =>
    keywords.filter(({ term }) => words.some((word) => term.includes(word))).length;
  const [best] = (await leavesOf(home)).toSorted((a, b) => score(b) - score(a));
  if (!best || score(best) === 0) throw new Error(`no topic is about ${theme}`);
  return best;
};

/** The topic that the machine has each point in, moves by hand left aside; null for none. Only where nothing is merged or split. */
const machineLeafOfChunks = ({ frame, grouping }: SavedAnalysis): Map<string, string | null> =>
  new Map(
    [...grouping.places].map((place, at) => [
      frame.points.ids.at(at),
      grouping.origins[place] ?? null,
    ]),
  );

describe("changes by hand", () => {
  let home: AnalysedHome;
  beforeAll(async () => {
    home = await anAnalysedHome();
    await home.bring("a.jsonl", everything(24));
  });
  afterAll(() => home.close());

  const edit = (made: TopicEdit): Promise<StoredEdit> =>
    appendEdit(home.parlance.store, home.collection, { edit: made, says: "A change." });
  const stateOf = async (made: StoredEdit) =>
    (await listEdits(home.parlance.store.rows, home.collection)).find(({ id }) => id === made.id)
      ?.state;
  const membersOf = async (topic: string): Promise<string[]> =>
    [...leafOfChunks(await home.savedAnalysis())]
      .filter(([, leaf]) => leaf === topic)
      .map(([chunk]) => chunk)
      .sort();

  it("find a topic for each theme", async () => {
    const found = new Set<string>();
    for (const theme of allThemes) found.add((await leafAbout(home, theme)).id);
    expect(found.size).toBe(allThemes.length);
  });

  it("of a name, and hiding, take effect at once and stay through update and refit", async () => {
    const bees = await leafAbout(home, "bees");
    const boats = await leafAbout(home, "boats");
    const renamed = await edit({ kind: "rename", topic: bees.id, title: "Beekeeping" });
    const hidden = await edit({ kind: "hide", topic: boats.id, hidden: true });
    expect([renamed.state, hidden.state]).toEqual(["now", "now"]);
    for (const mode of ["update", "refit"] as const) {
      expect((await home.run(mode)).state).toBe("done");
      expect(await leafAbout(home, "bees")).toMatchObject({
        id: bees.id,
        title: "Beekeeping",
        titleBy: "person",
      });
      expect(await leafAbout(home, "boats")).toMatchObject({ id: boats.id, hidden: true });
    }
    await undoEdit(home.parlance.store, home.collection, renamed.id);
    await undoEdit(home.parlance.store, home.collection, hidden.id);
    const again = await leafAbout(home, "bees");
    expect(again).toMatchObject({ titleBy: "keywords", title: again.madeTitle });
    expect(await leafAbout(home, "boats")).toMatchObject({ hidden: false });
  });

  it("merge topics in every later analysis, until undone", async () => {
    const [bread, bikes] = [await leafAbout(home, "bread"), await leafAbout(home, "bikes")];
    const apart = [await membersOf(bread.id), await membersOf(bikes.id)] as const;
    const merged = await edit({ kind: "merge", topics: [bikes.id], into: bread.id });
    expect(merged.state).toBe("next");
    for (const mode of ["update", "update", "refit"] as const) {
      await home.run(mode);
      expect(await stateOf(merged)).toBe("now");
      expect(await membersOf(bread.id)).toEqual(apart.flat().sort());
      const gone = await findTopic(home.parlance.store.rows, home.collection, bikes.id);
      expect(gone).toMatchObject({ state: "dead" });
    }
    const undone = await undoEdit(home.parlance.store, home.collection, merged.id);
    expect(undone.state).toBe("next");
    await home.run("update");
    expect(await membersOf(bread.id)).toEqual(apart[0]);
    expect(await membersOf(bikes.id)).toEqual(apart[1]);
  });

  it("move messages until undone", async () => {
    const before = leafOfChunks(await home.savedAnalysis());
    const [stars, music] = [await leafAbout(home, "stars"), await leafAbout(home, "music")];
    const [out = "", ...over] = (await membersOf(stars.id)).slice(0, 3);
    const moved = await edit({ kind: "move", chunks: over, to: music.id });
    const taken = await edit({ kind: "move", chunks: [out], to: null });
    await home.run("update");
    const after = new Map(before).set(out, null);
    for (const chunk of over) after.set(chunk, music.id);
    expect(leafOfChunks(await home.savedAnalysis())).toEqual(after);
    await undoEdit(home.parlance.store, home.collection, moved.id);
    await undoEdit(home.parlance.store, home.collection, taken.id);
    await home.run("update");
    expect(leafOfChunks(await home.savedAnalysis())).toEqual(before);
  });

  it("keep messages moved when more comes, and undone give them to where the machine has them by then", async () => {
    const [stars, music] = [await leafAbout(home, "stars"), await leafAbout(home, "music")];
    const [out = "", ...over] = (await membersOf(stars.id)).slice(0, 3);
    const moved = await edit({ kind: "move", chunks: over, to: music.id });
    const taken = await edit({ kind: "move", chunks: [out], to: null });
    await home.bring("b.jsonl", everything(2, 2));
    await home.run("refit");
    expect(await membersOf(music.id)).toEqual(expect.arrayContaining(over));
    const refitted = await home.savedAnalysis();
    expect(leafOfChunks(refitted).get(out)).toBeNull();
    expect([await stateOf(moved), await stateOf(taken)]).toEqual(["now", "now"]);
    await undoEdit(home.parlance.store, home.collection, moved.id);
    await undoEdit(home.parlance.store, home.collection, taken.id);
    await home.run("update");
    // A refit may find other topics, so that this need not be the one they were taken from.
    expect(leafOfChunks(await home.savedAnalysis())).toEqual(machineLeafOfChunks(refitted));
  });

  it("split a topic into parts that keep their ids", async () => {
    const bees = await leafAbout(home, "bees");
    const whole = await membersOf(bees.id);
    const before = (await leavesOf(home)).length;
    const split = await edit({ kind: "split", topic: bees.id, parts: 2 });
    await home.run("update");
    expect(await stateOf(split)).toBe("now");
    expect(await leavesOf(home)).toHaveLength(before + 1);
    const leaves = leafOfChunks(await home.savedAnalysis());
    const parts = new Set(whole.map((chunk) => leaves.get(chunk)));
    expect(parts.size).toBe(2);
    expect(parts.has(bees.id)).toBe(true);
    await home.run("update");
    expect(leafOfChunks(await home.savedAnalysis())).toEqual(leaves);
    await undoEdit(home.parlance.store, home.collection, split.id);
    await home.run("update");
    expect(await membersOf(bees.id)).toEqual(whole);
    expect(home.errors).toEqual([]);
  });

  it("wait while the topics that they name do not exist", async () => {
    const ghost = await edit({
      kind: "merge",
      topics: ["top_neverexisted"],
      into: (await leafAbout(home, "bees")).id,
    });
    await home.run("update");
    expect(await stateOf(ghost)).toBe("waits");
    expect(home.errors).toEqual([]);
  });
});

describe("an analysis that is killed after it saved its files", () => {
  it.each(["analyse.grouped", "analyse.kept"])(
    "at %s is finished by the next delivery, and topics keep their identity",
    async (place) => {
      let [armed, died] = [false, 0];
      const home = await anAnalysedHome({
        reached: async (reached) => {
          if (!armed || reached !== place) return;
          armed = false;
          died++;
          throw new Error("died");
        },
      });
      await home.bring("a.jsonl", everything(12));
      const { store, indexes } = home.parlance;
      const before = leafOfChunks(await home.savedAnalysis());
      const first = await newestDone(store.rows, home.collection);
      const index = await indexes.open(home.collection);
      armed = true;
      await requestAnalysis(store, { collection: home.collection, mode: "update" });
      home.parlance.bus.wake();
      await expect.poll(() => died, { interval: 20, timeout: 20_000 }).toBe(1);
      // The old result is shown until the analysis is done.
      expect((await home.savedAnalysis()).analysis).toBe(first?.id);
      const done = await home.settled();
      expect(done).toMatchObject({ state: "done", quality: { k: { by: "carried" } } });
      expect(done.id).not.toBe(first?.id);
      const after = leafOfChunks(await home.savedAnalysis());
      expect(after).toEqual(before);
      expect((await index.attachments("analysis")).length).toBeLessThanOrEqual(3);
      await home.close();
    },
  );
});
