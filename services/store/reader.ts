// How far an upload is read is a number of parts: what follows where they come in another order than before.
import type { UploadRow } from "./tables.ts";

/** Raised when the parts of an upload come in another order, or are divided in another way, than before. */
const READER = 2;

/** Those that were saved cannot be told from those that were not: all are read once more, and written to the same effect. */
const fromItsStart = {
  read_again: 1,
  parts_done: 0,
  conversations: 0,
  cut_conversation: null,
  cut_from: null,
  checkpoint: null,
  attachments_large: 0,
  attachments_missing: 0,
} as const;

/** What changes where an upload is read now: parts that another reader saved are no measure any more. */
export const readerOf = (row: UploadRow) => ({
  ...(row.parts_done > 0 && row.reader !== READER ? fromItsStart : {}),
  reader: READER,
});

/** As many as parts and conversations were saved before at the most, where an upload is read once more: each has brought a message. */
export const savedBefore = (row: UploadRow): number =>
  row.read_again * 2 * (row.new_messages + row.known_messages + row.changed_messages);
