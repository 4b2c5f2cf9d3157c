// Reading that goes on at a checkpoint: it gives just what followed there, in any format whose records stand alone.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { parse } from "./detect.ts";
import type { ParseEvent, ParseOptions } from "./events.ts";
import { tarOf, zipOf } from "./parse.builders.ts";

const folder = mkdtempSync(join(tmpdir(), "parlance-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));

const words = "frost beans cover tonight seed compost rain tomato slug fence gate".split(" ");
/** Words that do not repeat for long, so that they pack as words do. */
const said = (seed: number, length: number): string => {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return `${words[state % words.length]}${(state >>> 16).toString(36)}`;
  }).join(" ");
};

const openaiRecord = (n: number) => ({
  id: `chat-${n}`,
  messages: Array.from({ length: 4 }, (_, turn) => ({
    role: turn % 2 === 0 ? "user" : "assistant",
    content: said(n * 10 + turn, 60),
  })),
});

const chatgptRecord = (n: number) => {
  const node = (turn: number) => ({
    id: `n${n}-${turn}`,
    parent: turn === 0 ? null : `n${n}-${turn - 1}`,
    children: turn === 3 ? [] : [`n${n}-${turn + 1}`],
    message: {
      id: `n${n}-${turn}`,
      author: { role: turn % 2 === 0 ? "user" : "assistant", name: null, metadata: {} },
      create_time: 1_700_000_000 + n * 100 + turn,
      content: { content_type: "text", parts: [said(n * 10 + turn, 60)] },
    },
  });
  const mapping = Object.fromEntries([0, 1, 2, 3].map((turn) => [`n${n}-${turn}`, node(turn)]));
  return { title: said(n, 3), create_time: 1_700_000_000, mapping, conversation_id: `c${n}` };
};

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Every so many records something is wrong: more often than is told one by one. */
const jsonl = (count: number): string =>
  numbers(count)
    .map((n) => {
      const line = JSON.stringify(openaiRecord(n));
      if (n % 40 === 39) return line.slice(0, -20);
      return n % 55 === 54 ? `${line}\n{}\n\n` : line;
    })
    .join("\n");

const chatgpt = (count: number): string =>
  `[${numbers(count)
    .map((n) => {
      const record = JSON.stringify(chatgptRecord(n));
      return n % 70 === 69 ? record.replace('"title":', '"title" ') : record;
    })
    .join(",\n")}]`;

/** A conversation too long to be held at once, between others. */
const withLong = (): string => {
  const long = {
    ...openaiRecord(9999),
    messages: numbers(900).flatMap((n) => openaiRecord(n).messages),
  };
  return [
    ...numbers(600).map(openaiRecord),
    long,
    ...numbers(600).map((n) => openaiRecord(n + 1000)),
  ]
    .map((record) => JSON.stringify(record))
    .join("\n");
};

const irc = (day: number) =>
  numbers(400)
    .map((n) => `[10:${String(n % 60).padStart(2, "0")}] <p${n % 7}> ${said(day * 1000 + n, 8)}`)
    .join("\n");

interface Input {
  readonly name: string;
  readonly bytes: string | Uint8Array;
}

const files: Readonly<Record<string, () => Input | Promise<Input>>> = {
  "lines of JSON, some of them damaged": () => ({ name: "a.jsonl", bytes: jsonl(1500) }),
  "the elements of a list, some of them damaged": () => ({
    name: "conversations.json",
    bytes: chatgpt(1200),
  }),
  "a long record among others": () => ({ name: "d.jsonl", bytes: withLong() }),
  "a file whose end is missing": () => ({
    name: "conversations.json",
    bytes: chatgpt(1200).slice(0, -500),
  }),
  "logs of days in a zip": () => ({
    name: "days.zip",
    bytes: zipOf(
      Object.fromEntries(
        numbers(28).map((n) => [`#bees/2024-05-${String(n + 1).padStart(2, "0")}.log`, irc(n)]),
      ),
    ),
  }),
  "logs of days in a tar.gz": async () => ({
    name: "days.tar.gz",
    bytes: gzipSync(
      await tarOf(
        Object.fromEntries(
          numbers(28).map((n) => [`#bees/2024-05-${String(n + 1).padStart(2, "0")}.log`, irc(n)]),
        ),
      ),
    ),
  }),
  "an export in a zip, packed": () => ({
    name: "export.zip",
    bytes: zipOf({
      "conversations.json": chatgpt(2500),
      "user.json": "{}",
      "notes.txt": "Nothing that is a chat.",
    }),
  }),
  "an export in a zip, not packed": () => ({
    name: "export.zip",
    bytes: zipOf({ "conversations.json": chatgpt(1200), "more.jsonl": jsonl(900) }, { level: 0 }),
  }),
};

/** What is given, but for how far reading has come. */
const eventsOf = async (input: Parameters<typeof parse>[0], options: ParseOptions) => {
  const events: ParseEvent[] = [];
  for await (const event of parse(input, options))
    if (event.kind !== "progress") {
      if (event.kind === "conversation")
        events.push({ kind: event.kind, conversation: event.conversation });
      else events.push(event);
    }
  return events;
};

/** Problems that are counted together may be told in several goes. */
const summed = (events: readonly ParseEvent[]) => {
  const problems = new Map<string, number>();
  const others: ParseEvent[] = [];
  for (const event of events) {
    if (event.kind === "problem") {
      const { code, place, reason, count } = event.problem;
      const name = JSON.stringify([code, place, reason]);
      problems.set(name, (problems.get(name) ?? 0) + count);
    } else if (event.kind !== "checkpoint") others.push(event);
  }
  return { others, problems: [...problems] };
};

const stored = (checkpoint: Checkpoint) => readCheckpoint(JSON.parse(JSON.stringify(checkpoint)));

describe("reading that goes on at a checkpoint", () => {
  it.each(Object.keys(files))(
    "of %s gives what followed there, and nothing twice",
    async (kind) => {
      const { name, bytes } = (await files[kind]?.()) ?? { name: "", bytes: "" };
      const input = { path: join(folder, name), filename: name };
      writeFileSync(input.path, bytes);
      const whole = await eventsOf(input, { checkpointBytes: 300_000 });
      const plain = summed(await eventsOf(input, {}));
      expect(summed(whole)).toEqual(plain);
      const at = whole.flatMap((event, place) => (event.kind === "checkpoint" ? [place] : []));
      expect(at.length).toBeGreaterThan(1);
      // The first, the last, and some between.
      for (const place of at.filter((_, nth) => nth % 3 === 0 || nth === at.length - 1)) {
        const event = whole[place];
        if (event?.kind !== "checkpoint") continue;
        const from = stored(event.checkpoint);
        expect(from).toEqual(event.checkpoint);
        const rest = await eventsOf(input, { from });
        expect(summed([...whole.slice(0, place), ...rest])).toEqual(plain);
      }
    },
  );
});

describe("a checkpoint", () => {
  it("of another release is none", () => {
    expect(readCheckpoint({ file: 0, sources: ["irc"], at: 12 })).toBeUndefined();
  });
});
