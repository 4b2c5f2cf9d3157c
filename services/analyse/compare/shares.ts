// Compares shares of two selections: topics, authors, sources, channels, languages, roles; and their words.

import { languageName } from "#services/analyse/figures/figures.ts";
import {
  type Frame,
  type FrameTopic,
  leafCount,
  leafOfMessages,
  leafTopics,
  type MessageMask,
  type MessageSelection,
  NO_TOPIC,
  roles,
} from "#services/analyse/frame/frame.ts";
import {
  differenceP,
  halfWidth95,
  openShares,
  twoSidedNormal,
  Z95,
} from "#services/analyse/statistics/statistics.ts";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import type { DifferenceKind, RawDifference, Sides } from "./difference.ts";

/** Least number of messages of a value, on both sides together. */
const LEAST_COUNT = 5;
const LEAST_WORD = 5;
/** Weight of the words' prior, in words: a word used often on both sides alike is hardly moved by it (Monroe 2008, 3.5). */
const PRIOR_WORDS = 500;

const DAY = 86_400_000;

/**
 * Tells for rows in the order of the frame whether each starts a new cluster: the messages of one conversation on one day (a
 * channel may be one conversation for years). Messages without a time are clustered by conversation.
 */
export const openClusters = ({ messages }: Frame): ((row: number) => boolean) => {
  const { conversation, at } = messages;
  let [home, day] = [-1, -1];
  return (row) => {
    const [ownHome, ownDay] = [conversation[row] ?? 0, Math.floor((at[row] ?? Number.NaN) / DAY)];
    const isNew = ownHome !== home || (ownDay !== day && !Number.isNaN(ownDay));
    home = ownHome;
    if (!Number.isNaN(ownDay) || isNew) day = ownDay;
    return isNew;
  };
};

/** A column of the frame as values of one kind. */
interface Dimension {
  readonly kind: DifferenceKind;
  readonly labels: readonly string[];
  readonly keys: readonly string[];
  placeOf(row: number): number;
  opens(place: number): MessageSelection;
}

export const dimensionsOf = (frame: Frame, topics: readonly FrameTopic[]): Dimension[] => {
  const { messages, conversations, authors, sources, channels, languages } = frame;
  const leaf = leafOfMessages(frame);
  const shown = leafTopics(topics);
  const none = shown.length;
  const placeOfLeaf = new Int32Array(leafCount(topics)).fill(-1);
  for (const [place, { leaves }] of shown.entries())
    for (const one of leaves) placeOfLeaf[one] = place;
  const topicIds = [...shown.map(({ id }) => id), NO_TOPIC];
  const home = (row: number) => messages.conversation[row] ?? 0;
  const plain = (
    kind: DifferenceKind,
    names: readonly string[],
    how: Pick<Dimension, "placeOf"> & { readonly opens: (name: string) => MessageSelection },
  ): Dimension => ({
    kind,
    labels: names,
    keys: names,
    placeOf: how.placeOf,
    opens: (place) => how.opens(names[place] ?? ""),
  });
  return [
    {
      kind: "topic",
      labels: [...shown.map(({ title }) => title), "No topic"],
      keys: topicIds,
      placeOf: (row) => {
        const own = leaf[row] ?? -1;
        return own < 0 ? none : (placeOfLeaf[own] ?? -1);
      },
      opens: (place) => ({ topics: [topicIds[place] ?? NO_TOPIC] }),
    },
    plain("author", authors, {
      placeOf: (row) => messages.author[row] ?? -1,
      opens: (name) => ({ authors: [name] }),
    }),
    {
      ...plain("source", sources, {
        placeOf: (row) => conversations.source[home(row)] ?? -1,
        opens: (name) => ({ sources: [name] }),
      }),
      labels: sources.map(sourceLabel),
    },
    plain("channel", channels, {
      placeOf: (row) => conversations.channel[home(row)] ?? -1,
      opens: (name) => ({ channels: [name] }),
    }),
    {
      ...plain("language", languages, {
        placeOf: (row) => messages.language[row] ?? -1,
        opens: (name) => ({ languages: [name] }),
      }),
      labels: languages.map(languageName),
    },
    {
      ...plain("role", roles, {
        placeOf: (row) => messages.role[row] ?? -1,
        opens: (name) => ({ roles: roles.filter((role) => role === name) }),
      }),
      labels: roles.map(roleLabel),
    },
  ];
};

