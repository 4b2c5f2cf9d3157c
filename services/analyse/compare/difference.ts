// The input and result of a comparison: two sides, their differences, and the uncertainty of each.
import type { MessageMask, MessageSelection } from "#services/analyse/frame/frame.ts";

export type DifferenceKind =
  | "topic"
  | "word"
  | "author"
  | "source"
  | "channel"
  | "language"
  | "role"
  | "measure";

/** The contract's difference; `opens` is a side's selection narrowed to the messages behind it, null where no selection can say so. */
export interface Difference {
  kind: DifferenceKind;
  key: string;
  label: string;
  countA: number;
  countB: number;
  shareA: number;
  shareB: number;
  effect: number;
  low: number;
  high: number;
  p: number;
  size: "negligible" | "small" | "medium" | "large";
  opens: MessageSelection | null;
}

/** A word's counts by side, made by the caller, who has the texts. */
export interface WordCount {
  readonly word: string;
  readonly countA: number;
  readonly countB: number;
  /** Conversations that contain it, for a measure of how bursty it is. */
  readonly conversationsA?: number;
  readonly conversationsB?: number;
}

export interface Sides {
  readonly a: MessageMask;
  readonly b: MessageMask;
  readonly words?: {
    readonly counts: readonly WordCount[];
    /** All words of each side. */
    readonly totalA: number;
    readonly totalB: number;
  };
}

export interface Side {
  messages: number;
  conversations: number;
  people: number;
}

export interface Compared {
  a: Side;
  b: Side;
  /** Messages that are on both sides. */
  shared: number;
  /** Significant ones first, largest effects first. */
  differences: Difference[];
  says: string[];
  method: string;
}

/** A difference before its p is adjusted. */
export type RawDifference = Omit<Difference, "size">;

/** Whether the adjusted p is significant. */
export const isCertain = ({ p }: Pick<Difference, "p">): boolean => p < 0.05;
