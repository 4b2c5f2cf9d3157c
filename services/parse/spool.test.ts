// Pieces of long records: read in any order, and backwards as fast as forwards.
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { openSpool } from "./spool.ts";

it("reads its pieces backwards about as fast as forwards", () => {
  const spool = openSpool(tmpdir());
  const count = 30_000;
  for (let nth = 0; nth < count; nth += 1) {
    spool.write(Buffer.from(`piece ${nth}`.padEnd(100)));
    spool.endPiece();
  }
  const timeOf = (order: (nth: number) => number): number => {
    const before = process.cpuUsage();
    for (let nth = 0; nth < count; nth += 1)
      expect(spool.read(order(nth)).toString("latin1", 0, 12).trim()).toBe(`piece ${order(nth)}`);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const forwards = timeOf((nth) => nth);
  expect(timeOf((nth) => count - 1 - nth)).toBeLessThan(3 * forwards + 100);
  spool.close();
});
