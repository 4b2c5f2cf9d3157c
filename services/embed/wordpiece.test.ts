// Tests that the fast WordPiece gives the same ids as @huggingface/tokenizers on any text, and that batches keep their budget.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Tokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenBatches } from "./batches.ts";
import { smallVocabulary, tokenizerJson } from "./model-folder.builders.ts";
import { openTokenizer } from "./tokenizer.ts";
import { IdBuffer } from "./wordpiece.ts";

const root = new URL("../../", import.meta.url);
const readJson = (path: string): object => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const shipped = readJson("models/parlance-static-en-v1/tokenizer.json");
const made = tokenizerJson(smallVocabulary);
const cased = {
  ...made,
  normalizer: {
    type: "BertNormalizer",
    clean_text: false,
    handle_chinese_chars: false,
    strip_accents: true,
    lowercase: false,
  },
};

const both = (json: object) => {
  const fast = openTokenizer({ tokenizer: json, config: {} });
  const library = new Tokenizer(json, {});
  expect(fast.kind).toBe("wordpiece");
  return (text: string) => {
    const into = new IdBuffer();
    fast.encode(text, into);
    const ids = [...fast.before, ...into.ids.subarray(0, into.length), ...fast.after];
    expect({ text, ids }).toEqual({ text, ids: library.encode(text).ids });
    expect(fast.count(text)).toBe(ids.length);
  };
};

const texts = [
  "",
  " ",
  "Hello, World! it's 2:30pm — isn't it?",
  "[PAD] and [UNK] and [CLS] in a text [ SEP ]",
  "Ünïcödé ÅÄÖ ß İstanbul ﬁne ½ ﷺ",
  "日本語のテキストと漢字。한국어 텍스트 ไทย العربية हिन्दी",
  "emoji 👩‍💻🏳️‍🌈 and \u{20000} rare Han",
  "tabs\tand\nlines\r\nand\u0000nul\u0007bell\u200bzero\u00a0nbsp\u2028sep\ufffd",
  "lone \ud800 surrogates \udc00",
  "x".repeat(100),
  "x".repeat(101),
  "é".repeat(120),
  `${"a".repeat(99)}😀😀`,
  "https://example.org/path?q=1&r=%20#frag_ment ~/.config/x.y --flag=$HOME",
];

describe.each([
  ["the shipped tokenizer", shipped],
  ["a lower-casing one with special tokens", made],
  ["a cased one without cleaning", cased],
])("WordPiece: %s", (_name, json) => {
  const same = both(json);
  it("agrees with the library on awkward texts", () => {
    for (const text of texts) same(text);
  });
  it("agrees with the library on any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), same), { numRuns: 300 });
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), same), { numRuns: 300 });
  });
});

describe("WordPiece on real messages", () => {
  const data = fileURLToPath(new URL("../shared/data/intents/clinc150.jsonl.gz", root));
  it.skipIf(!existsSync(data))(
    "agrees with the library (skipped where the shared data is absent)",
    () => {
      const same = both(shipped);
      for (const line of gunzipSync(readFileSync(data)).toString().split("\n").slice(0, 3000))
        same(line);
    },
  );
});

describe("openTokenizer", () => {
  it("leaves other kinds to the library", () => {
    const bpe = {
      ...made,
      added_tokens: [],
      post_processor: null,
      normalizer: null,
      pre_tokenizer: { type: "Whitespace" },
      decoder: null,
      model: {
        type: "BPE",
        vocab: { a: 0, b: 1, ab: 2, "<unk>": 3 },
        merges: ["a b"],
        unk_token: "<unk>",
      },
    };
    const tokenizer = openTokenizer({ tokenizer: bpe, config: { unk_token: "<unk>" } });
    expect(tokenizer.kind).toBe("library");
    expect(tokenizer.count("ab a b")).toBe(3);
    expect(tokenizer.unknown).toBe(3);
  });
});

describe("tokenBatches", () => {
  it("takes every text once, longest first, within the budget", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 200 });
    fc.assert(
      fc.property(lengths, (list) => {
        const batches = tokenBatches(list, { tokens: 384, squares: 20_000 });
        expect(batches.flat().toSorted((a, b) => a - b)).toEqual(list.map((_, i) => i));
        const order = batches.flat().map((i) => list[i] ?? 0);
        expect(order).toEqual(order.toSorted((a, b) => b - a));
        for (const batch of batches) {
          const width = Math.max(...batch.map((i) => list[i] ?? 0));
          expect(
            batch.length === 1 ||
              (batch.length * width <= 384 && batch.length * width ** 2 <= 20_000),
          ).toBe(true);
        }
      }),
    );
  });
});
