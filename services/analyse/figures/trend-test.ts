// Which topics rise and fade: the last third of the messages is compared with those before, by a test that allows for bursts.

import {
  type Frame,
  type FrameTopic,
  leafOfMessages,
  type MessageMask,
} from "#services/analyse/frame/frame.ts";
import {
  adjusted,
  differenceP,
  openShares,
  type ShareSums,
  twoSidedT,
} from "#services/analyse/statistics/statistics.ts";
import { percent } from "#services/domain/percent.ts";
import { openView, shownTopics, type View } from "./view.ts";
import { day, pValue, times } from "./wording.ts";

const DAY = 86_400_000;
/** Number of blocks of whole days into which the messages are cut; with more, blocks would be shorter than bursts. */
const BLOCKS = 30;
/** Least number of blocks (effectively, of equal size) that each part needs for an estimate of its variance. */
const LEAST_LATER = 3;
const LEAST_EARLIER = 5;
/** A topic needs at least so many messages, in so many blocks, for a trend. */
const LEAST_MESSAGES = 10;
const LEAST_BLOCKS = 3;
/** Correlation of neighbouring blocks is limited to this; with more, no test could find anything. */
const MOST_CORRELATION = 0.8;
/** Least number of conversations (effectively) in each part for the test by conversations. */
const LEAST_CONVERSATIONS = 3;
/** A significant change by less than this factor is still called steady. */
export const LEAST_RATIO = 1.2;
/** Limit of the adjusted p. */
export const SIGNIFICANT = 0.05;

export const trendMethod =
  "The share of each topic among the last third of the messages is compared with its share among those before. " +
  "Messages come in bursts, so single messages do not count as independent: they are divided into about 30 blocks of whole days, and t is computed from how much blocks scatter around a straight line in each part, with a correction where neighbouring blocks are alike (quasi-binomial); then again with conversations as clusters (ratio estimator); the larger p of the two counts, and neither p may be smaller than for independent messages." +
  "p is adjusted for the number of topics (Benjamini and Hochberg): at most 5 % of the topics called rising or fading are expected to be noise. Changes by less than a fifth are called steady. " +
  "A change that came and went within one part is not seen, and a season can look like a trend where the messages cover less than a year.";

/** The contract's trend. */
export interface Trend {
  direction: "rising" | "fading" | "steady" | "unknown";
  ratio: number | null;
  p: number | null;
  says: string;
}

export interface TopicTrend extends Trend {
  readonly topic: FrameTopic;
  /** Messages and shares in the two parts. */
  readonly earlier: number;
  readonly later: number;
  readonly shareEarlier: number;
  readonly shareLater: number;
}

export interface Trends {
  /** Topics of the view's level that are not hidden, in their order. */
  readonly topics: readonly TopicTrend[];
  /** First instant of the later part; NaN where there is none. */
  readonly since: number;
  /** Why no trend can be told; undefined where it can. */
  readonly why: string | undefined;
}

interface Parts {
  /** Block of each dated row, parallel to the view's rows; −1 without a time. */
  readonly blockOf: Int32Array;
  readonly blocks: number;
  /** First block of the later part. */
  readonly border: number;
  readonly since: number;
}

