// Plain transcripts, `Name: text` a line: told from other files with colons by few names that come again and again.
import type { ParsedMessage, Role } from "#services/domain/conversation.ts";
import { badBytes, decoded } from "./encoding.ts";
import type { ParseEvent } from "./events.ts";
import { lineBatches } from "./lines.ts";
import { fingerprint, message } from "./message.ts";
import { openParts } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";

/** Lines that are looked at. */
const LOOKED_AT = 300;
/** Of them, so many must begin with a name; the others go on with what was said. */
const LEAST_SPOKEN = 0.6;
/** Lines that are a transcript's fingerprint. */
const MARKED_BY = 3;

const spoken =
  /^\s{0,4}([\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}\p{N} .'’_()-]{0,39}?)\s?[:：](?:\s+|$)(.*)$/u;

/** Fields of records, which other files consist of. */
const fields = new Set(
  "title author authors date year name address email e-mail phone subject from to cc url link id version license description type status price summary keywords tags note notes source homepage maintainer architecture depends section priority size".split(
    " ",
  ),
);

interface Line {
  readonly author: string;
  readonly text: string;
}

const lineIn = (line: string): Line | undefined => {
  const [, author = "", text = ""] = spoken.exec(line) ?? [];
  return author === "" || author.split(/\s+/).length > 4 ? undefined : { author, text };
};

/** @param head the file's beginning */
export const looksLikeTranscript = (head: string): boolean => {
  const lines = head
    .slice(0, 64 * 1024)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, LOOKED_AT);
  const said = lines.map(lineIn).filter((line) => line !== undefined);
  const names = new Set(said.map(({ author }) => author));
  const records = [...names].filter((name) => fields.has(name.toLowerCase())).length;
  return (
    lines[0] !== undefined &&
    lineIn(lines[0]) !== undefined &&
    said.length >= lines.length * LEAST_SPOKEN &&
    said.length >= 3 &&
    names.size >= 2 &&
    names.size <= Math.ceil(said.length / 2) &&
    records < names.size / 2
  );
};

const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["ai", "assistant"],
  ["chatgpt", "assistant"],
  ["claude", "assistant"],
  ["system", "system"],
]);

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
  let open: (Line & { readonly raw: string[]; readonly texts: string[] }) | undefined;
  let nth = 0;
  const made = (): ParsedMessage | undefined => {
    if (!open) return undefined;
    const { author, raw, texts } = open;
    const role = roles.get(author.toLowerCase()) ?? "person";
    const key = String(nth);
    nth += 1;
    return message({
      key,
      position: Number(key),
      author,
      role,
      kind: role === "system" ? "system" : "text",
      text: texts.join("\n").trim(),
      raw: raw.join("\n").trimEnd(),
    });
  };
  function* take(line: string, place: string): Generator<ParseEvent> {
    const said = lineIn(line);
    if (said) {
      const before = made();
      if (before) yield* parts.add(before);
      open = { ...said, raw: [line], texts: [said.text] };
    } else if (open) {
      open.raw.push(line);
      open.texts.push(line.trimEnd());
    } else if (line.trim() !== "") {
      const reason = "The line stands before the first one with a name.";
      yield* reading.problem({ code: "bad-line", place, reason });
    }
  }
  try {
    for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
      for (const line of batch) {
        const place = `${file.place}, line ${line.number}`;
        const { text, replaced } = decoded(line.bytes);
        if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
        if (line.tooLong) {
          const reason = "The line is too long and was cut.";
          yield* reading.problem({ code: "long-line", place, reason });
        }
        yield* take(text, place);
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
