// The Range header names a part of a file, none of it, or, where it is not understood, the whole.
import { describe, expect, it } from "vitest";
import { wantedRange } from "./byte-range.ts";

const file = { size: 100, etag: '"abc"' };
const part = (start: number, end: number) => ({ kind: "part", start, end });

describe("a range", () => {
  it.each([
    ["bytes=0-9", part(0, 10)],
    ["bytes=90-", part(90, 100)],
    ["bytes=90-500", part(90, 100)],
    ["bytes=-10", part(90, 100)],
    ["bytes=-500", part(0, 100)],
    ["bytes=99-99", part(99, 100)],
    ["BYTES=0-0", part(0, 1)],
    ["bytes=100-", { kind: "none" }],
    ["bytes=500-600", { kind: "none" }],
    ["bytes=-0", { kind: "none" }],
    [undefined, { kind: "whole" }],
    ["", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
    ["bytes=9-3", { kind: "whole" }],
    ["bytes=0-1,5-6", { kind: "whole" }],
    ["lines=0-1", { kind: "whole" }],
    ["bytes=a-b", { kind: "whole" }],
  ])("%s", (header, wanted) => {
    expect(wantedRange(header, file)).toEqual(wanted);
  });

  it("is of this very file, where that is asked", () => {
    expect(wantedRange("bytes=0-9", file, '"abc"')).toEqual(part(0, 10));
    expect(wantedRange("bytes=0-9", file, '"abd"')).toEqual({ kind: "whole" });
    expect(wantedRange("bytes=0-9", file, 'W/"abc"')).toEqual({ kind: "whole" });
  });

  it("of an empty file is none", () => {
    expect(wantedRange("bytes=0-", { size: 0, etag: "" })).toEqual({ kind: "none" });
  });
});