/** Divides the messages into blocks of whole local days with about as many messages each, and the blocks into the two parts. */
const partsOf = ({ frame, rows, time, dated }: View): Parts => {
  const { at } = frame.messages;
  const days = new Int32Array(rows.length).fill(-1);
  const perDay = new Map<number, number>();
  for (const [place, row] of rows.entries()) {
    const instant = at[row] ?? Number.NaN;
    if (Number.isNaN(instant)) continue;
    const local = Math.floor((instant + time.offsetAt(instant)) / DAY);
    days[place] = local;
    perDay.set(local, (perDay.get(local) ?? 0) + 1);
  }
  const blockOfDay = new Map<number, number>();
  const firstDays: number[] = [];
  const passedBefore: number[] = [];
  let [block, filled, passed] = [-1, Number.POSITIVE_INFINITY, 0];
  for (const [local, messages] of [...perDay].sort(([a], [b]) => a - b)) {
    if (filled >= dated / BLOCKS) {
      block++;
      filled = 0;
      firstDays.push(local);
      passedBefore.push(passed);
    }
    blockOfDay.set(local, block);
    filled += messages;
    passed += messages;
  }
  const off = (before: number) => Math.abs(before - (dated * 2) / 3);
  const border = passedBefore.reduce(
    (best, before, place) => (off(before) < off(passedBefore[best] ?? 0) ? place : best),
    0,
  );
  const first = firstDays[border] ?? Number.NaN;
  // From noon, because the offset is looked up at a slightly wrong instant and must not lead to another day.
  const noon = first * DAY + DAY / 2;
  return {
    blockOf: days.map((local) => blockOfDay.get(local) ?? -1),
    blocks: firstDays.length,
    border,
    since: Number.isNaN(first) ? first : time.startOf("day", noon - time.offsetAt(noon)),
  };
};

interface Sums {
  readonly earlier: ShareSums;
  readonly later: ShareSums;
}

interface Blocks extends Sums {
  /** Messages of each place (the first for no topic) in each block. */
  readonly counts: Float64Array;
  readonly width: number;
  readonly sizes: Float64Array;
  readonly border: number;
}

const byBlock = (
  view: View,
  parts: Parts,
  placeOf: (row: number) => number,
  places: number,
): Blocks => {
  const width = places + 1;
  const counts = new Float64Array(parts.blocks * width);
  const sizes = new Float64Array(parts.blocks);
  for (const [place, row] of view.rows.entries()) {
    const block = parts.blockOf[place] ?? -1;
    if (block < 0) continue;
    const cell = block * width + placeOf(row) + 1;
    counts[cell] = (counts[cell] ?? 0) + 1;
    sizes[block] = (sizes[block] ?? 0) + 1;
  }
  const sums = { earlier: openShares(places), later: openShares(places) };
  for (let block = 0; block < parts.blocks; block++) {
    const into = block < parts.border ? sums.earlier : sums.later;
    for (let cell = 0; cell < width; cell++) into.add(cell - 1, counts[block * width + cell] ?? 0);
    into.close();
  }
  return { ...sums, counts, width, sizes, border: parts.border };
};

const byConversation = (
  view: View,
  parts: Parts,
  placeOf: (row: number) => number,
  places: number,
): Sums => {
  const { conversation } = view.frame.messages;
  const sums = { earlier: openShares(places), later: openShares(places) };
  let last = -1;
  for (const [place, row] of view.rows.entries()) {
    const home = conversation[row] ?? 0;
    if (home !== last) {
      sums.earlier.close();
      sums.later.close();
      last = home;
    }
    const block = parts.blockOf[place] ?? -1;
    if (block >= 0) (block < parts.border ? sums.earlier : sums.later).add(placeOf(row), 1);
  }
  sums.earlier.close();
  sums.later.close();
  return sums;
};

/**
 * By conversations, whose sizes differ widely: the ratio estimator of each part, with p never below that of independent messages.
 */
const pByConversations = ({ earlier, later }: Sums, place: number): number =>
  differenceP(earlier.estimate(place), later.estimate(place), binomial({ earlier, later }, place));

/** Variance of the difference of shares for independent messages and equal true shares. */
const binomial = ({ earlier, later }: Sums, place: number): number => {
  const share = (earlier.at(place) + later.at(place)) / (earlier.total + later.total);
  return share * (1 - share) * (1 / earlier.total + 1 / later.total);
};

/** Subtracts a straight line from the residuals of a part, so that a topic that rises steadily does not count as scattered. */
const straighten = (residuals: Float64Array): void => {
  const middle = (residuals.length - 1) / 2;
  let [rise, run] = [0, 0];
  for (let at = 0; at < residuals.length; at++) {
    rise += (at - middle) * (residuals[at] ?? 0);
    run += (at - middle) ** 2;
  }
  const slope = run > 0 ? rise / run : 0;
  for (let at = 0; at < residuals.length; at++)
    residuals[at] = (residuals[at] ?? 0) - slope * (at - middle);
};

