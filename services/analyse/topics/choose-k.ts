// How many topics a collection has: the fewest that tell nearly all that more would tell.
import { type KMeans, sampleOf, seededRandom } from "#index-store/kmeans/kmeans.ts";
import { gather, type Vectors } from "#services/domain/vectors.ts";
import { qualityOf, stabilityOf } from "./quality.ts";

/** Rows looked at: topics smaller than one in a thousand rows are details, however large the collection. */
const sampleByDefault = 10_000;
const mostByDefault = 400;
/** Rows a topic must have on average: fewer are no topic. */
const fewestRows = 4;
/** Each candidate is so many times the one before. */
const step = 1.25;
/** Candidates past the best one that are still looked at: the curve is not quite smooth. */
const patience = 3;
/** Candidates are compared, not kept: a few passes after those of the start tell them apart. */
const passes = 5;
/** The share of the best gain that the chosen k must reach. */
const enough = 0.95;
/** Where labelings from two seeds agree no better than this, the topics are the dice's. */
const leastStability = 0.05;
/** Rows that a statement about stability needs. */
const leastRows = 100;

export interface KCandidate {
  readonly k: number;
  /** Bayesian information criterion per row, in nats, bigger is better; only differences mean something. */
  readonly score: number;
  /** The share of what the best candidate gains over a single topic. */
  readonly gain: number;
  /** Squared distances to the centroids per row. */
  readonly inertia: number;
  /** Mean silhouette, −1 … 1; null for a single topic. */
  readonly silhouette: number | null;
}

export interface KChoice {
  readonly k: number;
  /** What was tried, by k, a single topic first: the curve that a person may overrule the choice by. */
  readonly candidates: readonly KCandidate[];
  /** Mean adjusted Rand index between seeds at the chosen k; null where it was not measured. */
  readonly stability: number | null;
  readonly sampled: number;
}

export interface ChooseKOptions {
  readonly kmeans: KMeans;
  readonly seed?: number;
  readonly sample?: number;
  /** The largest candidate; 400 by default, and never more than a quarter of the rows. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

/**
 * Tries k on a growing grid over a seeded sample, and takes the smallest one that reaches 95 % of the gain in BIC that
 * the best has over a single topic. The BIC is that of spherical Gaussians of one common variance, as in X-means (Pelleg
 * and Moore, 2000); stopping short of its maximum is the parsimony of the one-standard-error rule (Breiman and others,
 * 1984): past the knee BIC goes on to split what people call one topic, on labelled sets to about twice their number
 * (infra/bench/cluster.bench.ts). There, silhouette chooses 10 for 17 services and the largest k tried on IRC,
 * Calinski-Harabasz always 2, stability over seeds nearly always 2 or 3. A single topic is the answer where labelings from
 * different seeds agree no better than chance.
 */
export async function chooseK(rows: Vectors, options: ChooseKOptions): Promise<KChoice> {
  const { kmeans, seed = 1, sample = sampleByDefault, most = mostByDefault, signal } = options;
  const part = gather(rows, sampleOf(rows.rows, sample, seededRandom(seed)));
  const limit = Math.min(most, Math.floor(part.rows / fewestRows));
  const tried: Tried[] = [];
  let best = -Infinity;
  let past = 0;
  for (let k = 1; k <= Math.max(1, limit) && past < patience; k = nextK(k, limit)) {
    if (part.rows === 0) break;
    const search = { k, seed, starts: 1, iterations: passes, ...(signal && { signal }) };
    const { labels, centroids, inertia } = await kmeans.cluster(part, search);
    if (centroids.rows < k) break;
    const { silhouette } = await qualityOf(
      part,
      { labels, topics: k },
      { ...(signal && { signal }) },
    );
    const score = informationOf(part, k, inertia);
    tried.push({ k, score, inertia: inertia / part.rows, silhouette });
    past = score > best ? 0 : past + 1;
    best = Math.max(best, score);
  }
  const candidates = withGains(tried);
  const k = candidates.find(({ gain }) => gain >= enough)?.k ?? 1;
  const sampled = part.rows;
  if (k < 2 || sampled < leastRows)
    return { k: Math.max(1, k), candidates, stability: null, sampled };
  const stability = await stabilityOf(part, {
    kmeans,
    k,
    seed,
    runs: 2,
    ...(signal && { signal }),
  });
  const found = stability === null || stability >= leastStability;
  return { k: found ? k : 1, candidates, stability, sampled };
}

type Tried = Omit<KCandidate, "gain">;

const nextK = (k: number, limit: number): number => {
  const next = Math.max(k + 1, Math.round(k * step));
  return k < limit && next > limit ? limit : next;
};

/**
 * Per row: the log likelihood under k spherical Gaussians of one variance, less half the free parameters (k centroids, k
 * shares, a variance) times the logarithm of the rows. Terms that no k changes are left out.
 */
function informationOf({ dim, rows }: Vectors, k: number, inertia: number): number {
  // Rows that are all the same have no variance: a floor keeps the logarithm finite.
  const variance = Math.max(inertia / (rows * dim), 1e-9);
  const parameters = k * (dim + 1);
  return -0.5 * dim * Math.log(variance) - (0.5 * parameters * Math.log(rows)) / rows;
}

function withGains(tried: readonly Tried[]): KCandidate[] {
  const base = tried[0]?.score ?? 0;
  const best = Math.max(...tried.map(({ score }) => score));
  const range = best - base;
  return tried.map((candidate) => ({
    ...candidate,
    gain: range > 0 ? (candidate.score - base) / range : Number(candidate.score === best),
  }));
}
