// Tests of what an exchange shows before it is opened.
import { expect, it } from "vitest";
import type { Exchange, ExchangeMessage } from "#services/contract/search.ts";
import { exchangeLines } from "./exchange-lines.ts";

const said = (message: string): ExchangeMessage => ({
  message,
  author: "Mira",
  role: "person",
  at: null,
  snippet: message,
  textLength: message.length,
  highlights: [],
});
const an = (question: string[], answers: string[], best: string | null): Exchange => ({
  question: question.map(said),
  answers: answers.map(said),
  best,
  more: 0,
});
const shown = (of: Exchange, isOpen: boolean) => {
  const { question, answers, hidden } = exchangeLines(of, isOpen);
  return [question.map(({ message }) => message), answers.map(({ message }) => message), hidden];
};

it("is its question's beginning and the best answer", () => {
  const long = an(["q1", "q2", "q3"], ["a1", "a2", "a3"], "a2");
  expect(shown(long, false)).toEqual([["q1", "q2"], ["a2"], 3]);
  expect(shown(long, true)).toEqual([["q1", "q2", "q3"], ["a1", "a2", "a3"], 0]);
});

it("is the first answers where none is the best", () => {
  expect(shown(an(["q1"], ["a1", "a2", "a3", "a4"], null), false)).toEqual([
    ["q1"],
    ["a1", "a2"],
    2,
  ]);
});

it("is everything where only one line would be hidden", () => {
  expect(shown(an(["q1"], ["a1", "a2"], "a2"), false)).toEqual([["q1"], ["a1", "a2"], 0]);
});
