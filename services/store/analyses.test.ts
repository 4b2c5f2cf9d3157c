// Tests of analyses in rows: requested once, taken over from dead workers, shown as a whole or not at all; what people said about topics stays.
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { analysisSettings } from "#services/contract/analysis.ts";
import { editId, readTopicId } from "#services/domain/ids.ts";
import { analysed, aResult, aTopic } from "./analyses.builders.ts";
import {
  beginAnalysis,
  currentAnalysis,
  failAnalysis,
  finishAnalysis,
  listAnalyses,
  newestDone,
  requestAnalysis,
  saveProgress,
} from "./analyses.ts";
import { saveSettings, settingsOf } from "./analysis-settings.ts";
import { insertMany } from "./compiled.ts";
import { findAnswer, saveAnswer } from "./llm-names.ts";
import { aCollection, aStore } from "./store.builders.ts";
import { appendEdit, listEdits, pendingEdits, undoEdit } from "./topic-edits.ts";
import { findTopic, listDeadTopics, listTopicEvents, listTopics } from "./topics.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const fresh = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  return { store, collection: await aCollection(store) };
};

const frost = aTopic("frost");
const slugs = aTopic("slugs", { leafNumber: 1 });

describe("analyses", () => {
  it("are requested once while one waits; a refit stays a refit", async () => {
    const { store, collection } = await fresh();
    const first = await requestAnalysis(store, { collection, mode: "refit" });
    const again = await requestAnalysis(store, { collection, mode: "update" });
    expect(again).toMatchObject({ id: first.id, state: "waiting", mode: "refit" });
    expect(await store.rows.selectFrom("jobs").select(["name", "job_key"]).execute()).toEqual([
      { name: "analysis.due", job_key: collection },
    ]);
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ id: first.id });
    const begun = await beginAnalysis(store, collection, 4);
    expect(begun).toMatchObject({ id: first.id, state: "running", version: 4 });
    const next = await requestAnalysis(store, { collection, mode: "update" });
    expect(next.id).not.toBe(first.id);
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ id: first.id });
  });

  it("take over what a killed worker had started, and start nothing twice", async () => {
    const { store, collection } = await fresh();
    expect(await beginAnalysis(store, collection, 1)).toBeUndefined();
    const { id } = await requestAnalysis(store, { collection, mode: "update" });
    await beginAnalysis(store, collection, 1);
    expect(await saveProgress(store.rows, id, { progress: 0.5, doing: "Grouping" })).toBe(true);
    expect(await beginAnalysis(store, collection, 2)).toMatchObject({
      id,
      version: 2,
      progress: 0,
    });
    expect(await finishAnalysis(store, id, aResult([frost]))).toBe(true);
    expect(await finishAnalysis(store, id, aResult([]))).toBe(false);
    expect(await saveProgress(store.rows, id, { progress: 0.6, doing: "Naming" })).toBe(false);
    expect(await beginAnalysis(store, collection, 2)).toBeUndefined();
    expect(await newestDone(store.rows, collection)).toMatchObject({
      id,
      version: 2,
      topics: 1,
      points: 20,
      quality: { silhouette: 0.1, k: { chosen: 2 } },
    });
  });

  it("use the settings that people chose, and the defaults otherwise", async () => {
    const { store, collection } = await fresh();
    expect(await settingsOf(store.rows, collection)).toEqual(analysisSettings.parse({}));
    const chosen = analysisSettings.parse({ k: 12, unit: "conversation", automatic: false });
    await saveSettings(store.rows, collection, chosen);
    expect(await settingsOf(store.rows, collection)).toEqual(chosen);
    const wish = { collection, mode: "update", settings: { ...chosen, k: 7 } } as const;
    expect((await requestAnalysis(store, wish)).settings.k).toBe(7);
    expect((await settingsOf(store.rows, collection)).k).toBe(7);
  });

  it("have the reason of their failure, while the one before is still shown", async () => {
    const { store, collection } = await fresh();
    const done = await analysed(store, collection, 1, aResult([frost]));
    const { id } = await requestAnalysis(store, { collection, mode: "update" });
    await beginAnalysis(store, collection, 2);
    await failAnalysis(store, id, "The disk is full.");
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({
      id,
      state: "failed",
      error: "The disk is full.",
    });
    expect((await newestDone(store.rows, collection))?.id).toBe(done);
  });

  it("are kept up to twenty, including the newest finished one", async () => {
    const { store, collection } = await fresh();
    const done = await analysed(store, collection, 1, aResult([frost]));
    for (let run = 0; run < 25; run++) {
      const { id } = await requestAnalysis(store, { collection, mode: "update" });
      await failAnalysis(store, id, "no");
    }
    expect(await listAnalyses(store.rows, collection)).toHaveLength(20);
    expect((await newestDone(store.rows, collection))?.id).toBe(done);
    expect(await store.rows.selectFrom("analyses").selectAll().execute()).toHaveLength(21);
  });
});

