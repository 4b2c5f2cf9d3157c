// Which format is it? Each file of an upload is judged by how it begins, and read by the reader of that format.
import { stat } from "node:fs/promises";
import type { SourceKind } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import { looksLikeIrc, readIrc } from "./irc.ts";
import { readJsonLines } from "./json-records.ts";
import type { FormatDescription, ParseEvent, ParseInput, ParseOptions } from "./parse.ts";
import { openReading, type Reading } from "./reading.ts";
import { shapeOf } from "./shape.ts";
import { openText, type TextFile } from "./text-file.ts";
import { openUpload } from "./upload.ts";

export const formats: readonly FormatDescription[] = [
  { source: "openai", name: "OpenAI-style messages", accepts: "JSONL, .gz" },
  {
    source: "irc",
    name: "IRC logs (irssi, ZNC, WeeChat, [HH:MM] <nick>)",
    accepts: "a text file, zip, tar.gz or .gz",
  },
];

const notAChatLog = (filename: string) =>
  rejected(`${JSON.stringify(filename)} is not a chat log that can be read.`, {
    code: "not-a-chat-log",
    status: 415,
    hint: `These are read: ${formats.map(({ name, accepts }) => `${name} (${accepts})`).join("; ")}.`,
  });

type Reader = (file: TextFile, reading: Reading) => AsyncGenerator<ParseEvent>;

interface Judged {
  readonly source: SourceKind;
  readonly read: Reader;
}

const judge = (file: TextFile): Judged | undefined => {
  const head = file.head.trimStart();
  if (head.startsWith("{")) {
    const [line = ""] = head.split("\n", 1);
    try {
      const source = shapeOf(JSON.parse(line));
      return source && { source, read: readJsonLines };
    } catch {
      return undefined;
    }
  }
  if (looksLikeIrc(file.head)) return { source: "irc", read: readIrc };
  return undefined;
};

const labelOf = (source: SourceKind) =>
  formats.find((format) => format.source === source)?.name ?? source;

export async function* parse(
  input: ParseInput,
  options: ParseOptions = {},
): AsyncGenerator<ParseEvent> {
  const { size } = await stat(input.path);
  if (size === 0)
    throw rejected(`${JSON.stringify(input.filename)} is empty.`, { code: "empty-upload" });
  const reading = openReading(size, options);
  const upload = await openUpload(input, size, reading);
  const told = new Set<SourceKind>();
  try {
    for await (const found of upload.files()) {
      const file = await openText(found);
      try {
        const judged = judge(file);
        if (!judged) continue;
        if (!told.has(judged.source))
          yield { kind: "format", source: judged.source, label: labelOf(judged.source) };
        told.add(judged.source);
        yield* judged.read(file, reading);
      } finally {
        await file.bytes.return(undefined);
      }
      yield* reading.tick();
    }
  } finally {
    await upload.close();
  }
  for (const problem of upload.problems()) yield* reading.problem(problem);
  if (told.size === 0) throw notAChatLog(input.filename);
  yield* reading.end();
}
