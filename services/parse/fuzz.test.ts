// Fuzzing: damaged fixtures and random bytes give problems or a rejection, never a crash, a hang or a different answer the second time.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { damages, readDamaged, withDamages } from "./fuzz.builders.ts";
import { fixture, fixtureFolder, zipOf } from "./parse.builders.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parlance-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(join(import.meta.dirname, "fixtures")).filter((name) =>
  name.includes("."),
);
const seeds: readonly Buffer[] = [
  ...names.map(fixture),
  zipOf(fixtureFolder("slack")),
  zipOf(fixtureFolder("zulip-server"), { level: 0 }),
  zipOf(Object.fromEntries(names.map((name) => [name, fixture(name)]))),
  gzipSync(fixture("irssi-midnight.txt")),
  // Not packed, so that damage reaches the XML.
  zipOf(unzipSync(fixture("workbook-three-sheets.xlsx")), { level: 0 }),
];

/** How an entry of a page of Gemini's begins. */
const cell =
  '<div class="outer-cell"><p class="mdl-typography--title">Gemini</p><div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">';

/** Everything that comes out, or the rejection; anything else fails the test. */
const outcome = async (content: Uint8Array): Promise<string> =>
  JSON.stringify(await readDamaged(folder, content));

describe("reading", () => {
  it("survives damaged exports", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), damages, async (seed, some) => {
        const damaged = withDamages(seed, some);
        expect(await outcome(damaged)).toBe(await outcome(damaged));
      }),
      { numRuns: 2000, interruptAfterTimeLimit: 6_000 },
    );
  });

  it("survives any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          "",
          "[",
          '{"messages":[',
          "[10:00] <a> ",
          "1/2/26, 10:00 - A: b\n",
          "From: a@b.org\nMessage-ID: <1@b>\n\n",
          "A: b\nB: c\nA: d\n",
          "[LINE] a\n2026/01/01(Thu)\n10:00\tA\tb\n",
          "# a\n_Exported on 1/1/2026 at 10:00:00 from Cursor (1)_\n\n---\n\n**User**\n",
          '<div class="outer-cell"><p class="mdl-typography--title">Gemini</p>',
          "author,text\nA,b\n",
          '{"author":"A","text":"b"}\n',
          "PAR1",
          '{"type":"personal_chat","messages":[',
          "PK\u0003\u0004",
          "\u001f\u008b\u0008",
        ),
        fc.uint8Array({ maxLength: 400 }),
        async (start, bytes) => {
          await outcome(Buffer.concat([Buffer.from(start, "latin1"), bytes]));
        },
      ),
      { numRuns: 1000, interruptAfterTimeLimit: 3_000 },
    );
  });

  it.each([
    "[",
    "{",
    '{"a":',
    '"',
    '[{"messages":[{"role":"',
    "x,{},",
    '{"mapping":{}},x',
    "<",
    "=== a ",
    "[10:00] <",
    "1/2/26, 10:00 - a: <b ",
    " ",
    '<a "',
    "Re: ",
    "(a) ",
    "=?utf-8?q?a?= ",
    "A: ",
  ])("takes time in proportion to the size, whatever repeats: %s", async (unit) => {
    for (const start of [
      "[",
      '[{"messages":[{"role":"user","content":"a"}]},',
      "[10:00] <a> b\n",
      '{"messages":[{"role":"user"}]}\n',
      "1/2/26, 10:00 - A: b\n1/2/26, 10:01 - A: \u200e",
      "From: a@b.org\nDate: 1 May 2024\nContent-Type: text/html\nSubject: ",
      "From: a@b.org\nMessage-ID: <1@b>\nContent-Type: text/html\n\n",
      "A: b\nB: c\nA: d\nB: e\n",
      "[LINE] a\n2026/01/01(Thu)\n10:00\tA\tb\n",
      `${cell}Prompted a<br>Nov 5, 2025, 1:00:00 AM CET<br>`,
      cell,
      '{"conversations":[{"id":"a","MessageList":[{"messagetype":"RichText","originalarrivaltime":"2026-01-01T10:00:00Z","content":"',
      "author,text\nA,b\nA,",
      '{"author":"A","text":"b"}\n{"author":"A","text":"',
      '[{"author":"A","text":"b"},{"author":"A","text":"c"},',
    ])
      await outcome(Buffer.from(start + unit.repeat(Math.floor(200_000 / unit.length))));
  });
});
