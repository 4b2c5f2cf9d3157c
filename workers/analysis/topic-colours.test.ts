// Colours of topics: kept, given back, and never shared.
import { describe, expect, it } from "vitest";
import { topicId } from "#services/domain/ids.ts";
import { coloursOf } from "./topic-colours.ts";

const ids = (names: string) => [...names].map((name) => topicId(name));
const known = (colours: Record<string, number>) =>
  Object.entries(colours).map(([name, colour]) => ({ id: topicId(name), colour }));

describe("the colours of topics", () => {
  it("are the smallest free numbers for new topics, in their order", () => {
    expect(coloursOf(ids("abc"), { live: [], dead: [] })).toEqual([0, 1, 2]);
    expect(coloursOf(ids("xabc"), { live: known({ a: 1, b: 0 }), dead: [] })).toEqual([2, 1, 0, 3]);
  });

  it("stay with live topics, and are free again when a topic is gone", () => {
    const live = known({ a: 0, b: 1, c: 2 });
    expect(coloursOf(ids("ca"), { live, dead: [] })).toEqual([2, 0]);
    expect(coloursOf(ids("cax"), { live, dead: [] })).toEqual([2, 0, 1]);
  });

  it("are given back to a revived topic, before new ones are served", () => {
    const found = coloursOf(ids("xab"), { live: known({ a: 0 }), dead: known({ b: 1 }) });
    expect(found).toEqual([2, 0, 1]);
  });

  it("are another one for a revived topic where a live topic has its old one by now", () => {
    const found = coloursOf(ids("ab"), { live: known({ a: 1 }), dead: known({ b: 1 }) });
    expect(found).toEqual([1, 0]);
  });

  it("differ again where two live topics had come to the same one", () => {
    expect(coloursOf(ids("ab"), { live: known({ a: 1, b: 1 }), dead: [] })).toEqual([1, 0]);
  });

  it("differ between two revived topics that had the same one, one after the other", () => {
    const found = coloursOf(ids("ab"), { live: [], dead: known({ a: 3, b: 3 }) });
    expect(found).toEqual([3, 0]);
  });
});
