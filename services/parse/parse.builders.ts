// Builders for the tests of reading: uploads from text, files or archives made on the spot, and what came out, gathered.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ZipOptions, zipSync } from "fflate";
import { pack } from "tar-stream";
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { parse } from "./detect.ts";
import type { ParseOptions, ParseProblem } from "./events.ts";

export const fixture = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, "fixtures", name));

/** The files of a fixture folder, by their paths in it. */
export const fixtureFolder = (name: string): Record<string, Buffer> => {
  const root = join(import.meta.dirname, "fixtures", name);
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    paths
      .filter((path) => /\.\w+$/.test(path))
      .sort()
      .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(root, path))]),
  );
};

export type Files = Readonly<Record<string, Uint8Array | string>>;

const bytesOf = (content: Uint8Array | string) =>
  typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);

export const zipOf = (files: Files, options: ZipOptions = {}): Buffer =>
  Buffer.from(
    zipSync(
      Object.fromEntries(Object.entries(files).map(([path, file]) => [path, bytesOf(file)])),
      options,
    ),
  );

export const tarOf = async (files: Files): Promise<Buffer> => {
  const archive = pack();
  for (const [name, file] of Object.entries(files))
    archive.entry({ name }, Buffer.from(bytesOf(file)));
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
};

export interface Read {
  readonly formats: readonly string[];
  /** Parts of one conversation joined. */
  readonly conversations: readonly ParsedConversation[];
  readonly problems: readonly ParseProblem[];
  readonly progress: readonly number[];
}

/** Reads a file that is on the disk. */
export const readPath = async (
  path: string,
  filename: string,
  options: ParseOptions = {},
): Promise<Read> => {
  const formats: string[] = [];
  const conversations: ParsedConversation[] = [];
  const problems: ParseProblem[] = [];
  const progress: number[] = [];
  let open: ParsedConversation | undefined;
  for await (const event of parse({ path, filename }, options)) {
    if (event.kind === "format") formats.push(event.source);
    if (event.kind === "problem") problems.push(event.problem);
    if (event.kind === "progress") progress.push(event.bytes);
    if (event.kind !== "conversation") continue;
    const { conversation } = event;
    const whole: ParsedConversation = open
      ? {
          ...conversation,
          messages: [...open.messages, ...conversation.messages],
          authors: [...(open.authors ?? []), ...(conversation.authors ?? [])],
        }
      : conversation;
    open = conversation.continues ? whole : undefined;
    if (!conversation.continues) conversations.push(whole);
  }
  if (open) throw new Error("the last part of a conversation says that more follows");
  return { formats, conversations, problems, progress };
};

/** Writes bytes to a file that is gone afterwards. */
const asFile = async <T>(
  content: Uint8Array | string,
  use: (path: string) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-parse-"));
  try {
    const path = join(folder, "upload");
    writeFileSync(path, content);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Reads bytes as an upload of that name. */
export const read = (
  content: Uint8Array | string,
  filename = "upload",
  options: ParseOptions = {},
): Promise<Read> => asFile(content, (path) => readPath(path, filename, options));

/** What was told before the reading ended: by itself, by an error of ours, or by leaving it after an event. */
export const readUntilError = (
  content: Uint8Array | string,
  filename: string,
  options: ParseOptions = {},
  leave: (messages: number) => boolean = () => false,
) =>
  asFile(content, async (path) => {
    let messages = 0;
    let problems = 0;
    try {
      for await (const event of parse({ path, filename }, options)) {
        if (event.kind === "conversation") messages += event.conversation.messages.length;
        if (event.kind === "problem") problems += event.problem.count;
        if (leave(messages)) break;
      }
    } catch (error) {
      if (error instanceof ParlanceError) return { messages, problems, error };
      throw error;
    }
    return { messages, problems, error: undefined };
  });

/** The code with which an upload is rejected; any other outcome fails. */
export const rejection = async (content: Uint8Array | string, options: ParseOptions = {}) => {
  try {
    const { conversations } = await read(content, "upload", options);
    return `read ${conversations.length} conversations`;
  } catch (error) {
    if (error instanceof ParlanceError && error.kind === "rejected") return error.code;
    throw error;
  }
};

export const first = (found: Read): ParsedConversation => {
  const [conversation] = found.conversations;
  if (!conversation) throw new Error("no conversation was read");
  return conversation;
};

/** The one message with this key. */
export const withKey = (conversation: ParsedConversation, key: string): ParsedMessage => {
  const found = conversation.messages.filter((message) => message.key === key);
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} messages have the key ${key}`);
  return found[0];
};
