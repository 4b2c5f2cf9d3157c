// The square of a picture: as large as fits, in the middle, of a high one rather its upper part.
import { describe, expect, it } from "vitest";
import { squareOf } from "./square-picture.ts";

describe("the square of a picture", () => {
  it("is as large as fits, in the middle of a wide one, higher up in a high one", () => {
    expect(squareOf(400, 200)).toEqual({ side: 200, x: 100, y: 0 });
    expect(squareOf(200, 500)).toEqual({ side: 200, x: 0, y: 100 });
    expect(squareOf(64, 64)).toEqual({ side: 64, x: 0, y: 0 });
  });
});
