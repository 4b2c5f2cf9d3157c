// What goes into reading an upload and what comes out of it: the words of the door.
import type { ColumnMapping, SavedColumns, SeenTable } from "#services/domain/columns.ts";
import type { Attachment, ParsedConversation, SourceKind } from "#services/domain/conversation.ts";
import type { FormatGuide } from "#services/domain/guides/guide.ts";
import type { Checkpoint } from "./checkpoint.ts";

export interface ParseInput {
  /** The upload's bytes on the local disk. */
  readonly path: string;
  /** As the person named it: only for places in messages, and for what formats keep in file names: dates (IRC), names of chats (WhatsApp), titles (transcripts). */
  readonly filename: string;
}

export interface ParseOptions {
  /** IANA zone assumed where a log writes local times: "UTC" by default. */
  readonly zone?: string;
  readonly limits?: Partial<ParseLimits>;
  /** What the columns of tables hold: as chosen for this upload, and as saved for tables with the same headings. */
  readonly columns?: WantedColumns;
  readonly signal?: AbortSignal;
  /** Where an earlier reading of the same upload, with the same options, can be gone on with. */
  readonly from?: Checkpoint | undefined;
  /** Bytes of text after which the next place to go on is told; none is told by default. */
  readonly checkpointBytes?: number;
  /** Milliseconds of a clock that never goes back; `performance.now` by default. */
  readonly now?: () => number;
}

/** What was said of columns before the upload is read. */
export interface WantedColumns {
  /** For this upload. A table that lacks one of these columns is not read, or as if nothing was chosen where it is one of several. */
  readonly chosen?: ColumnMapping | undefined;
  /** For all uploads with the same headings. */
  readonly saved?: readonly SavedColumns[] | undefined;
}

/** What one upload may cost, checked while it is read. */
export interface ParseLimits {
  /** Files in an archive. */
  readonly entries: number;
  /** A file's path in an archive. */
  readonly nameBytes: number;
  /** Bytes that an archive may unpack to. */
  readonly totalBytes: number;
  /** Unpacked : packed, for the whole archive and for one entry, counted on the actual stream. */
  readonly totalRatio: number;
  readonly entryRatio: number;
  /** Messages for each byte of the upload as it came, packed. */
  readonly messagesPerByte: number;
  /** One line of a log. */
  readonly lineBytes: number;
  readonly jsonDepth: number;
  /** A JSON record of more bytes is a long one: its messages are read one by one. */
  readonly wholeBytes: number;
  /** One JSON record that is read at once: a conversation, or a message of Slack; of a long one, each of its messages, and the rest. */
  readonly elementBytes: number;
  /** Objects and arrays in one JSON record, or in a message of a long one: each takes some 100 bytes of memory, however short its text is. */
  readonly elementNodes: number;
  /** Time that the reading itself may take, the time in which its events are worked on not counted. */
  readonly readingMs: number;
  /** Reading stops where no message was found for so long and in so many bytes of text, both together … */
  readonly barrenMs: number;
  readonly barrenBytes: number;
  /** … or in so many unreadable records one after the other. */
  readonly barrenRecords: number;
}

/** A format was met, for the first time in this upload. */
export interface FormatEvent {
  readonly kind: "format";
  readonly source: SourceKind;
  /** For people. */
  readonly label: string;
  /** Of the format, or of the program that wrote the file; null where the file names none. */
  readonly version: string | null;
  /** Fields that no other format has; the layout of its lines or columns; or hardly anything. */
  readonly toldBy: "structure" | "layout" | "guess";
}

/** A file beside the conversations in an upload. */
export interface AttachedFile {
  /** In the archive. */
  readonly path: string;
  /** In bytes, unpacked, as the archive says. */
  readonly size: number;
  /** @throws ParlanceError rejected where it is damaged */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** @returns undefined where the upload does not contain it, or it cannot be told which of several it is */
export type FindAttached = (attachment: Attachment) => AttachedFile | undefined;

export type ParseEvent =
  | FormatEvent
  | {
      readonly kind: "conversation";
      readonly conversation: ParsedConversation;
      /** Finds the files of its messages in the upload; absent where that has no other files. To be used before the next event. */
      readonly files?: FindAttached;
    }
  /** A table, before its messages; or one that is not read, because what its columns hold is not known. */
  | { readonly kind: "columns"; readonly table: SeenTable }
  /** Something that could not be read, or was left out: counted and shown, never a reason to stop. */
  | { readonly kind: "problem"; readonly problem: ParseProblem }
  /** Everything before it was given: `from` here gives what follows, and nothing twice. Only in formats whose records stand alone. */
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint }
  /** Bytes of the upload consumed so far, of `total`; at least after every 4 MB of the upload or of unpacked text, and at the end. */
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
 * @throws ParlanceError rejected `not-a-chat-log` (with what to do), `archive-…` for hostile archives,
 *   `columns-unknown` for tables whose columns have to be named, `empty-upload`, `encrypted-archive`, `damaged-archive`; unavailable `aborted`.
 */
export type Parse = (input: ParseInput, options?: ParseOptions) => AsyncGenerator<ParseEvent>;

/** A format that is read, without how to get it and what is kept of it. */
export type FormatDescription = Pick<
  FormatGuide,
  "source" | "family" | "name" | "accepts" | "basis"
>;
