// Makes the points that are grouped from what was read: which chunks belong together, which of them tell what a point is about.
import { mixed } from "#services/analyse/repeats/repeats.ts";
import { dot, type Vectors } from "#services/domain/vectors.ts";
import type { ChunkVectors } from "./chunk-vectors.ts";
import type { PackedIds } from "./packed-ids.ts";

/** What a point is, besides a subject that is grouped: said in the same words over and over, or about nothing. */
export const pointKinds = { telling: 0, notice: 1, smallTalk: 2 } as const;

const kindsInOrder: readonly number[] = [
  pointKinds.telling,
  pointKinds.smallTalk,
  pointKinds.notice,
];

/**
 * What is grouped: messages with the answers to them, or conversations. Telling ones come first, and then small talk and notices;
 * each kind is sorted by what it says, so that ids have no influence on the topics.
 */
export interface ReadPoints {
  /** For each point: the chunk nearest to its vector. */
  readonly ids: readonly string[];
  /** Unit length: the mean of the chunks that tell what it is about. */
  readonly vectors: Vectors;
  /** The first message of each point: a row of the frame. */
  readonly message: Uint32Array;
  /** One of `pointKinds` for each point. */
  readonly kinds: Uint8Array;
  /** For each point, the first point with the same texts. */
  readonly sameAs: Uint32Array;
  /** Number of points of the frame that each stands for: its chunks, or 1. */
  readonly weight: Uint32Array;
  /** The point that a chunk is of; undefined where it is of none. */
  readonly pointOf: (chunk: string) => number | undefined;
}

/** What is shown: chunks, each on its point, or the points themselves. */
export interface ShownPoints {
  readonly ids: readonly string[];
  readonly message: Uint32Array;
  /** The point that each belongs to. */
  readonly pointOf: Uint32Array;
}

/** What was read of chunks and messages, before vectors. Subjects are numbered as they were met. */
export interface Gathered {
  /** Whether the frame shows chunks; else it shows the points themselves. */
  readonly shownByChunk: boolean;
  /** By chunk, in the order of the index: its subject (−1 for none), and the first message in it (a row of the frame; −1 for none). */
  readonly subjectOf: Int32Array;
  readonly messageOf: Int32Array;
  /** By subject: its first message. */
  readonly first: Uint32Array;
  /** By message: its subject and first chunk (−1 for none), the number of its text, one of `pointKinds`, and 1 where it is no answer. */
  readonly messages: {
    readonly subject: ArrayLike<number>;
    readonly chunk: ArrayLike<number>;
    readonly digest: ArrayLike<number>;
    readonly kind: Uint8Array;
    readonly asks: ArrayLike<number>;
  };
}

/** Which messages tell what their point is about: what is asked, but not answers, notices and small talk where there is more. */
const telling = ({ first, messages }: Gathered): { tells: Uint8Array; kinds: Uint8Array } => {
  const { subject, kind, asks } = messages;
  // The best rank among the messages of a subject: 3 = asks and tells something, 2 = tells something, 1 = small talk, 0 = a notice.
  const rankOf = (row: number): number => {
    if (kind[row] === pointKinds.notice) return 0;
    if (kind[row] === pointKinds.smallTalk) return 1;
    return asks[row] === 1 ? 3 : 2;
  };
  const best = new Uint8Array(first.length);
  for (let row = 0; row < subject.length; row++) {
    const own = subject[row] ?? -1;
    if (own >= 0) best[own] = Math.max(best[own] ?? 0, rankOf(row));
  }
  const tells = new Uint8Array(subject.length);
  for (let row = 0; row < subject.length; row++) {
    const own = subject[row] ?? -1;
    tells[row] = own >= 0 && rankOf(row) === best[own] ? 1 : 0;
  }
  const kinds = best.map((rank) =>
    rank === 0 ? pointKinds.notice : rank === 1 ? pointKinds.smallTalk : pointKinds.telling,
  );
  return { tells, kinds };
};

/** Sorts subjects by their kinds and the numbers of what they say; equal ones stand together. */
const byContent = (
  gathered: Gathered,
  { tells, kinds }: { readonly tells: Uint8Array; readonly kinds: Uint8Array },
) => {
  const { subject, digest } = gathered.messages;
  const digests = new Float64Array(gathered.first.length);
  for (let row = 0; row < subject.length; row++) {
    const own = subject[row] ?? -1;
    if (own >= 0 && tells[row] === 1) digests[own] = mixed(digests[own] ?? 0, digest[row] ?? 0);
  }
  const rank = (own: number) => kindsInOrder.indexOf(kinds[own] ?? 0);
  const order = Uint32Array.from(digests.keys()).sort(
    (a, b) => rank(a) - rank(b) || (digests[a] ?? 0) - (digests[b] ?? 0) || a - b,
  );
  const sameAs = new Uint32Array(order.length);
  for (const [place, own] of order.entries()) {
    const before = order[place - 1];
    const same =
      before !== undefined && digests[before] === digests[own] && kinds[before] === kinds[own];
    sameAs[place] = same ? (sameAs[place - 1] ?? place) : place;
  }
  return { order, sameAs };
};

