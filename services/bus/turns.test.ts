// Turns go round: nobody is served twice before all have been served, and those with less in hand come first.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inTurn } from "./turns.ts";

/** A queue in memory: how many jobs each owner has waiting and in hand. */
const aQueue = (waiting: Record<string, number>, inHand: Record<string, number> = {}) => {
  const left = new Map(Object.entries(waiting));
  let seeks = 0;
  let last: string | undefined;
  return {
    seeks: () => seeks,
    async take() {
      const found = await inTurn<string>(
        async (after) => {
          seeks++;
          return [...left.keys()]
            .filter((id) => (left.get(id) ?? 0) > 0 && (after === undefined || id > after))
            .sort()[0];
        },
        last,
        { inHand: (id) => inHand[id] ?? 0, find: async (id) => id },
      );
      if (found !== undefined) {
        left.set(found, (left.get(found) ?? 0) - 1);
        last = found;
      }
      return found;
    },
  };
};

describe("a turn", () => {
  it("goes to the next one, round and round", async () => {
    const queue = aQueue({ a: 3, b: 1, c: 2 });
    const order = [];
    for (let n = 0; n < 7; n++) order.push(await queue.take());
    expect(order).toEqual(["a", "b", "c", "a", "c", "a", undefined]);
  });

  it("goes to whoever has nothing in hand, else to whoever has the least", async () => {
    expect(await aQueue({ a: 1, b: 1, c: 1 }, { a: 1, b: 2 }).take()).toBe("c");
    expect(await aQueue({ a: 1, b: 1, c: 1 }, { a: 2, b: 1, c: 2 }).take()).toBe("b");
  });

  it("looks at one owner only, where that one has nothing in hand", async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`o${n}`, 5]));
    const queue = aQueue(many);
    await queue.take();
    expect(queue.seeks()).toBe(1);
    await queue.take();
    expect(queue.seeks()).toBe(2);
  });

  it("serves everybody as often as everybody else, as long as they have jobs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.integer({ min: 1, max: 6 }), {
          minKeys: 1,
        }),
        async (waiting) => {
          const queue = aQueue(waiting);
          const fewest = Math.min(...Object.values(waiting));
          const owners = Object.keys(waiting);
          const served = new Map<string, number>();
          for (let n = 0; n < fewest * owners.length; n++) {
            const found = (await queue.take()) ?? "";
            served.set(found, (served.get(found) ?? 0) + 1);
          }
          for (const owner of owners) expect(served.get(owner)).toBe(fewest);
        },
      ),
    );
  });
});
