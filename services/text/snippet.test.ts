// Tests of snippets and sentences: highlighted places stay visible and correct.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentences } from "./sentences.ts";
import { snippet } from "./snippet.ts";

describe("snippet", () => {
  it("returns a short text whole", () => {
    const spans = [{ start: 0, end: 5 }];
    expect(snippet("hello world", spans, { length: 50 })).toEqual({
      text: "hello world",
      spans,
      start: 0,
    });
  });

  it("shows the text around the spans and shifts the spans", () => {
    const text = `${"filler words here ".repeat(20)}the needle stands here${" and more filler".repeat(20)}`;
    const start = text.indexOf("needle");
    const found = snippet(text, [{ start, end: start + 6 }], { length: 80 });
    expect(found.text).toMatch(/^….*needle.*…$/);
    expect(found.spans.map((span) => found.text.slice(span.start, span.end))).toEqual(["needle"]);
  });

  it("never breaks a surrogate pair and keeps spans on their words", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 10, max: 60 }),
        (text, at, length) => {
          const start = at % text.length;
          const end = Math.min(text.length, start + 3);
          const found = snippet(text, [{ start, end }], { length });
          expect(found.text.isWellFormed()).toBe(text.isWellFormed());
          for (const span of found.spans)
            expect(text.slice(start, end)).toContain(found.text.slice(span.start, span.end));
          expect(found.spans).toHaveLength(1);
        },
      ),
    );
  });
});

describe("sentences", () => {
  it("splits at full stops, question marks and line ends, not at abbreviations", () => {
    expect(
      sentences("Dr. Who came, e.g. by train. Did he? Yes!\nA list").map((s) => s.text),
    ).toEqual(["Dr. Who came, e.g. by train.", "Did he?", "Yes!", "A list"]);
  });
  it("splits scripts without spaces", () => {
    expect(sentences("これは本です。それはペンです。").map((s) => s.text)).toEqual([
      "これは本です。",
      "それはペンです。",
    ]);
  });
  it("gives places in the text", () => {
    const text = "  One here. Two there. ";
    for (const { start, text: body } of sentences(text))
      expect(text.startsWith(body, start)).toBe(true);
  });
});
