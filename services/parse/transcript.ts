// Plain transcripts, `Name: text` a line, or a line with name and time above what was said: told from other files with colons by few names that come again and again.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import { lineText } from "./line-text.ts";
import { lineBatches } from "./lines.ts";
import { fingerprint, message } from "./message.ts";
import { openParts } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import { isFooter, roles, speakersOf, type TranscriptLine } from "./transcript-shape.ts";

/** A longer message is divided, so that one without an end does not have to be held. */
const LONGEST_MESSAGE = 4 * 1024 * 1024;
/** Lines that are a transcript's fingerprint. */
const MARKED_BY = 3;

const titleOf = (path: string): string | null => {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:txt|log|md|text)$/i, "");
  return name === "" ? null : name;
};

export async function* readTranscript(
  file: TextFile,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const start = file.head.split("\n", MARKED_BY).join("\n").slice(0, 4096);
  const parts = openParts({
    source: "transcript",
    sourceId: fingerprint(start),
    hasId: false,
    asOf: null,
    title: titleOf(file.path),
    tree: false,
    channel: null,
    raw: null,
  });
  const speakerIn = speakersOf(file.head, file.path) ?? (() => undefined);
  let open: (TranscriptLine & { readonly raw: string[]; readonly texts: string[] }) | undefined;
  let nth = 0;
  let size = 0;
  const made = (): ParsedMessage | undefined => {
    if (!open) return undefined;
    const { time, author, raw, texts } = open;
    const role = roles.get(author.toLowerCase()) ?? "person";
    const key = String(nth);
    nth += 1;
    return message({
      key,
      position: Number(key),
      author,
      role,
      kind: role === "system" ? "system" : "text",
      localTime: time,
      text: texts.join("\n").trim(),
      raw: raw.join("\n").trimEnd(),
    });
  };
  function* take(line: string, place: string): Generator<ParseEvent> {
    const said = speakerIn(line);
    if (said) {
      const before = made();
      if (before) yield* parts.add(before);
      open = { ...said, raw: [line], texts: [said.text] };
      size = line.length;
    } else if (open) {
      size += line.length + 1;
      if (size > LONGEST_MESSAGE) {
        const before = made();
        if (before) yield* parts.add(before);
        open = { time: open.time, author: open.author, text: "", raw: [], texts: [] };
        size = line.length;
        const reason = "A message of more than 4 MB was divided.";
        yield* reading.problem({ code: "long-entry", place, reason });
      }
      open.raw.push(line);
      if (!isFooter(line)) open.texts.push(line.trimEnd());
    } else if (line.trim() !== "") {
      const reason = "The line stands before the first one with a name.";
      yield* reading.problem({ code: "bad-line", place, reason });
    }
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
    const last = made();
    if (last) yield* parts.add(last);
    yield* parts.end(true);
    throw error;
  }
  const last = made();
  if (last) yield* parts.add(last);
  yield* parts.end();
}
