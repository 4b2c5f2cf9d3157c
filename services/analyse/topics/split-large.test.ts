// Clusters that hold too much of a large collection are split, those of a small one are not.
import { expect, it } from "vitest";
import { assign, openKMeans } from "#index-store/kmeans/kmeans.ts";
import { splitLarge } from "./split-large.ts";
import { plantedTopics } from "./topics.builders.ts";

const kmeans = openKMeans({ faiss: "off" });

const largestShare = async (rows: number): Promise<number> => {
  const { rows: all } = plantedTopics({ topics: 40, rows, spread: 0.4 });
  const found = await kmeans.cluster(all, { k: 4, seed: 1 });
  const centroids = await splitLarge(
    all,
    { centroids: found.centroids, nearest: found.labels },
    { kmeans, seed: 1 },
  );
  const sizes = new Map<number, number>();
  for (const label of (await assign(all, centroids)).labels)
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return Math.max(...sizes.values()) / rows;
};

it("leaves no cluster with much more than 5 % of a large collection", async () => {
  expect(await largestShare(4400)).toBeLessThan(0.06);
});

it("keeps the clusters of a small collection", async () => {
  expect(await largestShare(400)).toBeGreaterThan(0.2);
});
