// The memory bus keeps the promise of every bus, and delivers twice where a test wants it.
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { busSuite } from "./bus.suite.ts";
import type { Bus } from "./bus.ts";
import { openMemoryBus } from "./memory.ts";

const open: Bus[] = [];
let count = 0;
const fresh = (twice = false) => {
  const bus = openMemoryBus({
    now: () => millis(Date.now()),
    newId: () => `test${++count}`.padEnd(12, "0"),
    owner: "worker",
    twice,
  });
  open.push(bus);
  return bus;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
});

describe("the memory bus", () => {
  busSuite(async () => fresh());

  it("delivers everything twice when asked to", async () => {
    const bus = fresh(true);
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    await bus.consume(
      "index.due",
      async ({ payload }) => {
        seen.push(payload.collection);
        if (seen.length === 2) resolve();
        return { kind: "done" };
      },
      { concurrency: 1 },
    );
    await bus.publish("index.due", { collection: "a" });
    await promise;
    expect(seen).toEqual(["a", "a"]);
  });

  it("refuses a payload that the contract does not know", async () => {
    const bus = fresh();
    await expect(bus.publish("index.due", { other: 1 } as never)).rejects.toThrow();
  });
});
