// Chooses the number of topics of a collection: the smallest that explains nearly as much as larger numbers do.
import { type KMeans, sampleOf, seededRandom } from "#index-store/kmeans/kmeans.ts";
import { gather, type Vectors } from "#services/domain/vectors.ts";
import { qualityOf, stabilityOf } from "./quality.ts";

/** Rows sampled: with more, only topics smaller than one in a thousand rows would be found, however large the collection. */
const sampleByDefault = 10_000;
const mostByDefault = 400;
/** Rows that a topic must have on average. */
const fewestRows = 4;
/** Topics that a person can read: where the curve still rises at the last candidate, its largest value says nothing. */
const readable = 60;
/** Mean silhouette from which groups are clear. */
const clear = 0.2;
/** Each candidate is this factor larger than the one before. */
const step = 1.25;
/** Candidates beyond the best one that are still tried, because the curve is not quite smooth. */
const patience = 3;
/** k-means passes per candidate: candidates are only compared, not kept, so a few passes after the start are enough. */
const passes = 5;
/** The share of the best gain that the chosen k must reach. */
const enough = 0.95;
/** Where labelings from two seeds agree no better than this, the topics are random. */
const leastStability = 0.05;
/** Least number of rows for measuring stability. */
const leastRows = 100;

export interface KCandidate {
  readonly k: number;
  /** Bayesian information criterion per row, in nats, bigger is better; only differences have a meaning. */
  readonly score: number;
  /** Its gain over a single topic, as a share of the gain of the best candidate. */
  readonly gain: number;
  /** Squared distances to the centroids per row. */
  readonly inertia: number;
  /** Mean silhouette, −1 … 1; null for a single topic. */
  readonly silhouette: number | null;
}

export interface KChoice {
  readonly k: number;
  /** The candidates tried, by k, a single topic first: people see this curve and may choose another k. */
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
 * and Moore, 2000); stopping below its maximum follows the parsimony of the one-standard-error rule (Breiman and others,
 * 1984): beyond the knee of the curve, BIC continues to split what people call one topic, on labelled sets to about twice their
 * number (infra/bench/cluster.bench.ts). There, silhouette chooses 10 for 17 services and the largest k tried on IRC,
 * Calinski-Harabasz always 2, stability over seeds nearly always 2 or 3. The result is a single topic where labelings from
 * different seeds agree no better than by chance. A curve that still rises at the largest candidate has no knee: then the
 * number is one that people can read.
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
  const rising = past === 0 && limit === most && candidates.at(-1)?.k === limit;
  const knee = candidates.find(({ gain }) => gain >= enough);
  const k = rising ? readable : wordedK(knee, rows.rows);
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

/**
 * The knee of the curve, where there are clear groups. Short texts have none (silhouettes of .03 to .12): the knee then depends on
 * the number of rows, and few rows give far fewer topics than people tell apart. For them at least .9 √n, as far as people can read
 * so many: 41 for 2,098 dialogues about 42 services, 49 for 2,921 about 49 (infra/bench/labelled-sets.ts).
 */
const wordedK = (knee: KCandidate | undefined, rows: number): number => {
  if (knee === undefined || knee.k < 2) return 1;
  if ((knee.silhouette ?? 1) >= clear) return knee.k;
  return Math.max(knee.k, Math.min(readable, Math.round(0.9 * Math.sqrt(rows))));
};

type Tried = Omit<KCandidate, "gain">;

const nextK = (k: number, limit: number): number => {
  const next = Math.max(k + 1, Math.round(k * step));
  return k < limit && next > limit ? limit : next;
};

/**
 * Per row: the log likelihood under k spherical Gaussians of one variance, minus half the free parameters (k centroids, k
 * shares, a variance) times the logarithm of the number of rows. Terms that do not depend on k are left out.
 */
function informationOf({ dim, rows }: Vectors, k: number, inertia: number): number {
  // Rows that are all equal have no variance: a lower limit keeps the logarithm finite.
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
