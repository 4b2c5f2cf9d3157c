// Parquet: nested records of known shapes, tables, row groups, codecs, and files that lie about their sizes.
import { parquetMetadata } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { first, fixture, read, readUntilError, rejection, zipOf } from "../parse.builders.ts";
import { checkPages } from "./pages.ts";

const talk = (rows: number, rowGroupSize = 1000): Buffer => {
  const list = Array.from({ length: rows }, (_, n) => n);
  const written = parquetWriteBuffer({
    rowGroupSize,
    columnData: [
      { name: "thread", data: list.map((n) => `t${n % 2}`), type: "STRING" },
      { name: "sender", data: list.map((n) => (n % 2 ? "Olav" : "Ida")), type: "STRING" },
      { name: "sent", data: list.map((n) => new Date(1_770_000_000_000 + n * 1000)) },
      { name: "body", data: list.map((n) => `the gate squeaks ${n}`), type: "STRING" },
      { name: "n", data: list.map(BigInt), type: "INT64" },
    ],
  });
  return Buffer.from(written);
};

describe("Parquet", () => {
  it("of nested records is read as the same records in JSONL", async () => {
    const found = await read(fixture("wildchat-nested.parquet"), "train.parquet");
    expect(found.formats).toEqual(["openai"]);
    expect(found.problems).toEqual([]);
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(
      [0, 1, 2].map((n) => `hash${n}//2026-01-0${n + 1}T10:00:00.000Z`),
    );
    const { messages } = first(found);
    expect(messages.map(({ role, text, at, model }) => [role, text, at, model])).toEqual([
      ["user", "Why does gate 0 squeak?", Date.UTC(2026, 0, 1, 10, 0), null],
      ["assistant", "Oil it.", Date.UTC(2026, 0, 1, 10, 1), "tiny-1"],
    ]);
  });

  it("of rows is a table, over row groups, alone and in a zip", async () => {
    const bytes = talk(10, 3);
    for (const content of [bytes, zipOf({ "talk.parquet": bytes })]) {
      const found = await read(content, "talk.parquet");
      expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(["t0", "t1"]);
      const { messages } = first(found);
      expect(messages.map(({ author, text }) => [author, text])).toEqual(
        [0, 2, 4, 6, 8].map((n) => ["Ida", `the gate squeaks ${n}`]),
      );
      expect(messages[1]?.at).toBe(1_770_000_002_000);
      expect(JSON.parse(messages[1]?.raw ?? "")).toMatchObject({ n: 2, thread: "t0" });
    }
  });

  it("of single messages of a known format is a table", async () => {
    const ts = ["1767261600.000100", "1767261660.000200", "1767261720.000300"];
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: "type", data: ts.map(() => "message"), type: "STRING" },
        { name: "user", data: ["U1", "U2", "U1"], type: "STRING" },
        { name: "text", data: ["hi", "yes", "so"], type: "STRING" },
        { name: "ts", data: ts, type: "STRING" },
      ],
    });
    const found = await read(Buffer.from(bytes), "talk.parquet");
    expect(found.formats).toEqual(["table"]);
    expect(first(found).messages.map(({ author, text }) => [author, text])).toEqual([
      ["U1", "hi"],
      ["U2", "yes"],
      ["U1", "so"],
    ]);
  });

  it.each([
    ["local", false, Date.UTC(2026, 0, 1, 1), "2026-01-01 10:00:00"],
    ["of UTC", true, Date.UTC(2026, 0, 1, 10), null],
  ])("has times that are %s as it says", async (_, isAdjustedToUTC, at, localTime) => {
    const sent = Date.UTC(2026, 0, 1, 10);
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: "thread", data: ["a", "a"] },
        { name: "sender", data: ["Ida", "Olav"] },
        { name: "body", data: ["hi", "yes"] },
        { name: "sent", data: [BigInt(sent), BigInt(sent)] },
      ],
      schema: [
        { name: "root", num_children: 4 },
        ...["thread", "sender", "body"].map((name) => ({
          name,
          type: "BYTE_ARRAY" as const,
          converted_type: "UTF8" as const,
          repetition_type: "REQUIRED" as const,
        })),
        {
          name: "sent",
          type: "INT64",
          repetition_type: "REQUIRED",
          logical_type: { type: "TIMESTAMP", isAdjustedToUTC, unit: "MILLIS" },
        },
      ],
    });
    const found = await read(Buffer.from(bytes), "talk.parquet", { zone: "Asia/Tokyo" });
    expect(first(found).messages[0]).toMatchObject({
      at,
      localTime,
      zoneKnown: isAdjustedToUTC,
    });
  });

  it("whose pages hold more than fits is refused before they are read, whatever its end says", async () => {
    const bytes = parquetWriteBuffer({
      columnData: [{ name: "n", data: Array.from({ length: 1000 }, (_, n) => n), type: "INT32" }],
    });
    const columns = parquetMetadata(bytes).row_groups.flatMap((group) =>
      group.columns.flatMap(({ meta_data }) => meta_data ?? []),
    );
    const file = { byteLength: bytes.byteLength, slice: bytes.slice.bind(bytes) };
    const most = { bytes: 1e6, values: 5000 };
    await expect(checkPages(file, columns, most)).resolves.toBeUndefined();
    await expect(checkPages(file, columns, { ...most, values: 999 })).rejects.toThrow("impossible");
    await expect(checkPages(file, columns, { ...most, bytes: 99 })).rejects.toThrow("impossible");
    const often = Array.from({ length: 6 }, () => columns).flat();
    await expect(checkPages(file, often, most)).rejects.toThrow("too many values");
  });

  it("that is cut off or no Parquet behind its first letters is damaged", async () => {
    const bytes = talk(10);
    for (const broken of [
      bytes.subarray(0, bytes.length - 20),
      Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(40), Buffer.from("PAR1")]),
      Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(40, 255), Buffer.from("PAR1")]),
    ])
      expect(await rejection(broken)).toBe("damaged-parquet");
  });

  it("that is damaged in its pages keeps what came before", async () => {
    const bytes = talk(4000, 1000);
    const half = Math.floor(bytes.length / 2);
    const outcome = await readUntilError(bytes.fill(255, half, half + 4000), "a.parquet");
    expect(outcome.error?.code).toBe("damaged-parquet");
    expect(outcome.messages).toBeGreaterThanOrEqual(1000);
  });
});
