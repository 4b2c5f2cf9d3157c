// Tests of packed arrays: packing and unpacking.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pack, unpack } from "./packed.ts";

describe("packed arrays", () => {
  it("are the same after packing and unpacking, for all types and lengths", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.float32Array({ noNaN: true }),
        fc.int16Array(),
        fc.uint16Array(),
        fc.uint32Array(),
        (about, f, i, u, w) => {
          const { about: told, arrays } = unpack(pack({ about }, { f, i, u, w }).buffer);
          expect(told).toEqual({ about });
          expect([...arrays.entries()]).toEqual([
            ["f", f],
            ["i", i],
            ["u", u],
            ["w", w],
          ]);
        },
      ),
    );
  });

  it("are refused where their end is missing", () => {
    const whole = pack(null, { x: new Float32Array(9) });
    expect(() => unpack(whole.slice(0, 2).buffer)).toThrow(/not packed/);
    expect(() => unpack(whole.slice(0, 20).buffer)).toThrow(/cut off/);
    expect(() => unpack(whole.slice(0, whole.length - 8).buffer)).toThrow(/cut off/);
  });
});
