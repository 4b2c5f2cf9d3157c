// Measures of two selections compared: length, sentiment, response time, messages per conversation.

import {
  type Frame,
  type MessageMask,
  NO_SENTIMENT,
  secondsToAnswer,
} from "#services/analyse/frame/frame.ts";
import {
  differenceP,
  halfWidth95,
  type MeanSums,
  openMean,
} from "#services/analyse/statistics/statistics.ts";
import type { RawDifference, Sides } from "./difference.ts";
import { openClusters } from "./shares.ts";

/** A number per message or conversation, compared by its mean. */
interface Measure {
  readonly key: string;
  readonly label: string;
  /** Whether means are taken of the values or of their logarithms (geometric means are then shown). */
  readonly scale: "plain" | "log";
  /** NaN where a message has no value. */
  valueOf(row: number): number;
}

const measuresOf = (frame: Frame): Measure[] => {
  const { length, sentiment } = frame.messages;
  const seconds = secondsToAnswer(frame);
  return [
    {
      key: "length",
      label: "Characters per message",
      scale: "log",
      valueOf: (row) => Math.log(Math.max(1, length[row] ?? 1)),
    },
    {
      key: "sentiment",
      label: "Sentiment",
      scale: "plain",
      valueOf: (row) => {
        const value = sentiment[row] ?? NO_SENTIMENT;
        return value === NO_SENTIMENT ? Number.NaN : value / 100;
      },
    },
    {
      key: "response-time",
      label: "Seconds until an answer",
      scale: "log",
      // Logs with whole minutes have answers after 0 seconds.
      valueOf: (row) => Math.log(Math.max(1, seconds[row] ?? Number.NaN)),
    },
  ];
};

const meanOf = (frame: Frame, mask: MessageMask, read: (row: number) => number): MeanSums => {
  const sums = openMean();
  const isNew = openClusters(frame);
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] !== 1) continue;
    const value = read(row);
    if (Number.isNaN(value)) continue;
    if (isNew(row)) sums.close();
    sums.add(value);
  }
  sums.close();
  return sums;
};

/** Logarithm of the number of messages of each conversation. */
const sizesOf = ({ messages }: Frame, mask: MessageMask): MeanSums => {
  const counts = new Map<number, number>();
  for (let row = 0; row < mask.length; row++)
    if (mask[row] === 1) {
      const home = messages.conversation[row] ?? 0;
      counts.set(home, (counts.get(home) ?? 0) + 1);
    }
  const sums = openMean();
  for (const count of counts.values()) {
    sums.add(Math.log(count));
    sums.close();
  }
  return sums;
};

const compareMeans = (
  { key, label, scale }: Pick<Measure, "key" | "label" | "scale">,
  left: MeanSums,
  right: MeanSums,
): RawDifference[] => {
  if (left.count < 2 || right.count < 2) return [];
  const [ownA, ownB] = [left.estimate(), right.estimate()];
  const degrees = left.count + right.count - 2;
  const pooled = Math.sqrt(
    ((left.count - 1) * left.deviation() ** 2 + (right.count - 1) * right.deviation() ** 2) /
      degrees,
  );
  if (!(pooled > 0)) return [];
  const d = (ownA.value - ownB.value) / pooled;
  const error = Math.sqrt(ownA.variance + ownB.variance) / pooled;
  if (!Number.isFinite(error)) return [];
  const half = halfWidth95(Math.min(ownA.clusters, ownB.clusters) - 1) * error;
  const shown = (value: number) => (scale === "log" ? Math.exp(value) : value);
  return [
    {
      kind: "measure",
      key,
      label,
      countA: left.count,
      countB: right.count,
      shareA: shown(ownA.value),
      shareB: shown(ownB.value),
      effect: d,
      low: d - half,
      high: d + half,
      p: differenceP(ownA, ownB),
      opens: null,
    },
  ];
};

export const compareMeasures = (frame: Frame, { a, b }: Sides): RawDifference[] => [
  ...measuresOf(frame).flatMap((measure) =>
    compareMeans(measure, meanOf(frame, a, measure.valueOf), meanOf(frame, b, measure.valueOf)),
  ),
  ...compareMeans(
    { key: "conversation-length", label: "Messages per conversation", scale: "log" },
    sizesOf(frame, a),
    sizesOf(frame, b),
  ),
];