/** Parameters estimated per series: a mean and a slope of each part. */
const TAKEN_OUT = 4;

/** Pearson residuals of the blocks around a straight line through their own part: sum of squares, and of products of neighbours. */
const scatterOf = ({ earlier, later, counts, width, sizes, border }: Blocks, place: number) => {
  const residuals = sizes.map((size, block) => {
    const part = block < border ? earlier : later;
    const share = part.at(place) / part.total;
    const spread = Math.sqrt(size * share * (1 - share));
    return spread > 0 ? ((counts[block * width + place + 1] ?? 0) - size * share) / spread : 0;
  });
  straighten(residuals.subarray(0, border));
  straighten(residuals.subarray(border));
  let [squares, lagged] = [0, 0];
  for (const [block, off] of residuals.entries()) {
    squares += off * off;
    if (block > 0 && block !== border) lagged += off * (residuals[block - 1] ?? 0);
  }
  return { squares, lagged };
};

/** Correlation of neighbouring blocks; residuals of n blocks around two lines have a bias of −4/n, which is corrected. */
const correlationOf = (squares: number, lagged: number, blocks: number): number =>
  squares > 0 ? lagged / squares + TAKEN_OUT / blocks : 0;

/**
 * By blocks, which are about equal in size: quasi-binomial. The dispersion is Pearson's, never less than 1; where neighbouring
 * blocks are correlated (a burst longer than a block) it is raised by (1 + r)/(1 − r), r the correlation of neighbours of the topic
 * or of all topics, whichever is larger, and the number of independent blocks is reduced by as much. t has that number − 4 degrees of freedom.
 */
const pByBlocks = (blocks: Blocks, place: number, usual: number): number => {
  const { earlier, later } = blocks;
  const { squares, lagged } = scatterOf(blocks, place);
  const degrees = Math.max(1, blocks.sizes.length - TAKEN_OUT);
  const own = correlationOf(squares, lagged, blocks.sizes.length);
  const r = Math.min(MOST_CORRELATION, Math.max(0, usual, own));
  const dispersion = Math.max(1, (squares / degrees) * ((1 + r) / (1 - r)));
  const difference = later.at(place) / later.total - earlier.at(place) / earlier.total;
  const independent = (blocks.sizes.length * (1 - r)) / (1 + r) - TAKEN_OUT;
  return twoSidedT(
    difference / Math.sqrt(dispersion * binomial(blocks, place)),
    Math.max(2, independent),
  );
};

/** The correlation of neighbouring blocks over all topics. */
const usualCorrelation = (blocks: Blocks, places: number): number => {
  let [squares, lagged] = [0, 0];
  for (let place = 0; place < places; place++) {
    const scatter = scatterOf(blocks, place);
    squares += scatter.squares;
    lagged += scatter.lagged;
  }
  return correlationOf(squares, lagged, blocks.sizes.length);
};

const tell = (
  found: Omit<TopicTrend, "direction" | "says" | "p"> & {
    readonly p: number;
    readonly ratio: number;
  },
  { tested, since }: { readonly tested: number; readonly since: string },
): TopicTrend => {
  const { shareEarlier, shareLater, ratio } = found;
  const shares = `${percent(shareLater)} of the messages since ${since}, ${percent(shareEarlier)} before`;
  const corrected =
    tested > 1 ? `${pValue(found.p)}, corrected for ${tested} topics` : pValue(found.p);
  if (found.p >= SIGNIFICANT)
    return { ...found, direction: "steady", says: `${shares}: no more than noise (${corrected}).` };
  if (ratio < LEAST_RATIO && ratio > 1 / LEAST_RATIO)
    return {
      ...found,
      direction: "steady",
      says: `${shares}: the difference is small (${corrected}).`,
    };
  const rising = ratio > 1;
  const much = rising ? `${times(ratio)} the share` : `down to ${percent(ratio)} of what it was`;
  return {
    ...found,
    direction: rising ? "rising" : "fading",
    says: `${shares}: ${much}, more than noise (${corrected}).`,
  };
};

