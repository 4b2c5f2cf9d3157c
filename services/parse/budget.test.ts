// What one upload may cost: growth, time, and text without a message in it.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openBudget } from "./budget.ts";
import { defaultLimits } from "./limits.ts";
import { readUntilError, rejection, zipOf } from "./parse.builders.ts";

const MB = 1024 * 1024;
const MINUTE = 60_000;

const aBudget = (size = 10 * MB) => {
  let time = 0;
  const budget = openBudget(size, defaultLimits, () => time);
  return {
    budget,
    pass: (ms: number) => {
      time += ms;
    },
  };
};

const codeOf = (act: () => void): string => {
  try {
    act();
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
  return "allowed";
};

describe("an upload may grow", () => {
  it.each([
    ["to any size that a chat export packs from", 10 * MB, 900 * MB, "allowed"],
    ["by any factor while it stays small", 1000, 500 * MB, "allowed"],
    ["to a hundred times itself, no more", 5 * MB, 513 * MB, "archive-ratio"],
    ["to 50 GB, no more", 40_000 * MB, 51_201 * MB, "archive-too-large"],
  ])("%s", (_, size, unpacked, code) => {
    expect(codeOf(() => aBudget(size).budget.unpacked(unpacked))).toBe(code);
  });

  it.each([
    ["any number of messages of 15 bytes", 15 * 10 * MB, 10 * MB, "allowed"],
    ["half a million messages of any size", 1000, 500_000, "allowed"],
    ["more of them only for two bytes each", 600_000, 500_001, "archive-ratio"],
  ])("to %s", (_, size, messages, code) => {
    expect(codeOf(() => aBudget(size).budget.messages(messages))).toBe(code);
  });

  it("counts a conversation without messages as one", () => {
    const { budget } = aBudget(1000);
    const code = codeOf(() => {
      for (let n = 0; n < 600_000; n += 1) budget.messages(0);
    });
    expect(code).toBe("archive-ratio");
  });
});

describe("reading may take", () => {
  it("two hours of its own time, what is done with the messages not counted", () => {
    const { budget, pass } = aBudget();
    budget.pause();
    pass(300 * MINUTE);
    budget.resume();
    pass(119 * MINUTE);
    expect(codeOf(() => budget.check())).toBe("allowed");
    pass(2 * MINUTE);
    expect(codeOf(() => budget.check())).toBe("reading-too-long");
  });

  it("a minute without a message only while little text goes by", () => {
    const { budget, pass } = aBudget();
    budget.text(10 * MB);
    pass(30 * MINUTE);
    expect(codeOf(() => budget.check())).toBe("allowed");
    budget.text(60 * MB);
    expect(codeOf(() => budget.check())).toBe("no-messages");
  });

  it("any time while messages are found", () => {
    const { budget, pass } = aBudget();
    for (let minute = 0; minute < 100; minute += 1) {
      budget.text(100 * MB);
      pass(MINUTE);
      budget.messages(1);
      expect(codeOf(() => budget.check())).toBe("allowed");
    }
  });

  it("a million unreadable records in a row, and any number with messages among them", () => {
    const { budget } = aBudget();
    for (let n = 0; n < 5; n += 1) {
      budget.unreadable(900_000);
      budget.messages(1);
    }
    budget.unreadable(1_000_000);
    expect(codeOf(() => budget.unreadable(1))).toBe("no-messages");
  });
});

describe("an upload over its limits", () => {
  it("is told so with what to do, and what was read before stays read and counted", async () => {
    const upload = gzipSync(`${"[10:00] <a> hi\n".repeat(300)}${"rubbish\n".repeat(5000)}`);
    const { messages, problems, error } = await readUntilError(upload, "#c/2024-05-01.log.gz", {
      limits: { barrenRecords: 1000 },
    });
    expect(error).toMatchObject({ kind: "rejected", code: "no-messages" });
    expect(error?.message).toContain("1,000 records");
    expect(error?.hint).toContain("Upload the part");
    expect(messages).toBe(300);
    expect(problems).toBe(1000);
  });

  it("is stopped by the clock while it is read, not after", async () => {
    let time = 0;
    const now = () => {
      time += 10;
      return time;
    };
    const record = `${JSON.stringify({ messages: [{ role: "user", content: "x".repeat(900) }] })}\n`;
    const long = record.repeat(8000);
    for (const upload of [long, gzipSync(long), zipOf({ "a.jsonl": long })]) {
      time = 0;
      expect(await rejection(upload, { now, limits: { readingMs: 200 } })).toBe("reading-too-long");
      // All of it would take 300,000 ms of this clock.
      expect(time).toBeLessThan(100_000);
    }
  });

  it("may be left between any two events, with all problems up to there counted", async () => {
    const lines = Array.from({ length: 50 }, (_, n) =>
      n % 10 === 9 ? '{"messages":[{"role":"user","content":"hi"}]}\n' : "{}\n",
    ).join("");
    const seen = await readUntilError(lines, "log.jsonl", {}, (messages) => messages === 4);
    expect(seen).toMatchObject({ messages: 4, problems: 36, error: undefined });
  });
});
