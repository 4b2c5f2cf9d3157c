// Raw records come back as they were, whatever they are, and take less while they are stored.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packRaw, unpackRaw } from "./raw-record.ts";

const bytesOf = (stored: string | Uint8Array) => Buffer.from(stored).length;
const again = (raw: string, text: string) => unpackRaw(packRaw(raw, text), text);

describe("a raw record", () => {
  it("comes back as it was", () => {
    const string = fc.string({ unit: "binary", maxLength: 400 });
    const any = fc.oneof(
      fc.tuple(string, string),
      fc
        .tuple(string, string, string)
        .map(([before, text, after]) => [before + text + after, text]),
      fc.tuple(string, string).map(([id, text]) => [JSON.stringify({ id, parts: [text] }), text]),
    ) as fc.Arbitrary<[string, string]>;
    fc.assert(
      fc.property(any, ([raw, text]) => {
        expect(again(raw, text)).toBe(raw);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["half a character", '{"text":"\ud83d"}', "\ud83d"],
    ["a zero", "a\0b".repeat(200), "\0"],
    ["its text twice", "hello garden people hello garden people", "hello garden people"],
    [
      "escapes that JSON.stringify does not write",
      '"caf\\u00e9 au lait in the garden"',
      "café au lait in the garden",
    ],
  ])("comes back with %s", (_, raw, text) => {
    expect(again(raw, text)).toBe(raw);
  });

  it("of a log takes little more than the line has besides its text", () => {
    const text = "ok how many partitions should i make?";
    expect(bytesOf(packRaw(`[12:18] <tweaked> ${text}`, text))).toBe(23);
  });

  it("of an assistant's export takes a third", () => {
    const text = 'How do I cover "seedlings"?\nIt is cold.';
    const raw = JSON.stringify({
      id: "aaa21f3c-1234-4a5b-9e7e-0123456789ab",
      author: { role: "user", name: null, metadata: {} },
      create_time: 1700000123.25,
      update_time: null,
      content: { content_type: "text", parts: [text] },
      status: "finished_successfully",
      end_turn: null,
      weight: 1,
      metadata: { request_id: "8f2", timestamp_: "absolute", message_type: null },
      recipient: "all",
      channel: null,
    });
    expect(bytesOf(packRaw(raw, text))).toBeLessThan(raw.length / 3);
  });

  it("that is damaged is said to be", () => {
    const stored = packRaw(JSON.stringify({ long: "x".repeat(500) }), "nothing of it");
    expect(stored).toBeInstanceOf(Uint8Array);
    const bytes = Uint8Array.from(stored as Uint8Array);
    for (const broken of [
      bytes.subarray(0, 9),
      bytes.with(0, 64),
      Uint8Array.of(),
      Uint8Array.of(1, 0),
    ])
      expect(() => unpackRaw(broken, "")).toThrow(/cannot be read/);
    expect(unpackRaw("as version 0.1 has it", "")).toBe("as version 0.1 has it");
  });
});
