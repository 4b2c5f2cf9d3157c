// Tests of hand edits in requests: a move must say what it moves, ids have a limit; a stored move may have lost its chunks.
import { describe, expect, it } from "vitest";
import { keptEdit, topicEdit } from "./analysis.ts";

describe("a change by hand", () => {
  it("that moves must name messages, by chunks or by a selection", () => {
    const saysWhy = (edit: unknown) =>
      topicEdit.safeParse(edit).error?.issues.map(({ path, message }) => [path, message]);
    const why = [[["chunks"], expect.stringContaining("“selection”")]];
    expect(saysWhy({ kind: "move", to: null })).toEqual(why);
    expect(saysWhy({ kind: "move", chunks: [], to: null })).toEqual(why);
    expect(saysWhy({ kind: "move", chunks: ["a"], to: null })).toBeUndefined();
    expect(saysWhy({ kind: "move", selection: {}, to: null })).toBeUndefined();
  });

  it("names topics and chunks by ids of 60 characters at most", () => {
    const takes = (edit: unknown) => topicEdit.safeParse(edit).success;
    for (const [length, taken] of [
      [60, true],
      [61, false],
    ] as const) {
      const id = "a".repeat(length);
      expect(takes({ kind: "rename", topic: id, title: "x" })).toBe(taken);
      expect(takes({ kind: "merge", topics: [id], into: "b" })).toBe(taken);
      expect(takes({ kind: "merge", topics: ["b"], into: id })).toBe(taken);
      expect(takes({ kind: "split", topic: id, parts: 2 })).toBe(taken);
      expect(takes({ kind: "move", chunks: [id], to: null })).toBe(taken);
      expect(takes({ kind: "move", chunks: ["b"], to: id })).toBe(taken);
      expect(takes({ kind: "hide", topic: id, hidden: true })).toBe(taken);
    }
  });

  it("is still valid when everything that it moved is gone", () => {
    const edit = { kind: "move", chunks: [], to: null };
    expect(keptEdit.parse(edit)).toEqual(edit);
  });
});
