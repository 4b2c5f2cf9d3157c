// How much of an upload is believed: the defaults of RELIABILITY.md, as numbers.
import type { ParseLimits } from "./events.ts";

const MB = 1024 * 1024;

export const defaultLimits: ParseLimits = {
  entries: 100_000,
  nameBytes: 512,
  totalBytes: 50 * 1024 * MB,
  totalRatio: 20,
  entryRatio: 200,
  lineBytes: MB,
  jsonDepth: 200,
  elementBytes: 64 * MB,
};

/** Below these sizes a ratio says nothing: a small file of one repeated line packs 500:1 and harms nobody. */
export const ratioGrace = { entry: 8 * MB, total: 512 * MB } as const;

/** Messages of one conversation per event: a channel of a million lines comes in parts of this size. */
export const partMessages = 20_000;
