// What goes into reading an upload and what comes out of it: the words of the door.
import type { ParsedConversation, SourceKind } from "#services/domain/conversation.ts";

export interface ParseInput {
  /** The upload's bytes on the local disk. */
  readonly path: string;
  /** As the person named it: only for places in messages, and for dates that formats keep in file names (IRC). */
  readonly filename: string;
}

export interface ParseOptions {
  /** IANA zone assumed where a log writes local times: "UTC" by default. */
  readonly zone?: string;
  readonly limits?: Partial<ParseLimits>;
  readonly signal?: AbortSignal;
}

/** RELIABILITY.md §4, items 18-22. */
export interface ParseLimits {
  readonly entries: number;
  readonly nameBytes: number;
  readonly totalBytes: number;
  /** Unpacked : packed, for the whole archive and for one entry, counted on the actual stream. */
  readonly totalRatio: number;
  readonly entryRatio: number;
  readonly lineBytes: number;
  readonly jsonDepth: number;
  /** One conversation's JSON. */
  readonly elementBytes: number;
}

export type ParseEvent =
  | { readonly kind: "format"; readonly source: SourceKind; readonly label: string }
  | { readonly kind: "conversation"; readonly conversation: ParsedConversation }
  /** Something that could not be read, or was left out: counted and shown, never a reason to stop. */
  | { readonly kind: "problem"; readonly problem: ParseProblem }
  /** Bytes of the upload consumed so far, of `total`; at least every 4 MB and at the end. */
  | { readonly kind: "progress"; readonly bytes: number; readonly total: number };

export interface ParseProblem {
  /** Stable kebab-case: `bad-json`, `missing-shard`, `unknown-block`, `bad-line`, `bad-encoding`, `unknown-time` … */
  readonly code: string;
  /** `conversations.json, item 17` · `2008-01-03.log, line 12` */
  readonly place: string;
  /** A sentence for a person. */
  readonly reason: string;
  /** How many records this stands for (repeated ones may be folded together). */
  readonly count: number;
}

/**
 * Parts of one conversation come one after the other (`continues`); memory stays bounded by one element, one day or one part.
 * The same bytes give the same events in the same order.
 * @throws ParlanceError rejected `not-a-chat-log` (with the list of what is read), `archive-…` for hostile archives,
 *   `empty-upload`, `encrypted-archive`, `damaged-archive`; unavailable `aborted`.
 */
export type Parse = (input: ParseInput, options?: ParseOptions) => AsyncGenerator<ParseEvent>;

/** What is read, for error messages, help texts and the upload page. */
export interface FormatDescription {
  readonly source: SourceKind;
  readonly name: string;
  readonly accepts: string;
}
