// The same few texts over and over: each is a topic, however often it is said, and the number of points has no influence.
import { expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { topicId } from "#services/domain/ids.ts";
import { gather } from "#services/domain/vectors.ts";
import { groupPoints } from "./group-points.ts";
import type { ReadPoints } from "./read-points.ts";

const { rows: all } = plantedTopics({ topics: 13, rows: 13, spread: 0.3 });

/** The texts, each said so many times; those of the same text stand together. */
const said = (times: readonly number[]): ReadPoints => {
  const texts = times.flatMap((count, text) => Array.from({ length: count }, () => text));
  return {
    ids: texts.map((_, at) => `chk_${at}`),
    vectors: gather(all, texts),
    message: Uint32Array.from(texts.keys()),
    kinds: new Uint8Array(texts.length),
    sameAs: Uint32Array.from(texts, (text) => texts.indexOf(text)),
    weight: new Uint32Array(texts.length).fill(1),
    pointOf: () => undefined,
  };
};

it.each([4, 60])("has 13 topics of 13 texts that are said %i times and more", async (least) => {
  let made = 0;
  const points = said(Array.from({ length: 13 }, (_, text) => least + text));
  const { topics, topicOf } = await groupPoints(points, undefined, {
    wanted: { mode: "update", k: null, model: "m", edits: [], remembered: [] },
    tools: {
      kmeans: openKMeans({ faiss: "off" }),
      newId: () => topicId(`t${++made}x`.padEnd(16, "0")),
      signal: new AbortController().signal,
    },
  });
  expect(topics).toHaveLength(13);
  const pairs = new Set([...topicOf].map((topic, at) => `${points.sameAs[at]} ${topic}`));
  expect(pairs.size).toBe(13);
});
