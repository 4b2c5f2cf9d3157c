// Terms of several indexes are those of one index over all texts, however the texts are spread.
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { postingsEngine } from "./postings.ts";
import { documentFrequency, similarTerms, termsWithPrefix } from "./terms-of-all.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "ｱ", "𝒜"), minLength: 1, maxLength: 4 });
const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(" "));

describe("terms of several indexes", () => {
  it("are those of one index over all texts", async () => {
    const folder = await temporaryFolder();
    let files = 0;
    const indexOf = async (texts: readonly string[]) => {
      const path = join(folder, `${files++}.idx`);
      await postingsEngine.build(texts, path);
      return postingsEngine.open(path);
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom("", "a", "ab"),
        fc.integer({ min: 0, max: 12 }),
        async (parts, prefix, limit) => {
          const indexes = await Promise.all(parts.map(indexOf));
          const whole = await indexOf(parts.flat());
          expect(termsWithPrefix(indexes, prefix, limit)).toEqual(
            whole.termsWithPrefix(prefix, limit),
          );
          expect(similarTerms(indexes, { term: "aba", maxEdits: 2 }, limit)).toEqual(
            whole.similarTerms("aba", 2, limit),
          );
          expect(documentFrequency(indexes, "a")).toBe(whole.documentFrequency("a"));
          for (const index of [whole, ...indexes]) index.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are none where there is no index", () => {
    expect(termsWithPrefix([], "a", 5)).toEqual([]);
    expect(similarTerms([], { term: "a", maxEdits: 1 }, 5)).toEqual([]);
    expect(documentFrequency([], "a")).toBe(0);
  });
});
