// Picture files: those that are taken lose everything but the picture, and everything else is refused.
import { describe, expect, it } from "vitest";
import { ParlanceError } from "#services/domain/errors.ts";
import {
  aJpeg,
  aPng,
  aWebp,
  withJpegSegment,
  withPngPart,
  withWebpChunk,
} from "./picture.builders.ts";
import { cleanPicture } from "./picture-file.ts";

const secret = "GPS 52.5200 N, 13.4050 E";
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const codeOf = (bytes: Uint8Array): string => {
  try {
    cleanPicture(bytes);
    return "taken";
  } catch (error) {
    if (error instanceof ParlanceError) return error.code;
    throw error;
  }
};
/** The same with other numbers at a place. */
const changed = (bytes: Uint8Array, at: number, to: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy.set(to, at);
  return copy;
};
const frameOf = (jpeg: Uint8Array) => Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xc0, 0, 17]));

describe("a picture file", () => {
  it("is taken as PNG, JPEG and WebP, without its colour profile", () => {
    for (const [bytes, type] of [
      [aPng, "image/png"],
      [aJpeg, "image/jpeg"],
      [aWebp, "image/webp"],
    ] as const) {
      const clean = cleanPicture(bytes);
      expect(clean.type).toBe(type);
      expect(textOf(clean.bytes)).not.toMatch(/ICC|Google/u);
      // What was cleaned once is as it is.
      expect(cleanPicture(clean.bytes).bytes).toEqual(clean.bytes);
    }
    expect(cleanPicture(aPng).bytes).toEqual(aPng);
  });

  it("loses places, cameras, texts, and what is behind its end", () => {
    for (const bytes of [
      withPngPart("tEXt", secret),
      withPngPart("eXIf", secret),
      withPngPart("iTXt", secret),
      withJpegSegment(0xe1, `Exif\u0000\u0000${secret}`),
      withJpegSegment(0xed, secret),
      withJpegSegment(0xfe, secret),
      withWebpChunk("EXIF", secret),
      withWebpChunk("XMP ", secret),
      ...[aPng, aJpeg, aWebp].map((one) => Buffer.concat([one, Buffer.from(secret)])),
    ]) {
      const clean = cleanPicture(bytes);
      expect(textOf(clean.bytes)).not.toContain("52.5200");
      expect(clean.bytes.length).toBeLessThanOrEqual(bytes.length);
    }
  });

  it("is refused where it is of another kind, moves, or is too large in bytes or in pixels", () => {
    for (const text of [
      "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
      "<!doctype html><script>alert(1)</script>",
      "GIF89a\u0010\u0000\u0010\u0000 and so on and so on",
      "",
    ])
      expect(codeOf(Buffer.from(text, "latin1"))).toBe("bad-picture");
    expect(codeOf(withPngPart("acTL", "12345678"))).toBe("bad-picture");
    expect(codeOf(withWebpChunk("ANIM", "123456"))).toBe("bad-picture");
    const padded = Buffer.concat([aPng, Buffer.alloc(200_001)]);
    expect(codeOf(padded)).toBe("picture-too-large");
    expect(codeOf(changed(aPng, 16, [0, 0, 0x20, 0]))).toBe("bad-picture");
    expect(codeOf(changed(aPng, 20, [0, 0, 0, 15]))).toBe("bad-picture");
    expect(codeOf(changed(aJpeg, frameOf(aJpeg) + 5, [0x20, 0]))).toBe("bad-picture");
  });

  it("is refused wherever it is cut off, and never anything else than refused", () => {
    for (const whole of [aPng, aJpeg, aWebp])
      for (let length = 0; length < whole.length; length++)
        expect(codeOf(whole.subarray(0, length)), String(length)).toBe("bad-picture");
    for (const whole of [aPng, aJpeg, aWebp])
      for (let at = 0; at < whole.length; at++)
        for (const value of [0, 0x7f, 0xff])
          expect(["taken", "bad-picture"]).toContain(codeOf(changed(whole, at, [value])));
  });
});
