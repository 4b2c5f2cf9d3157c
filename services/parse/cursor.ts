// A chat that Cursor exports as Markdown: a title, then turns of the person and of Cursor between rules. It has no times. Read by exports that are public.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import { lineText } from "./line-text.ts";
import { lineBatches } from "./lines.ts";
import { fingerprint, message } from "./message.ts";
import { openParts } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";

const exported = /^_Exported on .{4,80} from Cursor \(.{1,40}\)_\s*$/;
const title = /^#\s+(.{1,500}?)\s*$/;
const turn = /^\*\*(User|Cursor)\*\*\s*$/;
const rule = /^---\s*$/;

/** @param head the file's beginning */
export const looksLikeCursor = (head: string): boolean => {
  const lines = head.slice(0, 4000).split(/\r?\n/);
  const start = lines.filter((line) => line.trim() !== "").slice(0, 2);
  return title.test(start[0] ?? "") && exported.test(start[1] ?? "");
};

/** A longer turn is divided, so that one without an end does not have to be held. */
const LONGEST_TURN = 4 * 1024 * 1024;

type Parts = ReturnType<typeof openParts>;

/** A chat, known by its title and what was asked first. */
const chatOf = (named: string | null, first: string): Parts =>
  openParts({
    source: "cursor",
    sourceId: fingerprint(`${named ?? ""}\n${first}`),
    hasId: false,
    asOf: null,
    title: named,
    tree: false,
    channel: null,
    raw: null,
  });

const turnMessage = (speaker: string, lines: readonly string[], nth: number): ParsedMessage => {
  const isAsked = speaker === "User";
  return message({
    key: String(nth),
    position: nth,
    author: isAsked ? "You" : "Cursor",
    role: isAsked ? "user" : "assistant",
    text: lines.join("\n").trim(),
    raw: lines.join("\n").trim(),
  });
};

/** Several chats may stand in one file, each with its title. */
export async function* readCursor(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  let named: string | null = null;
  let parts: Parts | undefined;
  let speaker: string | undefined;
  let lines: string[] = [];
  /** The last line that is not blank. */
  let last = -1;
  let size = 0;
  let nth = 0;

  /** Lines above the first turn of a chat, besides rules, are nobody's. */
  function* loose(place: string): Generator<ParseEvent> {
    const count = lines.filter((line) => line.trim() !== "" && !rule.test(line)).length;
    const reason = "This text stands above the first turn of a chat and belongs to nobody.";
    if (count > 0) yield* reading.problem({ code: "bad-line", place, reason, count });
  }
  function* finish(place: string): Generator<ParseEvent> {
    if (speaker === undefined) yield* loose(place);
    else {
      const said = turnMessage(speaker, lines, nth);
      nth += 1;
      parts ??= chatOf(named, said.text);
      yield* parts.add(said);
    }
    lines = [];
    last = -1;
    size = 0;
  }
  function* take(line: string, place: string): Generator<ParseEvent> {
    const [, next] = turn.exec(line) ?? [];
    if (next !== undefined && (speaker === undefined || rule.test(lines[last] ?? ""))) {
      // Without the rule above it.
      if (speaker !== undefined) lines = lines.slice(0, Math.max(0, last));
      yield* finish(place);
      speaker = next;
      return;
    }
    if (exported.test(line) && title.test(lines[last] ?? "")) {
      const own = title.exec(lines[last] ?? "")?.[1] ?? null;
      lines = lines.slice(0, last);
      yield* finish(place);
      if (parts) yield* parts.end();
      parts = undefined;
      speaker = undefined;
      named = own;
      nth = 0;
      return;
    }
    size += line.length + 1;
    if (size > LONGEST_TURN) {
      yield* finish(place);
      const reason = "A message of more than 4 MB was divided.";
      yield* reading.problem({ code: "long-entry", place, reason });
    }
    lines.push(line);
    if (line.trim() !== "") last = lines.length - 1;
  }
  try {
    for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
      for (const line of batch) {
        const place = `${file.place}, line ${line.number}`;
        yield* take(yield* lineText(line, place, reading), place);
      }
      yield* reading.tick();
    }
  } catch (error) {
    // What was read before a damaged place or a limit is kept.
    yield* finish(file.place);
    if (parts) yield* parts.end(true);
    throw error;
  }
  yield* finish(file.place);
  if (parts) yield* parts.end();
}
