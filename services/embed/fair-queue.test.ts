// Tests of the order in which what waits is embedded.
import { describe, expect, it } from "vitest";
import { FairQueue, type Urgency } from "./fair-queue.ts";

const open = (...given: readonly (readonly [owner: string, name: string, urgency?: Urgency])[]) => {
  const queue = new FairQueue<{ owner: string; name: string; urgency: Urgency }>();
  const all = given.map(([owner, name, urgency = "bulk"]) => ({ owner, name, urgency }));
  for (const one of all) queue.push(one);
  return { queue, all };
};

describe("what waits to be embedded", () => {
  it("goes by urgency, then by owners in turn, then by age", () => {
    const { queue } = open(
      ["a", "a1"],
      ["a", "a2"],
      ["a", "a3"],
      ["b", "b1"],
      ["a", "few", "few"],
      ["b", "b2"],
      ["c", "question", "question"],
    );
    expect(queue.length).toBe(7);
    expect(queue.clear().map(({ name }) => name)).toEqual([
      "question",
      "few",
      "a1",
      "b1",
      "a2",
      "b2",
      "a3",
    ]);
    expect(queue.length).toBe(0);
  });

  it("leaves the next one where it does not suit, and takes none behind it", () => {
    const { queue } = open(["a", "a1"], ["b", "b1"]);
    expect(queue.take(({ name }) => name === "b1")).toBeUndefined();
    expect(queue.take()?.name).toBe("a1");
    expect(queue.take(({ name }) => name === "b1")?.name).toBe("b1");
  });

  it("forgets what is removed, once", () => {
    const { queue, all } = open(["a", "a1"], ["a", "a2"]);
    const [first] = all;
    if (first === undefined) throw new Error("nothing was given");
    queue.remove(first);
    queue.remove(first);
    expect([queue.length, queue.clear().map(({ name }) => name)]).toEqual([1, ["a2"]]);
  });
});
