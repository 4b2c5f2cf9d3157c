// Tests of chunking: joining, splitting, overlap, and that nothing is lost.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { aMessage, countTokens, messageKey, options } from "./chunk.builders.ts";
import { beginsChunk, type ChunkableMessage, chunkConversation, isIndexable } from "./chunk.ts";
import { embeddingText } from "./embedding-text.ts";

const chunks = (messages: readonly ChunkableMessage[], rest = {}) => [
  ...chunkConversation(messages, options(rest)),
];

describe("chunkConversation", () => {
  it("makes one chunk of one message", () => {
    const [only, ...more] = chunks([aMessage("1", "How do I mount a USB drive at boot?")]);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ part: 0, start: 0, text: "How do I mount a USB drive at boot?" });
    expect(only?.messages).toEqual([messageKey("1")]);
  });

  it("joins very short consecutive messages of one author", () => {
    const found = chunks([
      aMessage("1", "hi"),
      aMessage("2", "anyone here?"),
      aMessage("3", "yes", { author: "bob" }),
    ]);
    expect(found.map((chunk) => chunk.text)).toEqual(["hi\nanyone here?", "yes"]);
    expect(found[0]?.messages).toEqual([messageKey("1"), messageKey("2")]);
  });

  it("does not join messages that are minutes apart, on other branches or of another kind", () => {
    const late = aMessage("2", "so", { at: millis(10 * 60_000) });
    const branch = aMessage("2", "so", { parent: messageKey("0") });
    const thinking = aMessage("2", "so", { kind: "thinking" });
    for (const next of [late, branch, thinking])
      expect(chunks([aMessage("1", "hm"), next])).toHaveLength(2);
  });

  it("joins messages along a path of a tree", () => {
    expect(
      chunks([aMessage("1", "hm"), aMessage("2", "so", { parent: messageKey("1") })]),
    ).toHaveLength(1);
  });

  it("splits a long message between sentences, with overlap, within the limit", () => {
    const text = Array.from({ length: 12 }, (_, i) => `Sentence ${i} has some words.`).join(" ");
    const found = chunks([aMessage("1", text)]);
    expect(found.length).toBeGreaterThan(2);
    expect(found.map((chunk) => chunk.part)).toEqual(found.map((_, part) => part));
    for (const chunk of found) {
      expect(countTokens(chunk.text)).toBeLessThanOrEqual(24);
      expect(chunk.text).toMatch(/^Sentence .*\.$/);
      expect(text.slice(chunk.start, chunk.start + chunk.text.length)).toBe(chunk.text);
    }
    expect(found[1]?.start).toBeLessThan((found[0]?.start ?? 0) + (found[0]?.text.length ?? 0));
  });

  it("keeps a code block whole where it fits", () => {
    const code = "```js\nconst a = 1;\nconst b = 2;\n```";
    const prose = "Here is a sentence that says something about it all. ".repeat(3).trim();
    const found = chunks([aMessage("1", `${prose}\n\n${code}\n\n${prose}`)]);
    expect(found.some((chunk) => chunk.text.includes(code))).toBe(true);
  });

  it("splits a text without any border, even one that is a single token", () => {
    const found = chunks([aMessage("1", "é".repeat(5000))]);
    expect(found.length).toBeGreaterThan(5);
    expect(Math.max(...found.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(24 * 16);
    expect(found.at(-1)).toMatchObject({ start: 5000 - (found.at(-1)?.text.length ?? 0) });
  });

  it("keeps the first 1,024 characters of a run without spaces, and all text around it", () => {
    const blob = "iVBORw0KGgo".repeat(50_000);
    const text = `Here is the picture: ${blob} It shows a slug.`;
    const found = chunks([aMessage("1", text)]);
    const end = (chunk: { start: number; text: string } | undefined) =>
      (chunk?.start ?? 0) + (chunk?.text.length ?? 0);
    expect(end(found.at(-2))).toBe("Here is the picture: ".length + 1024);
    expect(found.at(-1)).toMatchObject({ text: "It shows a slug.", start: text.length - 16 });
    expect(found.length).toBeLessThan(8);
    const chinese = "今天天气很好".repeat(2000);
    const parts = chunks([aMessage("1", chinese)]);
    expect(end(parts.at(-1))).toBe(chinese.length);
  });

  it("does not count tokens where the length alone shows that a text fits", () => {
    let counted = 0;
    const count = (text: string) => {
      counted++;
      return countTokens(text);
    };
    chunks([aMessage("1", "a plain line of text")], { countTokens: count, maxTokens: 64 });
    expect(counted).toBe(0);
  });

  it("changes only the last chunk when a message is added at the end", () => {
    const texts = fc.array(
      fc.tuple(fc.constantFrom("ada", "bob"), fc.string({ minLength: 1, maxLength: 60 })),
      { minLength: 2, maxLength: 30 },
    );
    fc.assert(
      fc.property(texts, (list) => {
        const all = list.map(([author, text], i) => aMessage(`${i}`, `t${text}`, { author }));
        const before = chunks(all.slice(0, -1)).map((chunk) => chunk.id);
        const after = chunks(all).map((chunk) => chunk.id);
        const parts = chunks(all.slice(-3)).length;
        expect(after.slice(0, Math.max(0, before.length - parts))).toEqual(
          before.slice(0, Math.max(0, before.length - parts)),
        );
      }),
    );
  });

  it("cuts on from wherever a chunk begins as if it had cut the whole", () => {
    const message = fc.record({
      author: fc.constantFrom("ada", "bob"),
      text: fc.constantFrom("hi", "so it is", "x ".repeat(20).trim(), "word ".repeat(60).trim()),
      minutes: fc.constantFrom(0, 1, 10),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 2, maxLength: 40 }), (list) => {
        let at = 0;
        const all = list.map(({ author, text, minutes }, i) => {
          at += minutes * 60_000;
          return aMessage(`${i}`, text, { author, at: millis(at) });
        });
        const whole = chunks(all).map((chunk) => chunk.id);
        for (const [place, next] of all.entries()) {
          const last = all[place - 1];
          if (last === undefined || !beginsChunk(last, next)) continue;
          const parts = [...chunks(all.slice(0, place)), ...chunks(all.slice(place))];
          expect(parts.map((chunk) => chunk.id)).toEqual(whole);
        }
      }),
    );
  });

  it("covers every message and every character that is not white space", () => {
    const text = fc.array(
      fc.constantFrom(
        "word ",
        "Ende. ",
        "\n\n",
        "```\ncode();\n```\n",
        "日本語。",
        "é".repeat(300),
        `${"x".repeat(900)} `,
        "😀",
        "a, b; ",
      ),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (list) => {
        const messages = list
          .map((pieces, i) => aMessage(`${i}`, pieces.join(""), { author: `${i}` }))
          .filter(isIndexable);
        const found = chunks(messages);
        for (const message of messages) {
          const covered = new Uint8Array(message.text.length);
          for (const chunk of found.filter((one) => one.messages[0] === message.id)) {
            expect(message.text.startsWith(chunk.text, chunk.start)).toBe(true);
            expect(chunk.text.isWellFormed()).toBe(true);
            covered.fill(1, chunk.start, chunk.start + chunk.text.length);
          }
          expect(
            [...message.text]
              .join("")
              .replace(/[\s\S]/g, (unit, at) => (covered[at] === 1 ? "" : unit))
              .trim(),
          ).toBe("");
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("isIndexable", () => {
  it("leaves out notices and blank messages", () => {
    expect(isIndexable(aMessage("1", "joined", { kind: "system" }))).toBe(false);
    expect(isIndexable(aMessage("1", " \n"))).toBe(false);
    expect(isIndexable(aMessage("1", "ok"))).toBe(true);
  });
});

describe("embeddingText", () => {
  it("puts a meaningful title above the text", () => {
    expect(
      embeddingText({ text: "Use fstab.", source: "chatgpt" }, { title: "Mounting  drives" }),
    ).toBe("Mounting drives\nUse fstab.");
  });
  it("adds no title where there is none, or in channel logs", () => {
    for (const title of [null, "", "New chat"])
      expect(embeddingText({ text: "Use fstab.", source: "chatgpt" }, { title })).toBe(
        "Use fstab.",
      );
    expect(embeddingText({ text: "Use fstab.", source: "irc" }, { title: "#ubuntu" })).toBe(
      "Use fstab.",
    );
  });
});