describe("answers of the language model", () => {
  it("are stored by request, the newest two thousand", async () => {
    const { store, collection } = await fresh();
    await requestAnalysis(store, { collection, mode: "update" });
    await beginAnalysis(store, collection, 1);
    const save = (key: string) =>
      saveAnswer(store, collection, { key, answer: key, model: "m", tokensIn: 1, tokensOut: 1 });
    await save("first");
    const row = await store.rows.selectFrom("llm_names").selectAll().executeTakeFirstOrThrow();
    const { org_id: _, ...first } = row;
    const columns = Object.keys(first) as (keyof typeof first)[];
    const later = Array.from({ length: 1999 }, (__, place) => ({
      ...first,
      cache_key: `${place}`,
      created_at: row.created_at + 1,
    }));
    await insertMany(store.rows, "llm_names", columns, later);
    expect((await findAnswer(store.rows, collection, "first"))?.answer).toBe("first");
    await save("last");
    expect(await findAnswer(store.rows, collection, "first")).toBeUndefined();
    expect((await findAnswer(store.rows, collection, "last"))?.answer).toBe("last");
    expect(await store.rows.selectFrom("llm_names").select("cache_key").execute()).toHaveLength(
      2000,
    );
  });
});

describe("topics", () => {
  it("are replaced as a whole; missing ones are dead, and may be revived under their ids", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([frost, slugs]));
    await analysed(store, collection, 2, aResult([aTopic("frost", { points: 15 })]));
    expect(await listTopics(store.rows, collection)).toMatchObject([{ id: frost.id, points: 15 }]);
    expect(await listDeadTopics(store.rows, collection)).toMatchObject([
      { id: slugs.id, state: "dead", diedVersion: 2, leafNumber: null },
    ]);
    await analysed(store, collection, 3, aResult([slugs, frost]));
    expect((await listTopics(store.rows, collection)).map(({ id }) => id)).toEqual([
      slugs.id,
      frost.id,
    ]);
    expect(await findTopic(store.rows, collection, slugs.id)).toMatchObject({
      state: "live",
      diedVersion: null,
      keywords: slugs.keywords,
      trend: slugs.trend,
      spark: [1, 2],
    });
  });

  it("have a history, with their current titles", async () => {
    const { store, collection } = await fresh();
    const sizes = { sizeBefore: 10, sizeAfter: 20 };
    await analysed(
      store,
      collection,
      1,
      aResult([frost, slugs], {
        events: [{ topic: frost.id, kind: "born", from: null, to: 1, others: [], ...sizes }],
      }),
    );
    const merged = { topic: frost.id, kind: "merged", from: 1, to: 2, ...sizes } as const;
    await analysed(
      store,
      collection,
      2,
      aResult([frost], { events: [{ ...merged, others: [{ topic: slugs.id, messages: 3 }] }] }),
    );
    await appendEdit(store, collection, {
      edit: { kind: "rename", topic: frost.id, title: "Cold nights" },
      says: "renamed",
    });
    const events = await listTopicEvents(store.rows, { collection });
    expect(events.map(({ kind, title }) => [kind, title])).toEqual([
      ["merged", "Cold nights"],
      ["born", "Cold nights"],
    ]);
    expect(await listTopicEvents(store.rows, { collection, topic: slugs.id })).toMatchObject([
      { kind: "merged", others: [{ topic: slugs.id, title: "slugs", messages: 3 }] },
    ]);
  });

  it("have a history of fifty analyses", async () => {
    const { store, collection } = await fresh();
    for (let version = 1; version <= 52; version++) {
      const sizes = { sizeBefore: version, sizeAfter: version + 1 };
      const grew = { topic: frost.id, kind: "grew", from: null, to: version, others: [] } as const;
      await analysed(
        store,
        collection,
        version,
        aResult([frost], { events: [{ ...grew, ...sizes }] }),
      );
      // Times are in milliseconds, so that each analysis needs a millisecond of its own.
      await setTimeout(2);
    }
    const versions = (await listTopicEvents(store.rows, { collection })).map(({ to }) => to);
    expect(versions).toEqual(Array.from({ length: 50 }, (_, place) => 52 - place));
  });

  it("accept a thousand hand edits, and more once some are undone", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([frost]));
    const edit = { kind: "hide", topic: frost.id, hidden: true } as const;
    const first = await appendEdit(store, collection, { edit, says: "hid" });
    const row = await store.rows.selectFrom("topic_edits").selectAll().executeTakeFirstOrThrow();
    await insertMany(
      store.rows,
      "topic_edits",
      ["id", "collection_id", "ordinal", "edit", "says", "state", "outcome", "at", "undone_at"],
      Array.from({ length: 999 }, (_, place) => ({
        ...row,
        id: editId(store.newId()),
        ordinal: place + 1,
      })),
    );
    await expect(appendEdit(store, collection, { edit, says: "hid" })).rejects.toMatchObject({
      code: "too-many-edits",
    });
    await undoEdit(store, collection, first.id);
    expect(await appendEdit(store, collection, { edit, says: "hid" })).toMatchObject({
      state: "now",
    });
  });

  it("keep names that people gave, and hiding, through analyses", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([frost, slugs]));
    const rename = (title: string) =>
      appendEdit(store, collection, {
        edit: { kind: "rename", topic: frost.id, title },
        says: `to ${title}`,
      });
    const first = await rename("Cold");
    const second = await rename("Cold nights");
    await appendEdit(store, collection, {
      edit: { kind: "hide", topic: slugs.id, hidden: true },
      says: "hid",
    });
    const shown = async () =>
      (await listTopics(store.rows, collection)).map(({ title, titleBy, hidden }) => [
        title,
        titleBy,
        hidden,
      ]);
    expect(await shown()).toEqual([
      ["Cold nights", "person", false],
      ["slugs", "keywords", true],
    ]);
    await analysed(store, collection, 2, aResult([aTopic("frost", { llmTitle: "Frost" }), slugs]));
    expect(await shown()).toEqual([
      ["Cold nights", "person", false],
      ["slugs", "keywords", true],
    ]);
    await undoEdit(store, collection, second.id);
    expect((await shown())[0]).toEqual(["Cold", "person", false]);
    await undoEdit(store, collection, first.id);
    await undoEdit(store, collection, first.id);
    expect((await shown())[0]).toEqual(["Frost", "llm", false]);
    expect(await rename("")).toMatchObject({ state: "now" });
    expect((await shown())[0]).toEqual(["Frost", "llm", false]);
  });

  it("are renamed when they are revived, where they were dead at the time of the edit", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([slugs]));
    const edit = await appendEdit(store, collection, {
      edit: { kind: "rename", topic: frost.id, title: "Cold" },
      says: "to Cold",
    });
    expect(edit.state).toBe("waits");
    await analysed(store, collection, 2, aResult([frost, slugs]));
    expect((await listTopics(store.rows, collection))[0]?.title).toBe("Cold");
    expect((await listEdits(store.rows, collection))[0]?.state).toBe("now");
  });

  it("wait for the next analysis with edits that need one, and with undoing them", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([frost, slugs]));
    const split = await appendEdit(store, collection, {
      edit: { kind: "split", topic: frost.id, parts: 2 },
      says: "split",
    });
    expect(split.state).toBe("next");
    expect(await pendingEdits(store.rows, collection)).toBe(1);
    const outcome = { parts: ["a", "b"] };
    await analysed(
      store,
      collection,
      2,
      aResult([frost, slugs], { edits: [{ id: split.id, state: "now", outcome }] }),
    );
    expect(await listEdits(store.rows, collection)).toMatchObject([{ state: "now", outcome }]);
    expect(await pendingEdits(store.rows, collection)).toBe(0);
    expect(await undoEdit(store, collection, split.id)).toMatchObject({ state: "next" });
    expect(await pendingEdits(store.rows, collection)).toBe(1);
    expect(await listEdits(store.rows, collection, "in-force")).toEqual([]);
    await analysed(store, collection, 3, aResult([frost, slugs]));
    expect(await pendingEdits(store.rows, collection)).toBe(0);
  });

  it("wait for another analysis where an edit is undone while the first one applies it", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([frost, slugs]));
    const merge = await appendEdit(store, collection, {
      edit: { kind: "merge", topics: [slugs.id], into: frost.id },
      says: "merged",
    });
    await requestAnalysis(store, { collection, mode: "update" });
    const begun = await beginAnalysis(store, collection, 2);
    if (!begun) throw new Error("no run");
    // Times are in milliseconds, and a real analysis takes longer than one.
    while (store.now() <= (begun.startedAt ?? 0)) await setTimeout(1);
    expect(await undoEdit(store, collection, merge.id)).toMatchObject({ state: "next" });
    const edits = [{ id: merge.id, state: "now" as const, outcome: { parts: [] } }];
    await finishAnalysis(store, begun.id, aResult([frost], { edits }));
    expect(await listEdits(store.rows, collection)).toMatchObject([
      { state: "next", outcome: { parts: [] } },
    ]);
    expect(await pendingEdits(store.rows, collection)).toBe(1);
    await analysed(store, collection, 3, aResult([frost, slugs]));
    expect(await pendingEdits(store.rows, collection)).toBe(0);
  });

  it("need no analysis where an edit is undone before any has read it", async () => {
    const { store, collection } = await fresh();
    await analysed(store, collection, 1, aResult([frost, slugs]));
    const begun = store.now();
    while (store.now() <= begun) await setTimeout(1);
    const merge = await appendEdit(store, collection, {
      edit: { kind: "merge", topics: [slugs.id], into: frost.id },
      says: "merged",
    });
    expect(await undoEdit(store, collection, merge.id)).toMatchObject({ state: "waits" });
    expect(await pendingEdits(store.rows, collection)).toBe(0);
  });

  it("belong to one collection only", async () => {
    const { store, collection } = await fresh();
    const other = await aCollection(store, "Other");
    await analysed(store, collection, 1, aResult([frost]));
    const id = readTopicId(frost.id);
    expect(id && (await findTopic(store.rows, other, id))).toBeUndefined();
    expect(await listTopics(store.rows, other)).toEqual([]);
  });
});
