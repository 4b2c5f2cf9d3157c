// Tests of erasing an upload while an analysis reads it: no trace is left in rows, frames or any file; the rest is analysed again.
import { afterEach, describe, expect, it } from "vitest";
import { listAnalyses, newestDone, requestAnalysis } from "#services/store/analyses.ts";
import { requestOriginErasure } from "#services/store/erase-requests.ts";
import { appendEdit } from "#services/store/topic-edits.ts";
import {
  type AnalysedHome,
  anAnalysedHome,
  asChats,
  leafOfChunks,
  talkOf,
} from "../analysis.builders.ts";
import { tracesOf } from "../traces.builders.ts";

let home: AnalysedHome | undefined;
afterEach(() => home?.close());

/** Stops the first analysis at the given place until it is released. */
const aBarrier = (place: string) => {
  const [come, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let armed = false;
  return {
    arm: () => {
      armed = true;
    },
    come: come.promise,
    go: () => go.resolve(),
    reached: async (reached: string) => {
      if (!armed || reached !== place) return;
      armed = false;
      come.resolve();
      await go.promise;
    },
  };
};

const mine = asChats("mine", talkOf("bees", 30));
const theirs = asChats("theirs", [...talkOf("boats", 30), ...talkOf("stars", 30)]);

const chunksWith = async ({ store }: AnalysedHome["parlance"], word: string) =>
  (
    await store.rows
      .selectFrom("chunks")
      .select("id")
      .where("text", "like", `% ${word}1x%`)
      .where("state", "=", "live")
      .execute()
  ).map(({ id }) => id);

describe("erasing an upload", () => {
  it.each(["analyse.grouped", "analyse.kept", "analyse.finished"])(
    "while a run is at %s leaves nothing of it anywhere, and has the rest analysed",
    async (place) => {
      const barrier = aBarrier(place);
      home = await anAnalysedHome({ reached: barrier.reached });
      const { parlance, collection, folder } = home;
      await home.bring("b.jsonl", theirs);
      const upload = await home.bring("a.jsonl", mine);
      const erased = await newestDone(parlance.store.rows, collection);
      expect(erased?.messages).toBe(90);
      expect((await tracesOf(folder, "nectar")).length).toBeGreaterThan(2);
      barrier.arm();
      await requestAnalysis(parlance.store, { collection, mode: "refit" });
      parlance.bus.wake();
      await barrier.come;
      await requestOriginErasure(parlance.store, upload);
      parlance.bus.wake();
      // The erasure may end before the analysis continues, or wait until it releases the index.
      await new Promise((later) => setTimeout(later, 300));
      barrier.go();
      const done = await home.settled();
      expect(done).toMatchObject({ state: "done", messages: 60, points: 60 });
      for (const error of home.errors) expect(error).toMatchObject({ code: "superseded" });
      const { frame, topics } = await home.savedAnalysis();
      expect(frame.messages.count).toBe(60);
      expect(topics.length).toBeGreaterThan(0);
      for (const word of ["nectar", "smoker", "hive honey"])
        expect(await tracesOf(folder, word), word).toEqual([]);
      const index = await parlance.indexes.open(collection);
      expect((await index.verify()).damaged).toEqual([]);
      const states = (await listAnalyses(parlance.store.rows, collection)).map(
        ({ state }) => state,
      );
      expect(states[0]).toBe("done");
      expect(states).not.toContain("running");
    },
  );

  it("keeps the identities of the remaining topics, and the names that people gave them", async () => {
    home = await anAnalysedHome();
    const { parlance, collection } = home;
    const upload = await home.bring("a.jsonl", mine);
    await home.bring("b.jsonl", theirs);
    const kept = await chunksWith(parlance, "boats");
    const leaves = leafOfChunks(await home.savedAnalysis());
    const counts = new Map<string, number>();
    for (const chunk of kept) {
      const leaf = leaves.get(chunk);
      if (leaf) counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
    }
    const [[topic = ""] = []] = [...counts].sort((a, b) => b[1] - a[1]);
    await appendEdit(parlance.store, collection, {
      edit: { kind: "rename", topic, title: "On the water" },
      says: "",
    });
    await requestOriginErasure(parlance.store, upload);
    parlance.bus.wake();
    expect(await home.settled()).toMatchObject({ state: "done", messages: 60 });
    const named = (await home.topics()).find(({ id }) => id === topic);
    expect(named).toMatchObject({ title: "On the water", titleBy: "person" });
    const now = leafOfChunks(await home.savedAnalysis());
    expect(kept.filter((chunk) => now.get(chunk) === topic).length).toBeGreaterThan(10);
  });
});