/** 1 for the chunks of messages that tell: the first one of each, and those that are its alone. */
const tellingChunks = ({ messageOf, messages }: Gathered, tells: Uint8Array): Uint8Array => {
  const telling = Uint8Array.from(messageOf, (row) => (row >= 0 ? (tells[row] ?? 0) : 0));
  for (let row = 0; row < tells.length; row++) {
    const chunk = messages.chunk[row] ?? -1;
    if (tells[row] === 1 && chunk >= 0) telling[chunk] = 1;
  }
  return telling;
};

const scaled = (vector: Float32Array): void => {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] ?? 0) / length;
};

const BATCH_ROWS = 8192;

const weightOf = (pointOfChunk: Int32Array, points: number, byChunk: boolean): Uint32Array => {
  if (!byChunk) return new Uint32Array(points).fill(1);
  const weight = new Uint32Array(points);
  for (const point of pointOfChunk) if (point >= 0) weight[point] = (weight[point] ?? 0) + 1;
  return weight;
};

export interface MadePoints {
  readonly points: ReadPoints;
  /** By message: 1 where its words describe its point. */
  readonly tells: Uint8Array;
  /** The point of each chunk, in the order of the index; −1 for none. */
  readonly pointOfChunk: Int32Array;
}

/**
 * Reads the vectors batch by batch and adds each to its point's, so that only one vector for each point is held.
 * @param chunks number of each chunk, in the order in which the index gives them.
 */
export const makePoints = async (
  gathered: Gathered,
  {
    vectors,
    chunks,
    signal,
  }: {
    readonly vectors: ChunkVectors;
    readonly chunks: PackedIds;
    readonly signal: AbortSignal;
  },
): Promise<MadePoints> => {
  const { dim } = vectors;
  const { tells, kinds } = telling(gathered);
  const { order, sameAs } = byContent(gathered, { tells, kinds });
  const placeOf = new Uint32Array(order.length);
  for (const [place, own] of order.entries()) placeOf[own] = place;
  const pointOfChunk = gathered.subjectOf.map((own) => (own < 0 ? -1 : (placeOf[own] ?? -1)));
  const used = tellingChunks(gathered, tells);
  const data = new Float32Array(order.length * dim);
  const vector = (point: number) => data.subarray(point * dim, (point + 1) * dim);
  const isUsed = (id: string): boolean => {
    const chunk = chunks.find(id);
    return (pointOfChunk[chunk] ?? -1) >= 0 && used[chunk] === 1;
  };
  const eachChunk = async (use: (chunk: number, id: string, row: Float32Array) => void) => {
    for await (const batch of vectors.scan(BATCH_ROWS, isUsed)) {
      signal.throwIfAborted();
      for (const [at, id] of batch.ids.entries())
        use(chunks.find(id), id, batch.vectors.data.subarray(at * dim, (at + 1) * dim));
    }
  };
  await eachChunk((chunk, _id, row) => {
    const sum = vector(pointOfChunk[chunk] ?? 0);
    for (let d = 0; d < dim; d++) sum[d] = (sum[d] ?? 0) + (row[d] ?? 0);
  });
  for (let point = 0; point < order.length; point++) scaled(vector(point));
  const nearest = new Float32Array(order.length).fill(-2);
  const ids = Array.from({ length: order.length }, () => "");
  await eachChunk((chunk, id, row) => {
    const point = pointOfChunk[chunk] ?? 0;
    const cosine = dot(vector(point), row);
    const best = nearest[point] ?? 0;
    // Equal texts have equal vectors: the smaller id, so that the same version gives the same one.
    if (cosine < best || (cosine === best && id > (ids[point] ?? ""))) return;
    nearest[point] = cosine;
    ids[point] = id;
  });
  return {
    tells,
    pointOfChunk,
    points: {
      ids,
      vectors: { dim, rows: order.length, data },
      message: Uint32Array.from(order, (own) => gathered.first[own] ?? 0),
      kinds: Uint8Array.from(order, (own) => kinds[own] ?? 0),
      sameAs,
      weight: weightOf(pointOfChunk, order.length, gathered.shownByChunk),
      pointOf: (id) => {
        const point = pointOfChunk[chunks.find(id)] ?? -1;
        return point < 0 ? undefined : point;
      },
    },
  };
};
