// A file of vectors gives back what was put in, and says so when it is damaged.
import { describe, expect, it } from "vitest";
import { vectors } from "#services/domain/vectors.ts";
import { decodeVectors, encodeVectors } from "./vector-file.ts";

describe("a file of vectors", () => {
  it("gives back ids and rows, whatever the ids' length", () => {
    for (const ids of [["a"], ["ab", "é"], ["abc", "d", "ef"]]) {
      const data = Float32Array.from({ length: ids.length * 3 }, (_, n) => n / 7);
      const read = decodeVectors(encodeVectors(ids, vectors(3, data)));
      expect(read.ids).toEqual(ids);
      expect(read.vectors).toEqual({ dim: 3, rows: ids.length, data });
    }
  });

  it("may be empty", () => {
    const empty = { dim: 3, rows: 0, data: new Float32Array() };
    expect(decodeVectors(encodeVectors([], empty))).toEqual({ ids: [], vectors: empty });
  });

  it("is refused when cut short or of another kind", () => {
    const bytes = encodeVectors(["a"], vectors(2, Float32Array.of(1, 0)));
    for (const damaged of [
      bytes.subarray(0, 10),
      bytes.subarray(0, bytes.length - 4),
      new Uint8Array(40),
    ])
      expect(() => decodeVectors(damaged)).toThrow(expect.objectContaining({ kind: "corrupt" }));
  });
});
