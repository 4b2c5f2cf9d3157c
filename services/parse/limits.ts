// How much one upload may cost: the default limits of reading, as numbers.
import type { ParseLimits } from "./events.ts";

const MB = 1024 * 1024;
const MINUTE = 60_000;

export const defaultLimits: ParseLimits = {
  entries: 100_000,
  nameBytes: 512,
  totalBytes: 50 * 1024 * MB,
  // Chat exports pack 4 to 30 times; logs that repeat a long prompt in every record up to 100 times.
  totalRatio: 100,
  // Deflate reaches more only where the text repeats within a kilobyte, which no conversation does for megabytes.
  entryRatio: 200,
  // IRC logs pack to 15 bytes a message and more, the shortest one-word messages to 5.
  messagesPerByte: 0.5,
  lineBytes: 64 * MB,
  jsonDepth: 200,
  wholeBytes: MB,
  elementBytes: 64 * MB,
  elementNodes: 1_000_000,
  readingMs: 120 * MINUTE,
  barrenMs: MINUTE,
  barrenBytes: 64 * MB,
  barrenRecords: 1_000_000,
};

/**
 * Up to these sizes no ratio is looked at: a small file of one repeated line packs 500:1 and harms nobody. Bytes unpacked from
 * one entry, bytes unpacked in all, messages.
 */
export const ratioGrace = { entry: 8 * MB, total: 512 * MB, messages: 500_000 } as const;

/** Messages of one conversation per event: a channel of a million lines comes in parts of this size. */
export const partMessages = 5000;
/** And characters of them, texts, original records and bytes of files in them: a part of pages of text is smaller. */
export const partCharacters = 8 * MB;
