// Tests that every step from reading a message to indexing and showing it takes time linear in the text, whatever the text contains.
import { describe, expect, it } from "vitest";
import { aMessage, options } from "./chunk.builders.ts";
import { codeBlocks } from "./code-blocks.ts";
import { exchangeChunks } from "./exchanges.ts";
import { growth, hardPieces, LINEAR_GROWTH } from "./growth.builders.ts";
import { openLanguageDetector } from "./language.ts";
import { maskText } from "./mask.ts";
import { normaliseText } from "./normalise.ts";
import { sentences } from "./sentences.ts";
import { snippet } from "./snippet.ts";
import { splitText } from "./split.ts";

const limits = {
  countTokens: (text: string) => Math.ceil(text.length / 4) + 2,
  maxTokens: 64,
  overlapTokens: 8,
};
const rules = { words: ["Anna", "foo*"] };

const detect = (text: string) => {
  const detector = openLanguageDetector();
  for (let n = 0; n < 3; n++) detector("hello and the world, this is what you have", "ann");
  return detector(text, "ann");
};

/** A question and its answer, with the text before and after what makes them one. */
const exchanges = (text: string) =>
  exchangeChunks(
    [
      aMessage("0", `!how do I get in? ${text}x`, { author: "ann" }),
      aMessage("1", `${text}@ann try this ann ${text}x`, { author: "bert" }),
      aMessage("2", `thanks ${text}x`, { author: "ann" }),
    ],
    options({ source: "irc" }),
  );

const steps: Readonly<Record<string, (text: string) => unknown>> = {
  normaliseText,
  splitText: (text) => splitText(text, limits),
  codeBlocks,
  detect,
  maskText: (text) => maskText(text, rules),
  sentences,
  exchanges,
  snippet: (text) => snippet(text, [{ start: 5, end: 9 }], { length: 200 }),
};

/**
 * An exchange of messages of up to 10,000 characters takes less than its share: lists that fit the young generation are cheap to
 * collect. From 20,000 on the time grows with the length.
 */
const sizes: Readonly<Record<string, number>> = { exchanges: 200_000 };

describe.each(Object.keys(steps))("%s", (name) => {
  it.each(hardPieces)("takes about ten times as long for ten times as much of %j", (piece) => {
    const step = steps[name] ?? (() => undefined);
    expect(growth(step, piece, sizes[name] ?? 100_000)).toBeLessThan(LINEAR_GROWTH);
  });
});