const unknown = (topic: FrameTopic, says: string): TopicTrend => ({
  topic,
  direction: "unknown",
  ratio: null,
  p: null,
  says,
  earlier: 0,
  later: 0,
  shareEarlier: Number.NaN,
  shareLater: Number.NaN,
});

const whyNone = (view: View, parts: Parts, blocks: Sums): string | undefined => {
  if (view.rows.length === 0) return "No messages are selected.";
  if (view.dated === 0) return "None of these messages has a time.";
  const few =
    parts.blocks < LEAST_LATER + LEAST_EARLIER ||
    blocks.earlier.estimate(0).clusters < LEAST_EARLIER ||
    blocks.later.estimate(0).clusters < LEAST_LATER;
  return few ? "The messages are from too few days to tell a trend from noise." : undefined;
};

/** The trend of each topic of the view's level. About 10 ms for 250,000 messages. */
export const trendsOf = (view: View): Trends => {
  const { shown, placeOfLeaf } = shownTopics(view);
  const leaf = leafOfMessages(view.frame);
  const placeOf = (row: number) => placeOfLeaf[leaf[row] ?? -1] ?? -1;
  const parts = partsOf(view);
  const blocks = byBlock(view, parts, placeOf, shown.length);
  const why = whyNone(view, parts, blocks);
  if (why !== undefined)
    return { topics: shown.map((topic) => unknown(topic, why)), since: Number.NaN, why };
  const conversations = byConversation(view, parts, placeOf, shown.length);
  const both =
    conversations.earlier.estimate(0).clusters >= LEAST_CONVERSATIONS &&
    conversations.later.estimate(0).clusters >= LEAST_CONVERSATIONS;
  const { earlier, later } = blocks;
  const usual = usualCorrelation(blocks, shown.length);
  const raw = shown.map((_, place) => {
    const messages = earlier.at(place) + later.at(place);
    const holders = earlier.holders(place) + later.holders(place);
    if (messages < LEAST_MESSAGES || holders < LEAST_BLOCKS) return Number.NaN;
    return Math.max(
      pByBlocks(blocks, place, usual),
      both ? pByConversations(conversations, place) : 0,
    );
  });
  const tested = raw.filter((one) => !Number.isNaN(one)).length;
  const since = day(parts.since, view);
  const topics = adjusted(raw).map((corrected, place): TopicTrend => {
    const topic = shown[place] as FrameTopic;
    const [before, after] = [earlier.at(place), later.at(place)];
    if (Number.isNaN(corrected))
      return {
        ...unknown(topic, "Too few messages, or on too few days, to tell a trend from noise."),
        earlier: before,
        later: after,
        shareEarlier: before / earlier.total,
        shareLater: after / later.total,
      };
    const ratio = (after + 0.5) / (later.total + 1) / ((before + 0.5) / (earlier.total + 1));
    return tell(
      {
        topic,
        ratio,
        p: corrected,
        earlier: before,
        later: after,
        shareEarlier: before / earlier.total,
        shareLater: after / later.total,
      },
      { tested, since },
    );
  });
  return { topics, since: parts.since, why: undefined };
};

/** The trend of every topic of every level, except hidden ones, by topic id. */
export const trendOfTopics = (
  frame: Frame,
  topics: readonly FrameTopic[],
  { mask, zone }: { readonly mask: MessageMask; readonly zone: string },
): ReadonlyMap<string, Trend> => {
  const found = new Map<string, Trend>();
  for (const level of new Set(topics.map((topic) => topic.level)))
    for (const one of trendsOf(openView(frame, topics, { mask, zone, level })).topics) {
      const { direction, ratio, p: chance, says } = one;
      found.set(one.topic.id, { direction, ratio, p: chance, says });
    }
  return found;
};
