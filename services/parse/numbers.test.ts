// Lists of numbers: they grow, and many short ones take little.
import { expect, it } from "vitest";
import { Numbers } from "./numbers.ts";

it("grows, and takes little while it is short", () => {
  const before = process.memoryUsage().arrayBuffers;
  const lists = Array.from({ length: 20_000 }, () => new Numbers());
  for (const list of lists) list.push(7);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  const [one = new Numbers()] = lists;
  for (let nth = 1; nth < 1000; nth += 1) one.push(nth);
  expect([one.length, one.at(0), one.at(999), one.at(1000)]).toEqual([1000, 7, 999, 0]);
});
