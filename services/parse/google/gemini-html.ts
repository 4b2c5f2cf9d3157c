// My Activity of Gemini as a page (MyActivity.html): a cell a prompt, with its time between the prompt and the answer.
import type { ParseEvent } from "../events.ts";
import { htmlText } from "../html-text.ts";
import type { Json } from "../message.ts";
import { openMixedFormat } from "../mixed-format.ts";
import { type MixedRecords, readMixed } from "../mixed-records.ts";
import type { Reading } from "../reading.ts";
import type { TextFile } from "../text-file.ts";
import { writtenTime } from "../written-time.ts";
import { openGemini } from "./gemini-activity.ts";

const CELL = '<div class="outer-cell';
const headerOf = (cell: string): string =>
  htmlText(/<p class="mdl-typography--title">([\s\S]{0,400}?)<\/p>/.exec(cell)?.[1] ?? "");
const isGemini = (cell: string): boolean => /gemini|\bbard\b/i.test(headerOf(cell));

/** @param head the file's beginning: styles first, then the cells of one product */
export const looksLikeGeminiPage = (head: string): boolean =>
  head.split(CELL, 4).slice(1).some(isGemini);

/** The file cut before each cell; what stands before the first one is left out. */
async function* cellsOf(
  bytes: AsyncIterable<Buffer>,
  longest: number,
): AsyncGenerator<{ readonly text: string; readonly isWhole: boolean }> {
  let held = Buffer.alloc(0);
  let hasBegun = false;
  for await (const piece of bytes) {
    held = Buffer.concat([held, piece]);
    for (;;) {
      const next = held.indexOf(CELL, hasBegun ? 1 : 0);
      if (next < 0) break;
      if (hasBegun) yield { text: held.toString("utf8", 0, next), isWhole: true };
      held = held.subarray(next);
      hasBegun = true;
    }
    if (!hasBegun) held = held.subarray(Math.max(0, held.length - CELL.length));
    else if (held.length > longest) {
      yield { text: held.toString("utf8", 0, longest), isWhole: false };
      held = Buffer.alloc(0);
      hasBegun = false;
    }
  }
  if (hasBegun) yield { text: held.toString("utf8"), isWhole: true };
}

const BODY = /<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">/;
const CAPTION = "mdl-typography--caption";
const fileLink = /^\s*-\s*<a\b[^>]{0,2000}>([\s\S]{0,500}?)<\/a>\s*$/;

/** What stands between the prompt and its time: a line that counts the files, and a line a file. */
const splitPrompt = (lines: readonly string[]) => {
  const first = lines.findIndex((line) => fileLink.test(line));
  if (first < 0) return { words: lines, files: [] };
  const files = lines.flatMap((line) => fileLink.exec(line)?.[1] ?? []).map(htmlText);
  const isCount = /^\s*\d+ |\d+ \p{L}+\.?\s*$/u.test(lines[first - 1] ?? "");
  return { words: lines.slice(0, isCount ? first - 1 : first), files };
};

/** A cell as the record that the same export in JSON has; undefined where it has no words. */
const recordOf = (cell: string): Json | undefined => {
  const body = cell.split(BODY, 2)[1];
  if (body === undefined) return undefined;
  const end = body.indexOf('<div class="content-cell');
  const inside = (end < 0 ? body : body.slice(0, end)).replace(/<\/div>\s*$/, "");
  const lines = inside.split(/<br\s*\/?>/);
  const at = lines.findIndex((line) => writtenTime(htmlText(line)) !== undefined);
  const { words, files } = splitPrompt(at < 0 ? lines : lines.slice(0, at));
  // A blank that does not break ends the label: it has to outlive the tags.
  const title = htmlText(words.join("<br>").replaceAll("&nbsp;", "\u00a0"));
  if (title === "" && files.length === 0) return undefined;
  const answer = at < 0 ? "" : lines.slice(at + 1).join("<br>");
  const caption = cell.slice(cell.lastIndexOf(CAPTION));
  const link = /https:\/\/gemini\.google\.com\/[^"\s<]{1,300}/.exec(caption)?.[0];
  return {
    header: headerOf(cell),
    title: title === "" ? "Prompted " : title,
    time: at < 0 ? null : (writtenTime(htmlText(lines[at] ?? "")) ?? null),
    ...(answer.trim() !== "" && { safeHtmlItem: [{ html: answer }] }),
    ...(files.length > 0 && { attachedFiles: files }),
    ...(link !== undefined && { titleUrl: link }),
  };
};

async function* taking(
  file: TextFile,
  records: MixedRecords,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  let nth = 0;
  for await (const { text, isWhole } of cellsOf(file.bytes, reading.limits.elementBytes)) {
    nth += 1;
    const place = `${file.place}, entry ${nth}`;
    const record = recordOf(text);
    if (!isWhole) {
      const reason = "This entry is too long: only its beginning was read.";
      yield* reading.problem({ code: "too-large", place, reason });
    }
    if (record === undefined || !records.take(record)) {
      const reason = "This entry has no words, or is of another product of Google's.";
      yield* reading.problem({ code: "unknown-record", place, reason });
    } else if (record["time"] === null) {
      const reason =
        "No time is written in this entry, so that nobody can tell the prompt from its answer: its words are kept as a notice.";
      yield* reading.problem({ code: "unknown-time", place, reason });
    }
    yield* reading.tick();
  }
}

export const readGeminiPage = (file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> => {
  const records = openMixedFormat(reading.folder, openGemini());
  return readMixed(file, { records, taking: taking(file, records, reading) }, reading);
};
