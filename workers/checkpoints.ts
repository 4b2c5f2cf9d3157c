// Where the reading of an upload can be gone on with: kept with it, in the transaction that saves what comes before that place.
import { z } from "zod";
import type { SeenTable } from "#services/domain/columns.ts";
import { type Checkpoint, readCheckpoint } from "#services/parse/parse.ts";
import type { UploadRow } from "#services/store/store.ts";
import { metProblems, noProblems } from "./upload-problems.ts";

/** Bytes of text between two checkpoints: with what is read ahead of what is saved, less than 64 MB are read again. */
export const CHECKPOINT_BYTES = 8 * 1024 * 1024;

/** What was done up to a checkpoint. */
const reached = z.strictObject({
  from: z.unknown(),
  /** Parts and conversations before it. */
  parts: z.int(),
  conversations: z.int(),
  problems: metProblems,
  /** Tables that were seen before it. */
  tables: z.int(),
});
type Reached = Omit<z.infer<typeof reached>, "from"> & { readonly from: Checkpoint | undefined };

const stored = z.strictObject({
  reached: reached.optional(),
  /** Problems of files of messages that are saved. */
  files: metProblems,
});

const atStart: Reached = {
  from: undefined,
  parts: 0,
  conversations: 0,
  problems: noProblems,
  tables: 0,
};

const parsed = (text: string | null): unknown => {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    // What cannot be understood is not gone on from.
    return undefined;
  }
};

/** Where the reading of an upload begins, and what was met before. */
const readStored = ({ checkpoint, parts_done, conversations }: UploadRow) => {
  const { reached: found, files = noProblems } = stored.safeParse(parsed(checkpoint)).data ?? {};
  const from = readCheckpoint(found?.from);
  const isSaved =
    found !== undefined && found.parts <= parts_done && found.conversations <= conversations;
  const begin: Reached = from && isSaved ? { ...found, from } : atStart;
  return { begin, files };
};

const tablesOf = ({ seen_tables: seen }: UploadRow): SeenTable[] =>
  seen === null ? [] : JSON.parse(seen);

/** The checkpoints of one attempt to read one upload. */
export const openCheckpoints = (upload: UploadRow) => {
  const { begin, files } = readStored(upload);
  /** In order; those that are not saved yet, and the last one that is. */
  let waiting: Reached[] = [];
  let last = begin;
  let told = files.count;
  /** How these are once what was given last is saved. */
  let next: { waiting: Reached[]; last: Reached; told: number } | undefined;
  return {
    begin,
    files,
    /** The tables that were seen before the place where reading begins. */
    tables: tablesOf(upload).slice(0, begin.tables),
    add(one: Reached): void {
      waiting.push(one);
    },
    /**
     * What is to be saved with these parts; undefined where nothing is new.
     * @param saved parts that are saved with it, conversations whose end is saved, and the problems of the files of these parts
     */
    news(saved: Pick<Reached, "parts" | "conversations"> & { readonly files: typeof files }) {
      const isSaved = ({ parts, conversations }: Reached) =>
        parts <= saved.parts && conversations <= saved.conversations;
      const found = waiting.findLast(isSaved);
      if (found === undefined && saved.files.count === told) return undefined;
      const now = found ?? last;
      const left = waiting.filter((one) => !isSaved(one));
      next = { waiting: left, last: now, told: saved.files.count };
      return JSON.stringify({ ...(now.from && { reached: now }), files: saved.files });
    },
    /** To be called when what `news` returned is saved: saving is tried again where the disk was full. */
    saved(): void {
      if (next !== undefined) ({ waiting, last, told } = next);
      next = undefined;
    },
  };
};
