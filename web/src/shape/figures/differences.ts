// The differences of a comparison → rows to draw: which are shown, where their bars end.
import type { Difference } from "#services/contract/figures.ts";
import { oddsInWords, percent } from "./effects.ts";

/** p below this is told from chance, after the correction that the answer already has. */
const sure = 0.05;

export const isSure = (one: Difference): boolean => one.p < sure && one.size !== "negligible";

export interface DifferenceFilter {
  readonly kind?: Difference["kind"] | undefined;
  /** Also what may be chance. */
  readonly all?: boolean | undefined;
}

export const shownDifferences = (
  differences: readonly Difference[],
  { kind, all }: DifferenceFilter,
): readonly Difference[] =>
  differences.filter((one) => (kind === undefined || one.kind === kind) && (all || isSure(one)));

/** How many of each kind there are to show, in the order in which they come. */
export const kindCounts = (
  differences: readonly Difference[],
  all: boolean,
): ReadonlyMap<Difference["kind"], number> => {
  const counts = new Map<Difference["kind"], number>();
  for (const one of differences)
    counts.set(one.kind, (counts.get(one.kind) ?? 0) + (all || isSure(one) ? 1 : 0));
  return counts;
};

/** What each kind is called as a heading. */
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

/** Rows of one kind that are shown before it is unfolded. */
const atFirst = 8;

export interface Folded {
  readonly shown: readonly Difference[];
  /** How many more of each kind there are. */
  readonly more: ReadonlyMap<Difference["kind"], number>;
}

/** The first of each kind, in their order; all of the kinds that are unfolded. */
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
  /** Shares of the half that each side has, 0 … 1; A is to the left. */
  readonly side: "a" | "b";
  readonly length: number;
  /** Ends of the interval, −1 (all to the left) … 1. */
  readonly low: number;
  readonly high: number;
}

/** Beyond this a bar would make all others invisible: e³ is twenty times the odds. */
const mostEffect = 3;

/** The largest effect that the axis shows. */
export const effectScale = (differences: readonly Difference[]): number =>
  Math.min(
    mostEffect,
    Math.max(0.5, ...differences.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)])),
  );

/** Positive effects, more in A, go to the left, where A stands. */
export const diverging = (one: Difference, scale: number): Diverging => {
  const cut = (value: number) => Math.min(1, Math.max(-1, value / scale));
  return {
    side: one.effect >= 0 ? "a" : "b",
    length: Math.abs(cut(one.effect)),
    low: -cut(one.high),
    high: -cut(one.low),
  };
};

/** Where a label alone does not say what it is: a person and a role may share a name. */
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
  return `${what}${one.size === "negligible" ? "next to nothing" : `${said}, ${one.size}`}`;
};

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** A side's share, or mean of a measure, as text. */
export const shareText = (one: Difference, share: number): string =>
  one.kind === "measure" ? plain.format(share) : percent(share);

/** What names one difference in the address. */
export const differenceKey = (one: Difference): string => `${one.kind}.${one.key}`;
