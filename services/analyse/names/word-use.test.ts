// Uses of words in invented sentences: names of things, what is done, and lists that are no sentences.
import { expect, it } from "vitest";
import { WordUse } from "./word-use.ts";

const numbers = new Map(
  ["recipe", "incorporate", "dough", "knead", "salt"].map((term, at) => [term, at + 1]),
);
const useOf = (...texts: readonly string[]): WordUse => {
  const use = new WordUse();
  for (const text of texts)
    use.see(text.split(" ").map((term) => ({ term, number: numbers.get(term) ?? 0 })));
  return use;
};
const nounness = (use: WordUse, term: string) => use.nounness(numbers.get(term) ?? 0);

it("tells names of things from what is done to them", () => {
  const use = useOf(
    "please incorporate the salt",
    "how do i knead the dough",
    "incorporate it into the dough",
    "the recipe is for you",
    "a recipe with salt",
  );
  for (const thing of ["recipe", "dough", "salt"])
    expect(nounness(use, thing)).toBeGreaterThan(0.6);
  for (const deed of ["incorporate", "knead"]) expect(nounness(use, deed)).toBeLessThan(0.4);
  expect(use.areSentences).toBe(true);
});

it("knows nothing of a word that it has not seen, and of lists of words", () => {
  const use = useOf("dough salt recipe knead incorporate dough salt");
  expect(use.nounness(99)).toBe(0.5);
  expect(use.areSentences).toBe(false);
});
