// Columns as a line of text: read, written, and what cannot be understood.
import { describe, expect, it } from "vitest";
import type { ColumnMapping } from "#services/domain/columns.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { columnsOfText, textOfColumns } from "./columns.ts";

const mappings: readonly (readonly [string, ColumnMapping])[] = [
  [
    "text=Nachricht,author=Von,time=Datum(dmy)",
    { text: [{ column: "Nachricht" }], author: "Von", time: "Datum", dateOrder: "dmy" },
  ],
  [
    "text=Frage(user)+Antwort(assistant),conversation=Nr.",
    {
      text: [
        { column: "Frage", role: "user" },
        { column: "Antwort", role: "assistant" },
      ],
      conversation: "Nr.",
    },
  ],
  [
    'text="a, ""b"" + c (d)",author=Sent by (name),headings=no,sheet=Chat 1',
    {
      text: [{ column: 'a, "b" + c (d)' }],
      author: "Sent by (name)",
      headings: false,
      sheet: "Chat 1",
    },
  ],
];

describe("columns as text", () => {
  it.each(mappings)("are read and written: %s", (text, mapping) => {
    expect(columnsOfText(text)).toEqual(mapping);
    expect(columnsOfText(textOfColumns(mapping))).toEqual(mapping);
  });

  it("ask and answer where there are two without roles", () => {
    expect(columnsOfText("text=Q+A").text).toEqual([
      { column: "Q", role: "user" },
      { column: "A", role: "assistant" },
    ]);
  });

  it.each([
    "",
    "author=Von",
    "text=",
    "colour=Red,text=a",
    'text="a"b',
    "text=a,author=b+c",
    "words",
  ])("are refused where they say nothing: %s", (text) => {
    try {
      columnsOfText(text);
    } catch (error) {
      expect(error).toBeInstanceOf(ParlanceError);
      expect(error).toMatchObject({ code: "bad-columns" });
      return;
    }
    throw new Error(`“${text}” was understood`);
  });
});
