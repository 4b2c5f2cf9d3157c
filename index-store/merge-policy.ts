// Which segments are worth merging: tiers of sizes, as Lucene's, so that a row is rewritten once per tier and no more.

export interface SegmentSize {
  readonly id: string;
  readonly rows: number;
  readonly live: number;
}

/** Segments of one tier that make a merge, and the step in size from tier to tier. */
const TIER = 6;
const SMALLEST = 64;
/** Above this share of dead rows a segment is rewritten by itself. */
const DEAD_SHARE = 0.4;
const WORTH_CLEANING = 256;
/**
 * No merge makes a larger segment, so that one takes seconds and a bounded memory however large the index is
 * (600 MB with texts of 150 characters).
 * Larger segments, of earlier versions, stay as they are.
 */
export const LARGEST = 400_000;

const tierOf = (live: number): number =>
  Math.floor(Math.log(Math.max(live, SMALLEST) / SMALLEST) / Math.log(TIER));

/**
 * Groups of segment ids to be rewritten into one each, the smallest first; a group of one only drops its dead rows.
 *
 * Segments of half the largest size or more are left alone: with those, every few rows would rewrite hundreds of thousands. Of the
 * others six segments of a tier make one of a higher tier, so rows are rewritten at most log₆(rows / rows per commit) times: 250,000
 * rows in commits of 10,000 are rewritten about once on average (merge-policy.test.ts).
 */
export const planMerges = (segments: readonly SegmentSize[]): string[][] => {
  const candidates = segments.filter(({ live }) => live < LARGEST / 2);
  const tiers = new Map<number, SegmentSize[]>();
  for (const segment of candidates) {
    const tier = tierOf(segment.live);
    tiers.set(tier, [...(tiers.get(tier) ?? []), segment]);
  }
  const merges: SegmentSize[][] = [];
  // Segments of smaller tiers join a larger tier's merge: that costs little and saves a merge of their own later.
  let smaller: SegmentSize[] = [];
  for (const tier of [...tiers.keys()].sort((a, b) => a - b)) {
    const members = tiers.get(tier) ?? [];
    if (members.length < TIER) {
      smaller = [...smaller, ...members];
      continue;
    }
    merges.push(within(LARGEST, [...smaller, ...members]));
    smaller = [];
  }
  const merged = new Set(merges.flat());
  const worn = segments.filter(
    (segment) =>
      segment.live <= LARGEST &&
      !merged.has(segment) &&
      segment.rows >= WORTH_CLEANING &&
      segment.rows - segment.live > segment.rows * DEAD_SHARE,
  );
  return [...merges.filter((group) => group.length > 1), ...worn.map((segment) => [segment])]
    .sort((a, b) => liveIn(a) - liveIn(b))
    .map((group) => group.map(({ id }) => id));
};

/** A segment joins a merge at rest where it has at most so many times the rows of all smaller segments together. */
const WORTH_JOINING = 2;
/** So few rows are always made one segment: that takes a fraction of a second. */
const CHEAP_ROWS = 10_000;

/**
 * The group to be rewritten as one when no more commits are expected; empty where nothing is worth it.
 *
 * All segments up to the largest one that is not much larger than the rest together, so that an import ends as one segment,
 * while a few rows added to a large collection do not rewrite it: segments that stay each have three times the rows of those
 * before them.
 */
export const planRest = (segments: readonly SegmentSize[]): string[] => {
  const ascending = [...segments].sort((a, b) => a.live - b.live);
  let smaller = 0;
  let count = 0;
  for (const [place, { live }] of ascending.entries()) {
    if (smaller + live > LARGEST) break;
    const worthIt = live <= smaller * WORTH_JOINING || smaller + live <= CHEAP_ROWS;
    if (place > 0 && worthIt) count = place + 1;
    smaller += live;
  }
  return ascending.slice(0, count).map(({ id }) => id);
};

const liveIn = (group: readonly SegmentSize[]): number =>
  group.reduce((sum, { live }) => sum + live, 0);

/** The smallest of them that stay under the limit together. */
const within = (limit: number, group: readonly SegmentSize[]): SegmentSize[] => {
  let total = 0;
  return [...group]
    .sort((a, b) => a.live - b.live)
    .filter(({ live }) => {
      total += live;
      return total <= limit;
    });
};
