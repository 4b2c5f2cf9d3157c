// The contract of embedders: unit rows in input order, the same vector alone and in any batch, errors as the door says.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { row } from "#services/domain/vectors.ts";
import type { Embedder } from "./embedder.ts";

export interface EmbedSuiteOptions {
  /** The least cosine of a text's vector in two different batches: .9999 by default, .999 for int8 transformers. */
  readonly invariance?: number;
}

export const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const texts = [
  "How do I mount a USB drive?",
  "mount it",
  "Please install the kernel and boot, then read the error: what does it say? Thanks for that!",
  "日本語のテキスト and some Ünïcödé 👩‍💻",
  "a",
  "x".repeat(300),
  ...Array.from({ length: 60 }, (_, i) => `file ${i} ${"of the drive ".repeat(i % 12)}`),
];

export const embedSuite = (
  name: string,
  open: () => Promise<Embedder>,
  options: EmbedSuiteOptions = {},
): void => {
  const alike = options.invariance ?? 0.9999;
  describe(`${name} as an embedder`, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await open();
    });
    afterAll(async () => await embedder.close());

    it("describes its model", () => {
      expect(embedder.model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(embedder.model.dim).toBeGreaterThan(0);
      expect(embedder.providers.active).not.toBe("");
    });

    it("gives one unit row per text and its tokens", async () => {
      const { vectors, tokens } = await embedder.embed(texts, { truncate: true });
      expect(vectors).toMatchObject({ dim: embedder.model.dim, rows: texts.length });
      expect(vectors.data).toHaveLength(texts.length * embedder.model.dim);
      for (const [i, text] of texts.entries()) {
        expect(dot(row(vectors, i), row(vectors, i))).toBeCloseTo(1, 5);
        // A text of unknown words alone is one token where a model takes no special ones.
        const most = Math.min(embedder.countTokens(text), embedder.model.maxTokens);
        expect(tokens[i]).toBe(Math.max(1, most));
      }
    });

    it("gives a text the same vector alone, in a batch and in another order", async () => {
      const together = (await embedder.embed(texts, { truncate: true })).vectors;
      const turned = (await embedder.embed([...texts].reverse(), { truncate: true })).vectors;
      for (const i of [0, 1, 2, 3, 4, 5, 40]) {
        const alone = (await embedder.embed([texts[i] ?? ""], { truncate: true })).vectors;
        expect(dot(row(together, i), alone.data)).toBeGreaterThan(alike);
        expect(dot(row(together, i), row(turned, texts.length - 1 - i))).toBeGreaterThan(alike);
      }
    });

    it("gives no rows for no texts", async () => {
      expect((await embedder.embed([])).vectors).toMatchObject({ rows: 0 });
    });

    it("refuses an empty text and one that is too long, with its index", async () => {
      await expect(embedder.embed(["a", ""])).rejects.toMatchObject({
        kind: "rejected",
        code: "empty-text",
        data: { index: 1 },
      });
      const long = "the drive ".repeat(embedder.model.maxTokens);
      await expect(embedder.embed(["a", "b", long, "c"])).rejects.toMatchObject({
        kind: "rejected",
        code: "text-too-long",
        data: { index: 2 },
      });
      const { tokens } = await embedder.embed([long], { truncate: true });
      expect(tokens[0]).toBe(embedder.model.maxTokens);
    });

    it("gives a text without any token a unit row and names it", async () => {
      const { vectors, unembeddable } = await embedder.embed(["a", " \u0001\n", "b"]);
      expect(unembeddable).toEqual([1]);
      expect(dot(row(vectors, 1), row(vectors, 1))).toBeCloseTo(1, 5);
    });

    it("shortens vectors to the allowed dimensions and refuses others", async () => {
      const smaller = embedder.model.matryoshka.at(-1);
      await expect(embedder.embed(["a"], { dimensions: 3 })).rejects.toMatchObject({
        code: "bad-dimensions",
      });
      if (smaller === undefined) return;
      const { vectors } = await embedder.embed(["the drive"], { dimensions: smaller });
      expect(vectors.dim).toBe(smaller);
      expect(dot(vectors.data, vectors.data)).toBeCloseTo(1, 5);
    });

    it("stops when it is aborted", async () => {
      await expect(
        embedder.embed(texts, { truncate: true, signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ kind: "unavailable", code: "aborted" });
    });

    it("refuses work after it was closed", async () => {
      const other = await open();
      await other.close();
      await expect(other.embed(["a"])).rejects.toMatchObject({ code: "embedder-closed" });
    });
  });
};
