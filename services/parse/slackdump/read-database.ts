// A SQLite database among the files of an upload: read where it is one of Slackdump's, told of otherwise.
import type { SourceKind } from "#services/domain/conversation.ts";
import type { UploadFile } from "../archive.ts";
import type { ParseEvent } from "../events.ts";
import { readOnDisk } from "../nested-archive.ts";
import type { Reading } from "../reading.ts";
import type { Seen } from "../table/seen-tables.ts";
import { isSlackdump, readSlackdump } from "./database.ts";

const otherDatabase =
  "This is a SQLite database, and none of Slackdump's, which alone are read: export the conversations from the program that it belongs to.";
const notHere =
  "A SQLite database inside an archive inside an archive, or in one that is read as a stream, is not read: upload it by itself.";

interface Context {
  /** Whether it may be unpacked to be read. */
  readonly opens: boolean;
  readonly seen: Seen;
  readonly formatEventOf: (source: SourceKind, file: { path: string; head: string }) => ParseEvent;
}

async function* readAt(
  at: string,
  place: string,
  { seen, formatEventOf }: Context,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  if (!isSlackdump(at)) {
    seen.closest ??= { why: otherDatabase, todo: undefined };
    yield* reading.problem({ code: "not-read", place, reason: otherDatabase });
    return;
  }
  if (!seen.sources.has("slack")) yield formatEventOf("slack", { path: place, head: "" });
  seen.sources.add("slack");
  yield* readSlackdump({ at, place }, reading);
}

/** @throws ParlanceError rejected `damaged-database` (400) */
export async function* readDatabase(
  file: UploadFile,
  context: Context,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const found = { code: "not-read", place: file.path, reason: notHere };
  yield* readOnDisk(file, context.opens, { found, seen: context.seen }, reading, (at) =>
    readAt(at, file.path, context, reading),
  );
}
