// Sparklines: the number of messages of each topic in equal steps over the whole time.
import {
  type Frame,
  type FrameTopic,
  leafCount,
  leafOfMessages,
  type MessageMask,
} from "#services/analyse/frame/frame.ts";

/** Points of a sparkline, which is about a hundred pixels wide. */
export const SPARK_STEPS = 32;

/**
 * Messages of each topic (all levels, by id) in `steps` equal steps between the mask's first and last time.
 * All zero where no message has a time.
 */
export const sparksOf = (
  frame: Frame,
  topics: readonly FrameTopic[],
  { mask, steps = SPARK_STEPS }: { readonly mask: MessageMask; readonly steps?: number },
): ReadonlyMap<string, number[]> => {
  const { at, count } = frame.messages;
  const leaf = leafOfMessages(frame);
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < count; row++) {
    const instant = at[row] ?? Number.NaN;
    if (mask[row] !== 1 || Number.isNaN(instant)) continue;
    if (instant < first) first = instant;
    if (instant > last) last = instant;
  }
  const counts = new Uint32Array(leafCount(topics) * steps);
  const scale = last > first ? steps / (last - first) : 0;
  for (let row = 0; row < count; row++) {
    const topic = leaf[row] ?? -1;
    const instant = at[row] ?? Number.NaN;
    if (mask[row] !== 1 || topic < 0 || Number.isNaN(instant)) continue;
    const cell = topic * steps + Math.min(steps - 1, Math.floor((instant - first) * scale));
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return new Map(
    topics.map(({ id, leaves }) => [
      id,
      Array.from({ length: steps }, (_, step) =>
        leaves.reduce((sum, one) => sum + (counts[one * steps + step] ?? 0), 0),
      ),
    ]),
  );
};
