// Workbooks: sheets with lines above the heading, dates, shared and inline strings, sheets that are not read, damage and bombs.
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { first, fixture, read, readUntilError, rejection, zipOf } from "../parse.builders.ts";
import { MOST_CELL } from "./cell-size.ts";

const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>${body}`;

/** A workbook of one sheet with these rows. */
const workbook = (
  rows: string,
  { strings = "", styles = "", properties = "" }: Readonly<Record<string, string>> = {},
) =>
  zipOf({
    "[Content_Types].xml": xml("<Types/>"),
    "xl/workbook.xml": xml(
      `<x:workbook xmlns:x="a" xmlns:r="b">${properties}<x:sheets><x:sheet name="Talk" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": xml(
      '<Relationships><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
    ),
    "xl/worksheets/sheet1.xml": xml(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
    "xl/sharedStrings.xml": xml(`<sst>${strings}</sst>`),
    "xl/styles.xml": xml(`<styleSheet>${styles}</styleSheet>`),
  });

const inline = (...cells: readonly string[]) =>
  `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`;

const heading = inline("time", "author", "text");

describe("a workbook", () => {
  it("is read sheet by sheet; of each that is not read it is told why", async () => {
    const found = await read(fixture("workbook-three-sheets.xlsx"), "chat.xlsx");
    expect(found.formats).toEqual(["table"]);
    const conversation = first(found);
    expect(conversation.title).toBe("Chat");
    expect(conversation.messages.map(({ author, at, text }) => [author, at, text])).toEqual(
      ["Ida", "Olav", "Ida"].map((name, n) => [
        name,
        Date.UTC(2026, 0, 13 + n, 10, 5),
        `Das Tor quietscht ${n}\nimmer noch`,
      ]),
    );
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["left-out", "chat.xlsx, Chat"],
      ["columns-unknown", "chat.xlsx, Preise"],
      ["left-out", "chat.xlsx, Leer"],
    ]);
  });

  it("is read with columns that are chosen for one sheet; the others are guessed as before", async () => {
    const chosen = { text: [{ column: "Artikel" }], sheet: "Preise" };
    const found = await read(fixture("workbook-three-sheets.xlsx"), "chat.xlsx", {
      columns: { chosen },
    });
    expect(
      found.conversations.map(({ title, messages }) => [title, messages.at(-1)?.text]),
    ).toEqual([
      ["Chat", "Das Tor quietscht 2\nimmer noch"],
      ["Preise", "Öl"],
    ]);
  });

  it("is read in a zip among others", async () => {
    const found = await read(zipOf({ "a/chat.xlsx": fixture("workbook-three-sheets.xlsx") }));
    expect(first(found).messages).toHaveLength(3);
    expect(found.problems.map(({ place }) => place)).toContain("a/chat.xlsx, Preise");
  });

  it("has the words of shared strings, and not how they are pronounced", async () => {
    const strings =
      "<si><t>Ida</t></si><si><r><t>go</t></r><r><t> on_x0021_</t></r><rPh><t>goh</t></rPh></si>";
    const row =
      '<row r="4"><c r="B4" t="s"><v>0</v></c><c r="C4" t="s"><v>1</v></c><c r="D4" t="s"><v>9</v></c></row>';
    const [said] = first(await read(workbook(heading + row, { strings }))).messages;
    expect(said).toMatchObject({ author: "Ida", text: "go on!", position: 4 });
  });

  it.each([
    ["a built-in date", '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>', "", 46_035.5],
    [
      "a date of its own",
      '<numFmts><numFmt numFmtId="170" formatCode="dd.mm.yy hh:mm"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>',
      "",
      46_035.5,
    ],
    [
      "days since 1904",
      '<cellXfs><xf/><xf numFmtId="14"/></cellXfs>',
      '<workbookPr date1904="1"/>',
      44_573.5,
    ],
  ])("has times from %s", async (_, styles, properties, days) => {
    const row = `<row><c s="1"><v>${days}</v></c><c t="str"><v>Ida</v></c><c t="str"><v>hi</v></c></row>`;
    const [said] = first(await read(workbook(heading + row, { styles, properties }))).messages;
    expect(said?.at).toBe(Date.UTC(2026, 0, 13, 12, 0));
  });

  it("is not read beyond 256 columns", async () => {
    const wide = '<row><c r="XFD2" t="str"><v>far</v></c><c r="B2" t="str"><v>Ida</v></c></row>';
    const rows = `${heading}${wide}${inline("", "Olav", "hi")}`;
    const found = await read(workbook(rows), "a.xlsx");
    expect(first(found).messages.every(({ raw }) => !raw.includes("far"))).toBe(true);
    expect(found.problems).toMatchObject([
      {
        code: "left-out",
        place: "a.xlsx, Talk",
        count: 1,
        reason: expect.stringContaining("256th column"),
      },
    ]);
  });

  it("tells the lines above its headings, and cells that are cut", async () => {
    const strings = `<si><t>${"a".repeat(MOST_CELL)}</t><t>b</t></si>`;
    const long = `<row><c r="B9" t="str"><v>Ida</v></c><c r="C9" t="s"><v>0</v></c></row>`;
    const found = await read(
      workbook(`${inline("Report")}${inline("2026")}${heading}${long}`, { strings }),
    );
    expect(first(found).messages[0]?.text).toBe("a".repeat(MOST_CELL));
    expect(found.problems.map(({ code, count }) => [code, count])).toEqual([
      ["left-out", 2],
      ["too-large", 1],
    ]);
  });

  it("may lie unpacked among other files, which are read too", async () => {
    const parts = Object.entries(unzipSync(workbook(`${heading}${inline("", "Ida", "hi")}`)));
    const log = fixture("google-chat-topic.json");
    for (const folder of ["", "book/"]) {
      const unpacked = parts.map(([path, bytes]) => [`${folder}${path}`, bytes]);
      const found = await read(
        zipOf({ ...Object.fromEntries(unpacked), "room/messages.json": log }),
      );
      expect(found).toMatchObject({ formats: ["table", "google-chat"], problems: [] });
    }
  });

  it.each([
    ["a document type", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'],
    ["an entity", "<row><c><v>&b;</v></c></row>"],
    ["an end that is missing", "<row><c><v>1</v></c>"],
    ["elements in each other", `${"<a>".repeat(65)}${"</a>".repeat(65)}`],
    [
      "a thousand attributes",
      `<a ${Array.from({ length: 1000 }, (_, n) => `b${n}=""`).join(" ")}/>`,
    ],
  ])("with %s is damaged", async (_, odd) => {
    expect(await rejection(workbook(`${heading}${inline("", "Ida", "hi")}${odd}`))).toBe(
      "damaged-archive",
    );
  });

  it("whose cells name one long string again and again is a bomb", async () => {
    const strings = `<si><t>${"a b ".repeat(8000)}</t></si>`;
    const row = '<row><c t="str"><v>1</v></c><c t="str"><v>Ida</v></c><c t="s"><v>0</v></c></row>';
    const bytes = workbook(heading + row.repeat(30_000), { strings });
    expect((await readUntilError(bytes, "a.xlsx")).error?.code).toBe("archive-ratio");
  });
});
