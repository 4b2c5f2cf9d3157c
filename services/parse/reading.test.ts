// What holds for every format: encodings, progress, being stopped, real samples read whole.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { first, fixture, read, readPath, rejection } from "./parse.builders.ts";

const shared = join(import.meta.dirname, "../../../shared/data");

describe("an upload's encoding", () => {
  const text = '{"messages":[{"role":"user","content":"Grüße ☕"}]}\n';
  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16 LE with a mark", iconv.encode(text, "utf16le", { addBOM: true })],
    ["UTF-16 BE with a mark", iconv.encode(text, "utf16be", { addBOM: true })],
    ["UTF-16 LE without one", iconv.encode(text, "utf16le")],
    ["UTF-16 BE without one", iconv.encode(text, "utf16be")],
  ])("may be %s", async (_, bytes) => {
    expect(first(await read(bytes)).messages[0]?.text).toBe("Grüße ☕");
  });

  it("may be a legacy one for the whole file", async () => {
    const russian = Array.from(
      { length: 40 },
      (_, n) => `[10:00] <иван> привет, как твои дела сегодня ${n}\n`,
    ).join("");
    const found = await read(iconv.encode(russian, "windows-1251"), "#c/2005-01-01.log");
    expect(first(found).messages[3]).toMatchObject({
      author: "иван",
      text: "привет, как твои дела сегодня 3",
    });
  });
});

describe("a long reading", () => {
  const line = `${JSON.stringify({ messages: [{ role: "user", content: "x".repeat(900) }] })}\n`;
  const long = line.repeat(12_000);

  it("tells how far it is, at least every four megabytes and at the end", async () => {
    const { progress } = await read(long);
    expect(progress.at(-1)).toBe(long.length);
    for (const [n, at] of progress.entries()) {
      expect(at).toBeGreaterThanOrEqual(progress[n - 1] ?? 0);
      expect(at - (progress[n - 1] ?? 0)).toBeLessThanOrEqual(4 * 1024 * 1024);
    }
  });

  it("stops when it is told to", async () => {
    await expect(read(long, "log.jsonl", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: "unavailable",
      code: "aborted",
    });
  });

  it("cuts a line of IRC that is longer than any, and says so", async () => {
    const found = await read(
      `[10:00] <a> b\n[10:00] <a> ${"x".repeat(5000)}\n`,
      "#c/2020-01-01.log",
      {
        limits: { lineBytes: 1000 },
      },
    );
    expect(first(found).messages[1]?.text).toHaveLength(1000 - "[10:00] <a> ".length);
    expect(found.problems).toMatchObject([{ code: "long-line" }]);
  });
});

describe.skipIf(!existsSync(shared))(
  "real samples (skipped where the shared data is absent)",
  () => {
    const claude = join(shared, "exports/claude");
    const samples = existsSync(claude) ? readdirSync(claude) : [];

    it.each(samples)("of Claude: every message of %s is accounted for", async (name) => {
      const bytes = readFileSync(join(claude, name));
      const value: unknown = JSON.parse(bytes.toString());
      const records = (Array.isArray(value) ? value : [value]).filter((item) =>
        Array.isArray(item?.chat_messages),
      );
      if (records.length === 0) {
        expect(await rejection(bytes)).toBe("not-a-chat-log");
        return;
      }
      const found = await readPath(join(claude, name), name);
      const there = records.flatMap((record) => record.chat_messages).length;
      const whole = found.conversations.flatMap(({ messages }) =>
        messages.filter(({ key }) => !key.includes("/")),
      );
      const strange = found.problems.filter(({ code }) => code === "unknown-message");
      expect(whole.length + strange.reduce((sum, { count }) => sum + count, 0)).toBe(there);
    });

    it.each(["sgd-dev", "sgd-test", "taskmaster4"])("of %s are read whole", async (name) => {
      const path = join(shared, "dialogues", `${name}.jsonl.gz`);
      const records = gunzipSync(readFileSync(path))
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const found = await readPath(path, `${name}.jsonl.gz`);
      expect(found.problems).toEqual([]);
      expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(
        records.map(({ id }) => id),
      );
      const texts = found.conversations.flatMap(({ messages }) => messages.map(({ text }) => text));
      expect(texts).toEqual(
        records.flatMap(({ messages }) =>
          messages.map((item: { content: string }) => item.content),
        ),
      );
    });
  },
);

describe("a fixture", () => {
  it("gives the same events each time", async () => {
    const bytes = fixture("chatgpt-branching.json");
    expect(await read(bytes)).toEqual(await read(bytes));
  });
});
