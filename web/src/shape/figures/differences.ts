// The differences of a comparison → rows: which are listed, their bars and intervals, their effect in words.

import type { Difference } from "#services/contract/figures.ts";
import { decimal } from "../words/numbers.ts";
import { oddsInWords, percent } from "./effects.ts";

/** Level of significance; p is already corrected for multiple tests. */
const alpha = 0.05;

export const isSignificant = (one: Difference): boolean =>
  one.p < alpha && one.size !== "negligible";

export interface DifferenceFilter {
  readonly kind?: Difference["kind"] | undefined;
  /** Also differences that are not significant. */
  readonly all?: boolean | undefined;
}

export const shownDifferences = (
  differences: readonly Difference[],
  { kind, all }: DifferenceFilter,
): readonly Difference[] =>
  differences.filter(
    (one) => (kind === undefined || one.kind === kind) && (all || isSignificant(one)),
  );

/** How many differences of each kind are listed, in the order of the answer. */
export const kindCounts = (
  differences: readonly Difference[],
  all: boolean,
): ReadonlyMap<Difference["kind"], number> => {
  const counts = new Map<Difference["kind"], number>();
  for (const one of differences)
    counts.set(one.kind, (counts.get(one.kind) ?? 0) + (all || isSignificant(one) ? 1 : 0));
  return counts;
};

/** Names of the kinds as headings. */
export const kindTitles = {
  topic: "Topics",
  word: "Words",
  author: "People",
  source: "Sources",
  channel: "Channels",
  language: "Languages",
  role: "Roles",
  measure: "Measures",
} as const satisfies Record<Difference["kind"], string>;

/** Rows of one kind that are listed before it is unfolded. */
const atFirst = 8;

export interface Folded {
  readonly shown: readonly Difference[];
  /** How many more rows of each kind there are. */
  readonly more: ReadonlyMap<Difference["kind"], number>;
}

/** The first rows of each kind in the given order; all rows of unfolded kinds. */
export const foldedDifferences = (
  differences: readonly Difference[],
  unfolded: readonly Difference["kind"][],
): Folded => {
  const met = new Map<Difference["kind"], number>();
  const more = new Map<Difference["kind"], number>();
  const shown = differences.filter(({ kind }) => {
    const before = met.get(kind) ?? 0;
    met.set(kind, before + 1);
    const fits = before < atFirst || unfolded.includes(kind);
    if (!fits) more.set(kind, (more.get(kind) ?? 0) + 1);
    return fits;
  });
  return { shown, more };
};

export interface Diverging {
  /** Length of the bar as a share of its half, 0 … 1. A is to the left. */
  readonly side: "a" | "b";
  readonly length: number;
  /** Ends of the confidence interval, −1 (left end) … 1 (right end). */
  readonly low: number;
  readonly high: number;
}

/** Effects are clipped here, or the other bars would be too short to see: e³ is twenty times the odds. */
const mostEffect = 3;

/** The effect at the end of the axis. */
export const effectScale = (differences: readonly Difference[]): number =>
  Math.min(
    mostEffect,
    Math.max(0.5, ...differences.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)])),
  );

/** The bar of one difference. Positive effects (more in A) are to the left, on A's side. */
export const diverging = (one: Difference, scale: number): Diverging => {
  const cut = (value: number) => Math.min(1, Math.max(-1, value / scale));
  return {
    side: one.effect >= 0 ? "a" : "b",
    length: Math.abs(cut(one.effect)),
    low: -cut(one.high),
    high: -cut(one.low),
  };
};

/** Names of kinds whose labels alone may be ambiguous: a person and a role may have the same name. */
const kindNames: Partial<Readonly<Record<Difference["kind"], string>>> = {
  author: "Person",
  role: "Role",
  source: "Source",
  channel: "Channel",
  language: "Language",
};

/** "3.3 times the odds in A, large"; of measures "0.3 standard deviations more in A, small". */
export const effectInWords = (one: Difference): string => {
  const side = one.effect > 0 ? "A" : "B";
  const said =
    one.kind === "measure"
      ? `${Math.abs(one.effect).toFixed(1)} standard deviations more in ${side}`
      : oddsInWords(one.effect, "A", "B");
  const what = one.kind in kindNames ? `${kindNames[one.kind]} · ` : "";
  return `${what}${one.size === "negligible" ? "negligible difference" : `${said}, ${one.size}`}`;
};

/** A side's share, or its mean of a measure, as text. */
export const shareText = (one: Difference, share: number): string =>
  one.kind === "measure" ? decimal(share, 1) : percent(share);

/** The key of one difference in the URL. */
export const differenceKey = (one: Difference): string => `${one.kind}.${one.key}`;
