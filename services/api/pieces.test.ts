// Pieces of a file that came over several connections: which of them make the file, and that what came before a cut is stored.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uploadId } from "#services/domain/ids.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";
import { bytesOf, farthestChain, joined, readPieces, storePieces } from "./pieces.ts";

const piece = (start: number, size: number) => ({ key: `${start}/${size}`, start, size });
const starts = (chain: ReturnType<typeof farthestChain>) => chain.map(({ start }) => start);

describe("the chain that reaches farthest", () => {
  it("is nothing where the first byte has not come", () => {
    expect(farthestChain([])).toEqual([]);
    expect(farthestChain([piece(5, 10)])).toEqual([]);
  });

  it("passes over what a broken connection stored late", () => {
    // The client came back at 10 before the last 4 bytes of its broken connection were stored.
    const pieces = [piece(0, 10), piece(10, 4), piece(10, 10), piece(20, 3)];
    expect(starts(farthestChain(pieces))).toEqual([0, 10, 20]);
    expect(bytesOf(farthestChain(pieces))).toBe(23);
    expect(bytesOf(farthestChain([piece(0, 10), piece(10, 10), piece(12, 90)]))).toBe(20);
  });

  it("begins at 0 and has no gap, whatever is stored", () => {
    const any = fc.array(fc.tuple(fc.nat(40), fc.nat(20)), { maxLength: 60 });
    fc.assert(
      fc.property(any, (given) => {
        const chain = farthestChain(given.map(([start, size]) => piece(start, size)));
        let at = 0;
        for (const { start, size } of chain) {
          expect(start).toBe(at);
          at += size;
        }
        expect(given.every(([start, size]) => start !== at || size === 0)).toBe(true);
      }),
    );
  });
});

describe("storing what comes", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ idle: true });
  });
  afterAll(() => api.close());

  it("keeps what came before the source failed, and goes on from there", async () => {
    const { blobs } = api.parlance;
    const id = uploadId("upl_00000000000000000000000000");
    const broken = async function* () {
      yield Buffer.from("what ");
      yield Buffer.from("was ");
      throw new Error("cut");
    };
    await expect(storePieces(blobs, id, { offset: 0, bytes: broken() })).rejects.toThrow("cut");
    const offset = bytesOf(farthestChain(await readPieces(blobs, id)));
    expect(offset).toBe(9);
    const rest = async function* () {
      yield Buffer.from("said");
    };
    expect(await storePieces(blobs, id, { offset, bytes: rest() })).toBe(13);
    const all: Uint8Array[] = [];
    for await (const some of joined(blobs, farthestChain(await readPieces(blobs, id))))
      all.push(some);
    expect(Buffer.concat(all).toString()).toBe("what was said");
  });
});
