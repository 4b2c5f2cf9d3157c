// Tests of unpacking with places to begin anew: the same bytes from each of them, whatever the packed bytes look like.
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inflated, type Start } from "./inflate.ts";

const beginning: Start = { bit: 0, window: Buffer.alloc(0) };

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const unpacked = async (packed: Buffer, from = beginning) => {
  const pieces: Buffer[] = [];
  const starts: { readonly out: number; readonly start: Start }[] = [];
  let out = 0;
  const rest = packed.subarray(Math.floor(from.bit / 8));
  for await (const { bytes, start } of inflated(inChunks(rest), from, 500_000)) {
    pieces.push(bytes);
    out += bytes.length;
    if (start) starts.push({ out, start });
  }
  return { bytes: Buffer.concat(pieces), starts };
};

/** Words that pack to about a third. */
const text = Buffer.from(
  Array.from({ length: 400_000 }, (_, n) => (Math.imul(n, 2_654_435_761) >>> 12).toString(36)).join(
    " ",
  ),
);

describe("deflated bytes", () => {
  it("are unpacked from each place that is told of as from the beginning", async () => {
    const packed = deflateRawSync(text);
    const { bytes, starts } = await unpacked(packed);
    expect(bytes.equals(text)).toBe(true);
    expect(starts.length).toBeGreaterThan(1);
    for (const { out, start } of starts) {
      const rest = await unpacked(packed, start);
      expect(rest.bytes.equals(text.subarray(out))).toBe(true);
    }
  });

  it("are unpacked where every other byte looks like the beginning of a block and none is", async () => {
    const hostile = Buffer.alloc(1_000_000, Buffer.from([0xa6, 0xca]));
    const whole = Buffer.concat([text, hostile, text]);
    // Not packed, so that the bytes stand there as they are.
    const { bytes } = await unpacked(deflateRawSync(whole, { level: 0 }));
    expect(bytes.equals(whole)).toBe(true);
  });
});
