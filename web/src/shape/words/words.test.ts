// Numbers, times, histogram bars, names of sources, languages and collections, states of uploads and of the server.
import { describe, expect, it } from "vitest";
import type { Readiness } from "#services/contract/system.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import { size } from "#services/domain/size.ts";
import { flagLabel } from "../address/selection-chips.ts";
import { bars, rangeOf } from "../figures/histogram.ts";
import { proposedName } from "./collection-name.ts";
import { healthTitle, otherNotices } from "./health.ts";
import { count, counted, share, shortCount, took } from "./numbers.ts";
import { statusLines } from "./server-status.ts";
import { kindLabel, languageLabel } from "./sources.ts";
import { ago, spanOfTime, timeLeft } from "./times.ts";
import { doneShare, outcome, retryText, spaceText } from "./upload-progress.ts";

describe("numbers", () => {
  it("are printed as counts, sizes and durations", () => {
    expect(count(249_623)).toBe("249,623");
    expect(shortCount(9_999)).toBe("9,999");
    expect(shortCount(249_623)).toBe("249.6K");
    expect(counted(1, "message")).toBe("1 message");
    expect(counted(2, "reply", "replies")).toBe("2 replies");
    expect([size(0), size(999), size(1536), size(24_400_000)]).toEqual([
      "0 B",
      "999 B",
      "1.5 KB",
      "24 MB",
    ]);
    expect([took(0.84), took(12.3), took(1240)]).toEqual(["0.8 ms", "12 ms", "1.2 s"]);
  });

  it("are never 0 % for a part above zero, nor 100 % below the whole", () => {
    expect(share(1, 1000)).toBe("1\u00a0%");
    expect(share(9_999, 10_000)).toBe("99\u00a0%");
    expect(share(10, 10)).toBe("100\u00a0%");
    expect(share(0, 0)).toBe("0\u00a0%");
  });
});

describe("times", () => {
  const now = Date.UTC(2026, 4, 20, 12);
  it("are relative within a day, and dates after that", () => {
    expect(ago(now - 20_000, now)).toBe("just now");
    expect(ago(now - 300_000, now)).toBe("5 min ago");
    expect(ago(now - 3 * 3_600_000, now)).toBe("3 h ago");
    expect(ago(now + 20_000, now)).toBe("just now");
    expect(ago(now - 800 * 86_400_000, now)).toMatch(/2024/);
  });

  it("name one month once", () => {
    const may = new Date(2026, 4, 2).getTime();
    expect(spanOfTime(may, may + 86_400_000)).toBe("May 2026");
    expect(spanOfTime(may, new Date(2026, 6, 2).getTime())).toBe("May 2026 – Jul 2026");
  });

  it("are rounded where they are time left", () => {
    expect([1_000, 40_000, 200_000, 4_800_000, 7_200_000].map(timeLeft)).toEqual([
      "a few seconds",
      "40 s",
      "3 min",
      "1 h 20 min",
      "2 h",
    ]);
  });
});

describe("bars", () => {
  it("fill gaps and keep every count", () => {
    const drawn = bars(
      [
        { from: 0, count: 4 },
        { from: 30, count: 1 },
      ],
      10,
      60,
    );
    expect(drawn.map((bar) => bar.count)).toEqual([4, 0, 0, 1]);
    expect(drawn[3]).toEqual({ from: 30, to: 40, count: 1, height: 0.5 });
  });

  it("join bins where there are more than can be drawn", () => {
    const bins = Array.from({ length: 1000 }, (_, index) => ({ from: index * 10, count: 1 }));
    const drawn = bars(bins, 10, 48);
    expect(drawn.length).toBeLessThanOrEqual(48);
    expect(drawn.reduce((sum, bar) => sum + bar.count, 0)).toBe(1000);
  });

  it("give the range between two bars in either order", () => {
    const drawn = bars(
      [0, 10, 20, 30].map((from) => ({ from, count: 1 })),
      10,
      60,
    );
    expect(rangeOf(drawn, 2, 1)).toEqual({ after: 10, before: 30 });
    expect(rangeOf(drawn, 9, 1)).toBeUndefined();
    expect(bars([], 10, 60)).toEqual([]);
  });
});

describe("names", () => {
  it("of a collection are proposed from a file's", () => {
    expect(proposedName([{ name: "ubuntu-irc_2004.tar.gz" }])).toBe("ubuntu irc 2004");
    expect(proposedName([{ name: "conversations.json" }])).toBe("My conversations");
    expect(proposedName([{ name: "a3f0c1d2e4b5a6978877.zip" }])).toBe("My conversations");
    expect(proposedName([])).toBe("My conversations");
  });

  it("of sources and languages are known, an unknown source is shown as it is", () => {
    expect(sourceLabel("chatgpt")).toBe("ChatGPT");
    expect(sourceLabel("telepathy")).toBe("telepathy");
    for (const label of [sourceLabel, roleLabel, kindLabel, flagLabel])
      expect(label("constructor")).toBe("constructor");
    expect(languageLabel("de")).toBe("German");
    expect(languageLabel(null)).toBe("Too short to tell");
  });
});

