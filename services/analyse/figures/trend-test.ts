// Which topics rise and fade: the last third of the messages against those before, by a test that knows that chats come in bursts.

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
import { openView, shownTopics, type View } from "./view.ts";
import { day, percent, pValue, times } from "./wording.ts";

const DAY = 86_400_000;
/** Blocks of whole days into which the messages are cut; more would be shorter than bursts last. */
const BLOCKS = 30;
/** Blocks (of equal size, effectively) that each part must have for its variance to be told. */
const LEAST_LATER = 3;
const LEAST_EARLIER = 5;
/** Fewer messages of a topic, or in fewer blocks, tell no trend. */
const LEAST_MESSAGES = 10;
const LEAST_BLOCKS = 3;
/** Of neighbouring blocks; beyond, no test could tell anything. */
const MOST_CORRELATION = 0.8;
/** Conversations (effectively) that a part must have for them to count as clusters beside the blocks. */
const LEAST_CONVERSATIONS = 3;
/** A change that is certain but smaller than this is called steady. */
export const LEAST_RATIO = 1.2;
/** Of the adjusted p. */
export const SIGNIFICANT = 0.05;

export const trendMethod =
  "The share of each topic among the last third of the messages is compared with its share among those before. " +
  "Messages come in bursts, so single messages do not count as independent: they are cut into about 30 blocks of whole days, and t is computed from how much blocks scatter about a straight line in each part, more where they go on from each other (quasi-binomial); then again with conversations as clusters (ratio estimator); the more doubtful of the two counts, and neither may be surer than independent messages would be. " +
  "p is adjusted for the number of topics (Benjamini and Hochberg): of all topics called rising or fading, at most 5 % are expected to be noise. Changes by less than a fifth are called steady. " +
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

/** Cuts the messages into blocks of whole local days with about as many messages each, and those into the two parts. */
const cut = ({ frame, rows, time, dated }: View): Parts => {
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
  // The wall clock of that day's noon is on that day in every zone.
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
  /** Messages of each place (the first for none) in each block. */
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
 * By conversations, whose sizes differ wildly: the ratio estimator of each part, never surer than independent messages.
 */
const pByConversations = ({ earlier, later }: Sums, place: number): number =>
  differenceP(earlier.estimate(place), later.estimate(place), binomial({ earlier, later }, place));

/** Variance of the difference of shares where messages are independent and the shares are the same. */
const binomial = ({ earlier, later }: Sums, place: number): number => {
  const share = (earlier.at(place) + later.at(place)) / (earlier.total + later.total);
  return share * (1 - share) * (1 / earlier.total + 1 / later.total);
};

/** Takes a straight line out of part of the residuals: a topic that rises all the while scatters no more for that. */
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

/** A mean and a slope of each part are taken out of the residuals. */
const TAKEN_OUT = 4;

/**
 * How blocks scatter about a straight line through their own part, by Pearson's residuals; and how each goes on from the one
 * before.
 */
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

/** Of neighbouring blocks; residuals of n blocks about two lines have −4/n of it by nature, which is put back. */
const correlationOf = (squares: number, lagged: number, blocks: number): number =>
  squares > 0 ? lagged / squares + TAKEN_OUT / blocks : 0;

/**
 * By blocks, which are about equal: quasi-binomial. The dispersion is Pearson's, never less than 1; where blocks go on from
 * each other (a burst longer than a block) it is raised by (1 + r)/(1 − r), r the correlation of neighbours, of the topic or
 * of all topics, whichever is larger, and as many fewer blocks count as independent. t has those − 4 degrees of freedom.
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
    return { ...found, direction: "steady", says: `${shares}: a small difference (${corrected}).` };
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
  if (view.dated === 0) return "None of these messages says when it was written.";
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
  const parts = cut(view);
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
  const since = day(parts.since, view.time);
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

/** The trend of every topic of every level, hidden ones excepted, by topic id. */
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