/** Shares of the places of one side, with conversations as clusters. */
const sharesOf = (frame: Frame, mask: MessageMask, { labels, placeOf }: Dimension) => {
  const sums = openShares(labels.length);
  const isNew = openClusters(frame);
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] !== 1) continue;
    if (isNew(row)) sums.close();
    sums.add(placeOf(row), 1);
  }
  sums.close();
  return sums;
};

export const compareShares = (
  frame: Frame,
  { a, b }: Sides,
  dimension: Dimension,
): RawDifference[] => {
  const left = sharesOf(frame, a, dimension);
  const right = sharesOf(frame, b, dimension);
  const found: RawDifference[] = [];
  for (let place = 0; place < dimension.labels.length; place++) {
    const [countA, countB] = [left.at(place), right.at(place)];
    if (countA + countB < LEAST_COUNT) continue;
    // All messages on both sides have this value, so nothing can differ.
    if (countA === left.total && countB === right.total) continue;
    const [ownA, ownB] = [left.estimate(place), right.estimate(place)];
    const odds = (count: number, total: number) => Math.log((count + 0.5) / (total - count + 0.5));
    // From the variance of a share to that of its log odds (delta method), at least that of independent messages, smoothed.
    const spread = (count: number, total: number, variance: number) => {
      const share = (count + 0.5) / (total + 1);
      const floor = 1 / (count + 0.5) + 1 / (total - count + 0.5);
      return Math.max(floor, variance / (share * (1 - share)) ** 2);
    };
    const variance =
      spread(countA, left.total, ownA.variance) + spread(countB, right.total, ownB.variance);
    const effect = odds(countA, left.total) - odds(countB, right.total);
    const clusters = Math.min(ownA.clusters, ownB.clusters);
    const half = halfWidth95(clusters - 1) * Math.sqrt(variance);
    found.push({
      kind: dimension.kind,
      key: dimension.keys[place] ?? "",
      label: dimension.labels[place] ?? "",
      countA,
      countB,
      shareA: ownA.value,
      shareB: ownB.value,
      effect,
      low: effect - half,
      high: effect + half,
      p: pOfEffect(effect, variance, clusters),
      opens: dimension.opens(place),
    });
  }
  return found;
};

const pOfEffect = (effect: number, variance: number, clusters: number): number =>
  differenceP({ value: effect, variance, clusters }, { value: 0, variance: 0, clusters });

export const compareWords = ({ words }: Sides): RawDifference[] => {
  if (words === undefined || words.totalA === 0 || words.totalB === 0) return [];
  const { totalA, totalB } = words;
  const scale = PRIOR_WORDS / (totalA + totalB);
  return words.counts
    .filter(({ countA, countB }) => countA + countB >= LEAST_WORD)
    .map((one): RawDifference => {
      const { word, countA, countB } = one;
      const prior = (countA + countB) * scale;
      const logOdds = (count: number, total: number) =>
        Math.log((count + prior) / (total + PRIOR_WORDS - count - prior));
      const effect = logOdds(countA, totalA) - logOdds(countB, totalB);
      const homes = (one.conversationsA ?? countA) + (one.conversationsB ?? countB);
      const burst = Math.max(1, (countA + countB) / Math.max(1, homes));
      const error = Math.sqrt(burst * (1 / (countA + prior) + 1 / (countB + prior)));
      return {
        kind: "word",
        key: word,
        label: word,
        countA,
        countB,
        shareA: countA / totalA,
        shareB: countB / totalB,
        effect,
        low: effect - Z95 * error,
        high: effect + Z95 * error,
        p: twoSidedNormal(effect / error),
        opens: null,
      };
    });
};
