// Columns to an Arrow file and back; ids found again by hash; bitmaps count.
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complement, countBits, emptyBitmap, forEachRow, fullBitmap, setBit } from "./bitmap.ts";
import { decodeColumns, encodeColumns } from "./columns.ts";
import { idKey } from "./id-column.ts";

const word = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .filter((s) => s.isWellFormed());

describe("columns", () => {
  it("come back as they were written", async () => {
    const row = fc.record({ id: word, tag: fc.option(word), size: fc.double() });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 60 }),
        async (rows) => {
          const ids = rows.map(({ id }) => id);
          const bytes = encodeColumns(
            ids,
            { tag: rows.map(({ tag }) => tag), size: Float64Array.from(rows, ({ size }) => size) },
            { tag: "keyword", size: "number", later: "keyword" },
          );
          const columns = await decodeColumns(bytes, rows.length);
          const tag = columns.get("tag");
          const size = columns.get("size");
          for (const [at, { id, tag: said, size: number }] of rows.entries()) {
            expect(columns.ids.at(at)).toBe(id);
            expect(columns.ids.find(idKey(id))).toBe(at);
            if (tag?.kind === "keyword")
              expect(tag.dictionary[tag.codes[at] ?? -1] ?? null).toBe(said);
            if (size?.kind === "number") expect(size.values[at]).toBe(number);
          }
          expect(columns.ids.find(idKey("not there, surely not"))).toBeUndefined();
          expect(columns.get("never")).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are an Arrow file that any library reads", () => {
    const bytes = encodeColumns(["a", "b"], { who: ["x", null] }, { who: "keyword" });
    expect(
      tableFromIPC(bytes)
        .toArray()
        .map((row) => row.toJSON()),
    ).toEqual([
      { id: "a", "c:who": "x" },
      { id: "b", "c:who": null },
    ]);
  });

  it("are refused where the file does not hold them", async () => {
    const bytes = encodeColumns(["a", "b"], {}, {});
    await expect(decodeColumns(bytes, 3)).rejects.toThrow(/3 rows/);
    await expect(decodeColumns(bytes.subarray(0, 100), 2)).rejects.toThrow(/columns.arrow/);
    await expect(decodeColumns(new Uint8Array(), 2)).rejects.toThrow(/columns.arrow/);
  });
});

describe("bitmaps", () => {
  it("count, list and turn round their rows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.array(fc.nat(199)), (rows, some) => {
        const wanted = [...new Set(some.filter((row) => row < rows))].sort((a, b) => a - b);
        const bits = emptyBitmap(rows);
        for (const row of wanted) setBit(bits, row);
        const listed: number[] = [];
        forEachRow(bits, (row) => listed.push(row));
        expect(listed).toEqual(wanted);
        expect(countBits(bits)).toBe(wanted.length);
        expect(countBits(complement(bits, rows))).toBe(rows - wanted.length);
        expect(countBits(fullBitmap(rows))).toBe(rows);
      }),
    );
  });
});
