// The hash driver keeps the door's promise.
import { describe, expect, it } from "vitest";
import { row } from "#services/domain/vectors.ts";
import { dot, embedSuite } from "./embed.suite.ts";
import { openHashEmbedder } from "./embed.ts";

embedSuite("hash", async () => openHashEmbedder());

describe("hash", () => {
  it("puts texts that share words near each other", async () => {
    const { vectors } = await openHashEmbedder().embed([
      "mount the usb drive",
      "usb drive mount",
      "pizza with cheese",
    ]);
    const near = dot(row(vectors, 0), row(vectors, 1));
    expect(near).toBeGreaterThan(dot(row(vectors, 0), row(vectors, 2)));
  });
});
