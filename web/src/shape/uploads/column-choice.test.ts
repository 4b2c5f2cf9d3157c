// Tests of choices for columns: to a mapping and back, one column a use, headings turned off and on, the messages that it gives.
import { describe, expect, it } from "vitest";
import type { SeenTable } from "#services/domain/columns.ts";
import {
  choicesOf,
  mappingOfChoices,
  previewOf,
  withChoice,
  withHeadings,
} from "./column-choice.ts";

const table: SeenTable = {
  place: "talk.csv",
  sheet: null,
  columns: ["Wann", "Wer", "Frage", "Antwort"],
  headings: "row",
  rows: [
    ["1.2.2026", "Ida", "why?", "so."],
    ["2.2.2026", "Olav", "how?", ""],
  ],
  mapping: { text: [] },
  origin: "guessed",
  confidence: "unsure",
  reasons: [],
  isRead: false,
};

const mapping = {
  text: [
    { column: "Frage", role: "user" },
    { column: "Antwort", role: "assistant" },
  ],
  author: "Wer",
  time: "Wann",
} as const;

describe("choices for columns", () => {
  it("are those of the mapping, and make it again", () => {
    const choices = choicesOf(table.columns, mapping);
    expect(choices).toEqual(["time", "author", "asked", "answered"]);
    expect(mappingOfChoices(table, choices, { dateOrder: "dmy" })).toEqual({
      ...mapping,
      dateOrder: "dmy",
    });
  });

  it("give a use to one column only, but a text to several", () => {
    const choices = choicesOf(table.columns, mapping);
    expect(withChoice(choices, 0, "author")).toEqual(["author", "none", "asked", "answered"]);
    expect(withChoice(withChoice(choices, 2, "text"), 3, "text")).toEqual([
      "time",
      "author",
      "text",
      "text",
    ]);
  });

  it("take a channel for the conversation where no other column is", () => {
    expect(mappingOfChoices(table, ["channel", "author", "text", "none"], {})).toMatchObject({
      channel: "Wann",
      conversation: "Wann",
    });
  });

  it("stand for the same columns where the first row is a message", () => {
    const numbered = withHeadings(table, "none");
    expect(numbered.columns).toEqual(["1", "2", "3", "4"]);
    expect(numbered.rows[0]).toEqual(table.columns);
    expect(withHeadings(numbered, "row")).toMatchObject({
      columns: table.columns,
      rows: table.rows,
    });
    const choices = choicesOf(table.columns, mapping);
    expect(mappingOfChoices(numbered, choices, {})).toMatchObject({ author: "2", headings: false });
  });

  it("show the messages of the first rows", () => {
    expect(previewOf(table, mapping).map(({ author, time, text }) => [author, time, text])).toEqual(
      [
        ["Ida", "1.2.2026", "why?"],
        ["Assistant", "1.2.2026", "so."],
        ["Olav", "2.2.2026", "how?"],
      ],
    );
  });
});
