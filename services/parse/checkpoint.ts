// Where reading an upload can go on after it was cut short, and what was known there: as JSON, kept beside what was saved up to there.
import { z } from "zod";
import { sourceKinds } from "#services/domain/conversation.ts";

const count = z.int().nonnegative();

/** From where the bytes of a file can be had again: those before `at` are left out. */
const middle = z.strictObject({
  at: count,
  /** Of an unpacked file: bytes of it before the place, their checksum, and what the unpacking goes on with. */
  packed: z
    .strictObject({
      out: count,
      sum: count,
      /** Bits of the packed bytes before the place. */
      bit: count,
      /** What was unpacked last, in base64. */
      window: z.string(),
    })
    .optional(),
});
export type Middle = z.infer<typeof middle>;

/** A place between two records of a file. */
const place = z.strictObject({
  bytes: middle,
  /** Records before it. */
  records: count,
  /** Of the elements of a list. */
  elements: z
    .strictObject({ insideList: z.boolean(), sign: z.string().nullable(), budget: count })
    .optional(),
});
export type FilePlace = z.infer<typeof place>;

const found = z.strictObject({
  code: z.string(),
  place: z.string(),
  reason: z.string(),
  count: count.optional(),
});

/** What a reading has met and used up: so that it ends in the same words and at the same limits. */
const known = z.strictObject({
  consumed: count,
  unpacked: count,
  text: count,
  messages: count,
  /** Since the last message: text and records without one. */
  barren: z.strictObject({ text: count, records: count }),
  said: count,
  empty: count,
  lost: count,
  /** Problems by their codes: how many were told one by one, and the first of those that were counted. */
  met: z.array(z.strictObject({ code: z.string(), shown: count, first: found.optional() })),
});
export type Known = z.infer<typeof known>;

const checkpoint = z.strictObject({
  /** Number of files of the upload before the one that it goes on with. */
  file: count,
  /** In that file; undefined for its beginning. */
  place: place.optional(),
  known,
  /** Formats that were met. */
  sources: z.array(z.enum(sourceKinds)),
  /** Files that messages name, by their places among the upload's: those that are no logs, and those that are. */
  named: z.array(count),
  logs: z.array(count),
});
export type Checkpoint = z.infer<typeof checkpoint>;

/** @returns undefined where it is none of this version: then the upload is read from its beginning */
export const readCheckpoint = (value: unknown): Checkpoint | undefined =>
  checkpoint.safeParse(value).data;

/** The files of an upload from that on with which reading goes on, numbered from its first one. */
export async function* filesFrom<F extends { readonly path: string }>(
  files: AsyncIterable<F>,
  from: Checkpoint | undefined,
): AsyncGenerator<{ readonly path: string; readonly file: F; readonly number: number }> {
  let number = 0;
  for await (const file of files) {
    if (number >= (from?.file ?? 0)) yield { path: file.path, file, number };
    number += 1;
  }
}
