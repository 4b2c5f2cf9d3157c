// Runs the contract of embedders on the hash driver.
import { describe, expect, it } from "vitest";
import { row } from "#services/domain/vectors.ts";
import { dot, embedSuite } from "./embed.suite.ts";
import { openHashEmbedder } from "./embed.ts";

embedSuite("hash", async () => openHashEmbedder());

describe("hash", () => {
  it("gives texts with common words similar vectors", async () => {
    const { vectors } = await openHashEmbedder().embed([
      "mount the usb drive",
      "usb drive mount",
      "pizza with cheese",
    ]);
    const near = dot(row(vectors, 0), row(vectors, 1));
    expect(near).toBeGreaterThan(dot(row(vectors, 0), row(vectors, 2)));
  });
});
