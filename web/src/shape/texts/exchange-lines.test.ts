// Tests of what an exchange shows before it is opened.
import { describe, expect, it } from "vitest";
import type { ExchangeMessage } from "#services/contract/search.ts";
import { exchangeLines } from "./exchange-lines.ts";

const line = (message: string, highlights = 0): ExchangeMessage => ({
  message,
  author: "ann",
  role: "person",
  at: null,
  snippet: message,
  textLength: message.length,
  highlights: Array.from({ length: highlights }, () => ({ start: 0, end: 1 })),
});
const idsOf = (lines: readonly ExchangeMessage[]) => lines.map(({ message }) => message);

describe("an exchange that is not opened", () => {
  const question = [
    line("hello"),
    line("a server"),
    line("what is the password", 2),
    line("hm", 1),
  ];
  const answers = [line("which one"), line("there is none"), line("ok")];

  it("shows its opening, the line with the words searched for, and the best answer", () => {
    const shown = exchangeLines({ question, answers, best: "there is none", more: 0 }, false);
    expect(idsOf(shown.question)).toEqual(["hello", "what is the password"]);
    expect(idsOf(shown.answers)).toEqual(["there is none"]);
    expect(shown.hidden).toBe(4);
  });

  it("shows the first lines where none has a word searched for, and everything when it is opened", () => {
    const plain = {
      question: [line("one"), line("two"), line("three")],
      answers,
      best: null,
      more: 0,
    };
    expect(idsOf(exchangeLines(plain, false).question)).toEqual(["one", "two"]);
    expect(exchangeLines(plain, true)).toEqual({ question: plain.question, answers, hidden: 0 });
  });
});
