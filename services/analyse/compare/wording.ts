// The sentences of a comparison: its main findings, and where there is too little data.

import { count, countOf, duration, list } from "#services/analyse/figures/figures.ts";
import { percent } from "#services/domain/percent.ts";
import type { Compared, Difference } from "./difference.ts";

/** With fewer messages on a side, nothing is compared. */
export const LEAST_SIDE = 10;
/** With fewer conversations on a side, intervals are wide. */
const FEW_CONVERSATIONS = 5;

const shares = ({ label, shareA, shareB }: Difference): string =>
  `${label} (${percent(shareA)} against ${percent(shareB)})`;

const sentencesOf = (
  differences: readonly Difference[],
  kind: Difference["kind"],
  what: string,
): string[] => {
  const own = differences.filter((one) => one.kind === kind && one.size !== "negligible");
  const more = own.filter(({ effect }) => effect > 0).slice(0, 3);
  const less = own.filter(({ effect }) => effect < 0).slice(0, 3);
  const show = (some: readonly Difference[]) =>
    list(some.map((one) => (kind === "word" ? `“${one.label}”` : shares(one))));
  return [
    ...(more.length > 0 ? [`A has more ${what} ${show(more)}.`] : []),
    ...(less.length > 0 ? [`B has more ${what} ${show(less)}.`] : []),
  ];
};

const shown = ({ key }: Difference, value: number): string => {
  if (key === "response-time") return duration(value);
  if (key === "sentiment") return value.toFixed(2);
  return count(Math.round(value));
};

const measureNames: ReadonlyMap<string, readonly [more: string, less: string]> = new Map<
  string,
  readonly [more: string, less: string]
>([
  ["length", ["Messages of A are longer", "Messages of A are shorter"]],
  ["sentiment", ["A sounds more positive", "A sounds more negative"]],
  ["response-time", ["Answers take longer in A", "Answers come sooner in A"]],
  [
    "conversation-length",
    ["Conversations have more messages in A", "Conversations have fewer messages in A"],
  ],
]);

const measureSentence = (one: Difference): string => {
  const [more, less] = measureNames.get(one.key) ?? [
    `${one.label}: more in A`,
    `${one.label}: less in A`,
  ];
  return `${one.effect > 0 ? more : less}: ${shown(one, one.shareA)} against ${shown(one, one.shareB)}, a ${one.size} difference.`;
};

/** Sentences for people, the most certain findings first. */
export const sayDifferences = ({
  a,
  b,
  shared,
  differences,
}: Pick<Compared, "a" | "b" | "shared" | "differences">): string[] => {
  const least = Math.min(a.messages, b.messages);
  if (least < LEAST_SIDE)
    return [
      `There is too little to compare: A has${countOf(a.messages, "message")}, B ${count(b.messages)}; at least ${LEAST_SIDE} on each side are needed.`,
    ];
  if (shared === a.messages && shared === b.messages) return ["A and B are the same messages."];
  const certain = differences.filter(({ p }) => p < 0.05);
  const findings = [
    ...sentencesOf(certain, "topic", "of the topics:"),
    ...sentencesOf(certain, "word", "of the words:"),
    ...sentencesOf(certain, "author", "messages by"),
    ...sentencesOf(certain, "source", "messages from"),
    ...sentencesOf(certain, "channel", "messages in the channels:"),
    ...sentencesOf(certain, "language", "messages in"),
    ...sentencesOf(certain, "role", "messages by the roles:"),
    ...certain
      .filter(({ kind, size }) => kind === "measure" && size !== "negligible")
      .map(measureSentence),
  ];
  const overlap = shared / least;
  return [
    ...(findings.length > 0
      ? findings
      : ["No difference was found that is more than noise and more than negligible."]),
    ...(overlap >= 0.1
      ? [
          `${percent(overlap)} of the smaller side's messages are on both sides and count on both, which makes differences look smaller.`,
        ]
      : []),
    ...(Math.min(a.conversations, b.conversations) < FEW_CONVERSATIONS
      ? [
          "One side has fewer than five conversations, so most of these differences could be chance.",
        ]
      : []),
  ];
};
