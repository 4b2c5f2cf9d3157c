// Makes the points that are grouped from what was read: which chunks belong together, which of them tell what a point is about.
import type { VersionRows } from "#index-store/index-store.ts";
import { mixed } from "#services/analyse/repeats/repeats.ts";
import { dot, type ManyVectors, roomFor, rowThrough, setRow } from "#services/domain/vectors.ts";

/** What a point is, besides a subject that is grouped: said in the same words over and over, or about nothing. */
export const pointKinds = { telling: 0, notice: 1, smallTalk: 2 } as const;

const kindsInOrder: readonly number[] = [
  pointKinds.telling,
  pointKinds.smallTalk,
  pointKinds.notice,
];

/** Ids of chunks; each is decoded only when it is read. */
export interface Ids {
  readonly length: number;
  at(place: number): string | undefined;
}

/**
 * What is grouped: messages with the answers to them, or conversations. Telling ones come first, and then small talk and notices;
 * each kind is sorted by what it says, so that ids have no influence on the topics.
 */
export interface ReadPoints {
  /** For each point: the chunk nearest to its vector. */
  readonly ids: Ids;
  /** Unit length: the mean of the chunks that tell what it is about. */
  readonly vectors: ManyVectors;
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
  readonly ids: Ids;
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
    readonly subject: Int32Array;
    readonly chunk: Int32Array;
    readonly digest: Float64Array;
    readonly kind: Uint8Array;
    readonly asks: Uint8Array;
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

const lengthOf = (vector: Float32Array): number => Math.sqrt(dot(vector, vector)) || 1;

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

interface Reading {
  readonly version: VersionRows;
  readonly signal: AbortSignal;
}

/** A vector of a chunk that tells what its point is about. */
type UseRow = (chunk: number, point: number, vector: Float32Array) => void;

const eachTelling = async (
  { version, signal }: Reading,
  { used, pointOfChunk }: { readonly used: Uint8Array; readonly pointOfChunk: Int32Array },
  use: UseRow,
): Promise<void> => {
  const { dim } = version;
  for await (const { from, vectors } of version.scan(BATCH_ROWS)) {
    signal.throwIfAborted();
    for (let at = 0; at < vectors.rows; at++) {
      const point = pointOfChunk[from + at] ?? -1;
      if (point < 0 || used[from + at] !== 1) continue;
      use(from + at, point, vectors.data.subarray(at * dim, (at + 1) * dim));
    }
  }
};

// Made here, since a function made inside of `makePoints` would keep all that was gathered in memory.

/** The ids of these chunks. */
export const idsOf = (ids: VersionRows["ids"], chunks: Int32Array | Uint32Array): Ids => ({
  length: chunks.length,
  at: (place) => ids.at(chunks[place] ?? -1),
});

const pointFinder =
  (ids: VersionRows["ids"], pointOfChunk: Int32Array): ReadPoints["pointOf"] =>
  (id) => {
    const point = pointOfChunk[ids.find(id) ?? -1] ?? -1;
    return point < 0 ? undefined : point;
  };

/**
 * Reads the vectors batch by batch and adds each to its point's, so that only one vector for each point is held.
 * @param whole up to so many points have vectors of float32
 */
export const makePoints = async (
  gathered: Gathered,
  reading: Reading,
  whole?: number,
): Promise<MadePoints> => {
  const { dim, ids } = reading.version;
  const { tells, kinds } = telling(gathered);
  const { order, sameAs } = byContent(gathered, { tells, kinds });
  const placeOf = new Uint32Array(order.length);
  for (const [place, own] of order.entries()) placeOf[own] = place;
  const pointOfChunk = gathered.subjectOf.map((own) => (own < 0 ? -1 : (placeOf[own] ?? -1)));
  const chosen = { used: tellingChunks(gathered, tells), pointOfChunk };
  const vectors = roomFor(dim, order.length, whole);
  const scratch = new Float32Array(dim);
  const vectorOf = (point: number) => rowThrough(vectors, point, scratch);
  await eachTelling(reading, chosen, (_chunk, point, vector) => {
    const sum = vectorOf(point);
    for (let d = 0; d < dim; d++) sum[d] = (sum[d] ?? 0) + (vector[d] ?? 0);
    setRow(vectors, point, sum);
  });
  for (let point = 0; point < order.length; point++) {
    const sum = vectorOf(point);
    const length = lengthOf(sum);
    for (let d = 0; d < dim; d++) sum[d] = (sum[d] ?? 0) / length;
    setRow(vectors, point, sum);
  }
  const nearest = new Float32Array(order.length).fill(-2);
  const chunkOf = new Int32Array(order.length).fill(-1);
  await eachTelling(reading, chosen, (chunk, point, vector) => {
    const cosine = dot(vectorOf(point), vector);
    const best = nearest[point] ?? 0;
    const known = chunkOf[point] ?? -1;
    // Equal texts have equal vectors: the smaller id, so that the same version gives the same one.
    if (cosine < best || (cosine === best && known >= 0 && ids.at(chunk) > ids.at(known))) return;
    nearest[point] = cosine;
    chunkOf[point] = chunk;
  });
  return {
    tells,
    pointOfChunk,
    points: {
      ids: idsOf(ids, chunkOf),
      vectors,
      message: Uint32Array.from(order, (own) => gathered.first[own] ?? 0),
      kinds: Uint8Array.from(order, (own) => kinds[own] ?? 0),
      sameAs,
      weight: weightOf(pointOfChunk, order.length, gathered.shownByChunk),
      pointOf: pointFinder(ids, pointOfChunk),
    },
  };
};
