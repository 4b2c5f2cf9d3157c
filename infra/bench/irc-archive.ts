// The Ubuntu IRC archive for the benchmarks: its path, its lines, and questions made from it.
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";

export const ircArchivePath = join(
  import.meta.dirname,
  "..",
  "..",
  "..",
  "shared",
  "data",
  "irc",
  "ubuntu-irc.tar.gz",
);

export const haveIrcArchive = (): boolean => existsSync(ircArchivePath);

/** Messages without joins and leaves, in file order. */
export const ircMessages = async (): Promise<string[]> => {
  const messages: string[] = [];
  const archive = createReadStream(ircArchivePath).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    for (const line of Buffer.concat(parts).toString("utf8").split("\n")) {
      const text = /^\[\d\d:\d\d\] <[^>]+> (.*)$/.exec(line)?.[1];
      if (text !== undefined && text.trim() !== "") messages.push(text);
    }
  }
  return messages;
};

/** Writes an archive with every n-th day of it, for measurements that need not take the time of the whole. */
export const writePartOfIrcArchive = async (path: string, everyNth: number): Promise<void> => {
  const part = pack();
  const written = pipeline(part, createGzip(), createWriteStream(path));
  let day = 0;
  for await (const entry of createReadStream(ircArchivePath).pipe(createGunzip()).pipe(extract())) {
    const parts: Buffer[] = [];
    for await (const bytes of entry) parts.push(bytes as Buffer);
    if (entry.header.type === "file" && day++ % everyNth === 0)
      part.entry({ name: entry.header.name }, Buffer.concat(parts));
  }
  part.finalize();
  await written;
};

/** A small seeded generator (mulberry32), so that runs can be repeated. */
export const seeded = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** Distinct questions as people type them: real messages of 4 to 12 words, without the addressed nickname. */
export const ircQuestions = (messages: readonly string[], count: number, seed = 7): string[] => {
  const random = seeded(seed);
  const questions = new Set<string>();
  while (questions.size < count) {
    const text = messages[Math.floor(random() * messages.length)] ?? "";
    const plain = text
      .replace(/^\S+[:,]\s*/, "")
      .replaceAll(/["*-]/g, " ")
      .trim();
    const words = plain.split(/\s+/);
    if (words.length >= 4 && words.length <= 12 && !/\b\w+:\S/.test(plain))
      questions.add(words.join(" "));
  }
  return [...questions];
};
