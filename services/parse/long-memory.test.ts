// A conversation that would not fit into memory is read in a process with little of it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** With its heap limit a process that holds all of the messages dies. */
const HEAP_MB = 60;
const MESSAGES = 150_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parlance-long-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const listOf = (item: (n: number) => string, length = MESSAGES) =>
  Array.from({ length }, (_, n) => item(n)).join(",");

const files = {
  "of OpenAI's shape": () =>
    `{"messages":[${listOf((n) => `{"role":"user","content":"beans ${n}"}`)}],"id":"x"}`,
  "of ShareGPT's shape": () =>
    `[{"conversations":[${listOf((n) => `{"from":"human","value":"beans ${n}"}`)}]}]`,
  "of Claude's shape": () =>
    `[{"uuid":"x","chat_messages":[${listOf((n) => `{"uuid":"m${n}","sender":"human","text":"beans ${n}"}`)}]}]`,
  "of ChatGPT's shape": () =>
    `[{"mapping":{${listOf((n) => `"n${n}":{"parent":${n === 0 ? null : `"n${n - 1}"`},"message":{"author":{"role":"user"},"content":{"parts":["beans ${n}"]}}}`)}},"id":"x"}]`,
};

/** Counts the messages of a file, and keeps none. */
const program = `
  const { parse } = await import(process.argv[1]);
  let messages = 0;
  for await (const event of parse({ path: process.argv[2], filename: "a.json" }))
    if (event.kind === "conversation") messages += event.conversation.messages.length;
  console.log(messages);
`;

const readWith = (heapMb: number, text: string) => {
  const path = join(folder, "upload");
  writeFileSync(path, text);
  const door = join(import.meta.dirname, "parse.ts");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, "--input-type=module", "-e", program, door, path],
    { encoding: "utf8" },
  );
  return { messages: Number(stdout.trim()), died: stderr.includes("heap out of memory") };
};

describe("one conversation of 150,000 messages", () => {
  it.each(Object.entries(files))(
    "%s needs no more than 60 MB",
    (_, text) => expect(readWith(HEAP_MB, text())).toEqual({ messages: MESSAGES, died: false }),
    120_000,
  );
});

describe("one conversation of 2,000 messages of pages of text", () => {
  const pages = "some words of a log ".repeat(3000);
  const mapping = (n: number) =>
    `"n${n}":{"parent":${n === 0 ? null : `"n${n - 1}"`},"message":{"author":{"role":"user"},"content":{"parts":["${n} ${pages}"]}}}`;
  it.each([
    [
      "of OpenAI's shape",
      () =>
        `{"id":"x","messages":[${listOf((n) => `{"role":"user","content":"${n} ${pages}"}`, 2000)}]}`,
    ],
    ["of ChatGPT's shape", () => `[{"id":"x","mapping":{${listOf(mapping, 2000)}}}]`],
  ])(
    "%s needs no more than 100 MB, its messages together 240",
    (_, text) => expect(readWith(100, text())).toEqual({ messages: 2000, died: false }),
    120_000,
  );
});
