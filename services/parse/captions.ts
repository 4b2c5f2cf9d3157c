// Captions of meetings and videos (WebVTT, SRT): each cue is a message of its speaker, and its time counts from the beginning of the recording.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import { lineText } from "./line-text.ts";
import { lineBatches } from "./lines.ts";
import { fingerprint, message } from "./message.ts";
import { openParts } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";

const timing = /^\s*((?:\d{1,3}:)?\d\d:\d\d[.,]\d{1,3})\s+-->\s+(?:\d{1,3}:)?\d\d:\d\d[.,]\d{1,3}/;
const firstOfSrt = /^\s*\d{1,9}[ \t]*\r?\n\s*\d{1,3}:\d\d:\d\d[.,]\d{1,3}\s+-->/;

/** @param head the file's beginning */
export const looksLikeCaptions = (head: string): boolean =>
  /^\s*WEBVTT(?:\s|$)/.test(head.slice(0, 1000)) || firstOfSrt.test(head.slice(0, 1000));

/** `Anna Berg: …`, as meetings write their speakers. */
const named = /^[-–]?\s*(\p{L}[\p{L}\p{N} .,'’()_-]{0,60}):\s+(\S.*)$/su;
const voice = /^<v(?:\.[^\s>]*)?\s+([^>]{1,200})>/;

const entities: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&nbsp;", " "],
  ["&lrm;", ""],
  ["&rlm;", ""],
]);

const plain = (text: string): string =>
  text
    .replaceAll(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => entities.get(entity) ?? entity)
    .trim();

/** The words without marks of style and karaoke times. */
const wordsOf = (text: string): string =>
  plain(
    text.replaceAll(
      /<\/?(?:[cibuv]|lang|ruby|rt|font)(?:[.\s][^<>]{0,200})?>|<(?:\d+:)?\d\d:\d\d\.\d+>/g,
      "",
    ),
  );

/** Whether most cues at the beginning begin with a name. */
const namesIn = (head: string): boolean => {
  const cues = head
    .slice(0, 64 * 1024)
    .split(/\r?\n\r?\n/)
    .flatMap((block) => {
      const lines = block.split(/\r?\n/);
      const at = lines.findIndex((line) => timing.test(line));
      return at < 0 ? [] : [lines.slice(at + 1).join("\n")];
    });
  return cues.filter((cue) => named.test(cue)).length > cues.length / 2;
};

/** A longer cue or remark is divided, so that one without an end does not have to be held. */
const LONGEST_CUE = 1024 * 1024;

interface Cue {
  readonly start: string;
  readonly lines: string[];
  /** What stands before its lines: its name and its time. */
  readonly raw: readonly string[];
}

/** Reads captions. Nothing in such a file names it, so it is called by its file's name. */
export async function* readCaptions(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const hasNames = namesIn(file.head);
  const sourceId = fingerprint(file.head.slice(0, 4096));
  const title = (file.path.split(/[/\\]/).at(-1) ?? file.path).replace(/\.\w{1,5}$/, "");
  const { lost } = reading;
  const parts = openParts({
    source: "captions",
    sourceId,
    hasId: true,
    asOf: null,
    title,
    tree: false,
    channel: null,
    raw: null,
  });
  let said: ParsedMessage[] = [];
  let cue: Cue | undefined;
  let count = 0;
  let size = 0;
  let divided = 0;
  let speaker = "Speaker";
  /** The last line, which may be the name of a cue. */
  let before: string | undefined;
  /** Lines of a remark or of a style sheet. */
  let remark: string[] | undefined;

  const say = (author: string, text: string, start: string, raw: string): void => {
    count += 1;
    said.push(
      message({
        key: String(count),
        position: count,
        author,
        role: "person",
        kind: "text",
        localTime: start,
        text,
        raw,
      }),
    );
  };

  const endCue = (): void => {
    const ended = cue;
    cue = undefined;
    if (!ended) return;
    const text = ended.lines.join("\n");
    // Of several voices each keeps its own words, and the first one the time.
    let before = ended.raw.map((line) => `${line}\n`).join("");
    for (const part of text.split(/(?=<v[.\s])/)) {
      const spokenBy = plain(voice.exec(part)?.[1] ?? "");
      const prefixed = hasNames && spokenBy === "" ? named.exec(part) : null;
      speaker = spokenBy || (prefixed?.[1]?.trim() ?? speaker);
      const words = wordsOf(prefixed?.[2] ?? part);
      if (words === "" || words === "-") continue;
      say(speaker, words, ended.start, before + part);
      before = "";
    }
  };

  const endRemark = (): void => {
    const [first = "", ...rest] = remark ?? [];
    remark = undefined;
    const text = [first.replace(/^NOTE\s?/, ""), ...rest].join("\n").trim();
    if (!first.startsWith("NOTE") || text === "") return;
    count += 1;
    const raw = [first, ...rest].join("\n");
    said.push(
      message({
        key: String(count),
        position: count,
        author: "Note",
        role: "system",
        kind: "system",
        text,
        raw,
      }),
    );
  };

  const divide = (length: number): void => {
    size += length;
    if (size <= LONGEST_CUE) return;
    size = 0;
    divided += 1;
    const kind = remark?.[0]?.split(/\s/, 1)[0];
    const start = cue?.start;
    endCue();
    endRemark();
    if (start !== undefined) cue = { start, lines: [], raw: [] };
    if (kind !== undefined) remark = [kind];
  };

  const take = (text: string): void => {
    const found = timing.exec(text);
    if (found && remark === undefined) {
      endCue();
      size = 0;
      const raw = [...(before === undefined ? [] : [before]), text];
      cue = { start: found[1] ?? "", lines: [], raw };
      before = undefined;
    } else if (text.trim() === "") {
      endCue();
      endRemark();
      before = undefined;
    } else if (cue) {
      cue.lines.push(text);
      divide(text.length);
    } else if (remark) {
      remark.push(text);
      divide(text.length);
    } else if (/^(?:NOTE|STYLE|REGION|WEBVTT)(?:\s|$)/.test(text.trimStart())) {
      remark = [text];
      size = 0;
    } else before = text;
  };

  function* give(): Generator<ParseEvent> {
    const ended = said;
    said = [];
    for (const one of ended) yield* parts.add(one);
  }

  try {
    for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
      for (const line of batch) {
        take(yield* lineText(line, `${file.place}, line ${line.number}`, reading));
        yield* give();
      }
      yield* reading.tick();
    }
  } catch (error) {
    // What was read before a damaged place or a limit is kept.
    endCue();
    endRemark();
    yield* give();
    yield* parts.end(true);
    throw error;
  }
  endCue();
  endRemark();
  yield* give();
  yield* parts.end(reading.lost > lost);
  if (divided > 0) {
    const reason = "Captions of more than 1 MB were divided.";
    const { place } = file;
    yield* reading.problem({ code: "long-entry", place, reason, count: divided });
  }
  if (count === 0)
    yield* reading.problem({
      code: "empty-session",
      place: file.place,
      reason: "There are no cues with words in this file: nothing was read from it.",
    });
}