const anUpload = (given: Partial<Upload>): Upload => ({
  id: "upl_a",
  collection: "col_a",
  filename: "a.zip",
  bytes: 1_000,
  sha256: "",
  state: "reading",
  format: null,
  source: null,
  createdAt: 0,
  finishedAt: null,
  attempt: 1,
  progress: {
    bytesRead: 0,
    conversations: 0,
    newMessages: 0,
    knownMessages: 0,
    changedMessages: 0,
    chunks: 0,
    embedded: 0,
    indexed: 0,
    rate: null,
    timeLeft: null,
  },
  problemCount: 0,
  problems: [],
  error: null,
  ...given,
});

describe("an upload", () => {
  const { progress } = anUpload({});

  it("never goes back in its progress from reading to indexing to done", () => {
    const steps = [
      anUpload({ progress: { ...progress, bytesRead: 500, chunks: 10, indexed: 4 } }),
      anUpload({ progress: { ...progress, bytesRead: 1_000, chunks: 20, indexed: 8 } }),
      anUpload({
        state: "indexing",
        progress: { ...progress, bytesRead: 1_000, chunks: 20, indexed: 19 },
      }),
      anUpload({ state: "done" }),
    ].map(doneShare);
    expect(steps).toEqual([0.35, 0.7, 0.975, 1]);
  });

  it("says its outcome in one line", () => {
    const report = { ...progress, newMessages: 1204, knownMessages: 310, changedMessages: 2 };
    const attachments = { kept: 1, bytes: 9, tooLarge: 2, missing: 0 };
    expect(outcome(anUpload({ progress: report, attachments }))).toContain(
      "1 file kept, 2 files too large",
    );
    expect(outcome(anUpload({ progress: report, problemCount: 1 }))).toBe(
      "1,204 new entries, 310 known, 2 changed, 1 problem",
    );
  });

  it("says free and needed space only while it waits for disk space", () => {
    const space = { freeBytes: 1_200_000_000, neededBytes: 3_400_000_000 };
    expect(spaceText(anUpload({ state: "waiting-for-space", space }))).toBe(
      "1.2 GB free, 3.4 GB needed",
    );
    expect(spaceText(anUpload({ state: "waiting-for-space" }))).toBeUndefined();
    expect(spaceText(anUpload({ state: "reading", space }))).toBeUndefined();
  });

  it("says when it is tried again, with and without a known number of tries", () => {
    const retryAt = new Date(2026, 4, 9, 0, 5).getTime();
    expect(retryText(anUpload({ attempt: 2, maxAttempts: 5, retryAt }))).toBe(
      "Tried 2 of 5 times, next try at 00:05",
    );
    expect(retryText(anUpload({ retryAt }))).toBe("Tried 1 time, next try at 00:05");
    expect(retryText(anUpload({ retryAt: null }))).toBeUndefined();
    expect(retryText(anUpload({}))).toBeUndefined();
  });
});

describe("the state of the server", () => {
  const ready: Readiness = {
    ready: true,
    version: "0",
    checks: [{ name: "database", ok: true, detail: "answers" }],
    model: { id: "", dim: 0, fingerprint: "" },
    providers: { asked: [], active: "cpu", fallback: null },
    engines: [],
  };

  it("is nothing to show while all works, also where the server does not list degraded parts", () => {
    expect(statusLines(ready)).toEqual([]);
    expect(statusLines({ ...ready, degraded: [] })).toEqual([]);
  });

  it("has a line for each failed check, known or not, and for each degraded part", () => {
    const lines = statusLines({
      ...ready,
      ready: false,
      checks: [
        { name: "model", ok: false, detail: "The file is damaged." },
        { name: "constructor", ok: false, detail: "?" },
      ],
      degraded: [{ code: "disk-full", message: "The disk is full.", collection: "col_a" }],
    });
    expect(lines.map((line) => line.text)).toEqual([
      "Embedding model: The file is damaged.",
      "constructor: ?",
      "The disk is full.",
    ]);
    expect(lines.map((line) => line.collection)).toEqual([undefined, undefined, "col_a"]);
  });
});

describe("the health of a collection", () => {
  it("has a title, and its reasons are not repeated by notices", () => {
    const health = {
      state: "degraded" as const,
      reasons: [{ code: "x", message: "Old version." }],
    };
    expect(healthTitle("degraded")).toBe("Works in part only");
    expect(otherNotices(["“A”: Old version.", "In German."], health)).toEqual(["In German."]);
    expect(otherNotices(["In German."], undefined)).toEqual(["In German."]);
  });
});
