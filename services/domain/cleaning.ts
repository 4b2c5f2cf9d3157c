// Rules of a collection for what is indexed of its messages, and for personal data and secrets in them.

/** Kinds of messages that are indexed, and can be left out. Texts always are; system messages never are. */
export const kindsToLeaveOut = ["attachment", "thinking", "tool"] as const;
export type KindToLeaveOut = (typeof kindsToLeaveOut)[number];

/** Why a message, or a part of it, is not indexed. */
export const leftOutReasons = [...kindsToLeaveOut, "bots", "quotes", "code"] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** key: a private key, as in a PEM file. token: passwords, API keys and other secrets. */
export const foundKinds = ["email", "phone", "card", "iban", "key", "token"] as const;
export type FoundKind = (typeof foundKinds)[number];

/**
 * keep: it is not looked for. mark: it is shown highlighted, and counted. mask: a mark takes its place, in the index and wherever the
 * message is shown. refuse: the message is kept without its text and record.
 */
export const foundActions = ["keep", "mark", "mask", "refuse"] as const;
export type FoundAction = (typeof foundActions)[number];

export interface LeaveOut {
  readonly kinds: readonly KindToLeaveOut[];
  readonly bots: boolean;
  /** Lines that begin with ">", and what a mail quotes. */
  readonly quotes: boolean;
  /** Blocks between fences. */
  readonly code: boolean;
}

export interface CleaningRules {
  readonly leaveOut: LeaveOut;
  readonly found: Readonly<Record<FoundKind, FoundAction>>;
  /** Of the collection, and told to nobody: what stands for a masked name follows from it. Absent where nothing was ever masked. */
  readonly nameKey?: string;
}

/** Everything is indexed and shown as it came. */
export const noCleaning: CleaningRules = {
  leaveOut: { kinds: [], bots: false, quotes: false, code: false },
  found: {
    email: "keep",
    phone: "keep",
    card: "keep",
    iban: "keep",
    key: "keep",
    token: "keep",
  },
};

/** The kinds that are looked for. */
export const wantedKinds = ({ found }: CleaningRules): FoundKind[] =>
  foundKinds.filter((kind) => found[kind] !== "keep");

/** Whether texts are stored and shown otherwise than they came. */
export const changesTexts = ({ found }: CleaningRules): boolean =>
  foundKinds.some((kind) => found[kind] === "mask" || found[kind] === "refuse");

/** What was found of one kind in one message. */
export interface Finding {
  readonly kind: FoundKind;
  readonly action: Exclude<FoundAction, "keep">;
  readonly places: number;
  /** The first of them, masked as in "an•••@•••.org". */
  readonly shown: readonly string[];
}

/** What a message says, as far as cleaning changes it. Its record goes with a text that is refused. */
export interface Cleanable {
  readonly text: string;
  /** The text as it came, where `text` has marks in its place; null where it is the same. */
  readonly unmasked: string | null;
  /** JSON; null where there are none. */
  readonly attachments: string | null;
}

/** A message as the rules have it. */
export interface Cleaned extends Cleanable {
  /** Nothing of it is kept. */
  readonly isRefused: boolean;
  readonly findings: readonly Finding[];
}

/** The text of a message as it came. */
export const wordsOf = ({ text, unmasked }: Pick<Cleanable, "text" | "unmasked">): string =>
  unmasked ?? text;

/** Who wrote a message. */
export interface Authored {
  /** As shown and indexed. */
  readonly author: string;
  /** The name as it came, where `author` has a mark in it; null where it is the same. */
  readonly unmasked_author: string | null;
}

/** The name of an author as it came. */
export const nameOf = ({ author, unmasked_author }: Authored): string => unmasked_author ?? author;

/** How a room that stores messages has them cleaned. */
export interface Cleaner {
  message(message: Cleanable, rules: CleaningRules): Cleaned;
  /**
   * A name of an author, a channel or a file: what is masked or refused in it is replaced by a mark that is the same for the same value
   * in one collection, so that two people stay two.
   */
  name(name: string, rules: CleaningRules): string;
  /** A title: what is refused in it is masked. */
  title(title: string, rules: CleaningRules): string;
  /** Whether a text has anything that is refused. */
  isRefused(text: string, rules: CleaningRules): boolean;
}
