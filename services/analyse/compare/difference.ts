// What a comparison is given and what it finds: two sides, their differences, and how sure each is.
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

/** The contract's difference; `opens` narrows a side's selection to the messages behind it, null where none can. */
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

/** A word by side, counted by the caller, who has the texts. */
export interface WordCount {
  readonly word: string;
  readonly countA: number;
  readonly countB: number;
  /** Conversations that hold it, for how bursty it is. */
  readonly conversationsA?: number;
  readonly conversationsB?: number;
}

export interface Sides {
  readonly a: MessageMask;
  readonly b: MessageMask;
  readonly words?: {
    readonly counts: readonly WordCount[];
    /** Words of each side in all. */
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
  /** Messages that both sides hold. */
  shared: number;
  /** Significant ones first, largest effects first. */
  differences: Difference[];
  says: string[];
  method: string;
}

/** A difference before its p is adjusted. */
export type RawDifference = Omit<Difference, "size">;

/** Of the adjusted p. */
export const isCertain = ({ p }: Pick<Difference, "p">): boolean => p < 0.05;
