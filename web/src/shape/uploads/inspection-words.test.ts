// Tests of what is said of an inspected file.
import { expect, it } from "vitest";
import { anInspection } from "../../testing/inspections.builders.ts";
import { columnFacts, factsOf, previewFacts, previewTitle } from "./inspection-words.ts";

it("says what is in the file, and nothing of what is not", () => {
  expect(factsOf(anInspection())).toEqual([
    ["Format", "ChatGPT export (in parts), known by its fields"],
    ["Conversations", "7, 1 with branches"],
    ["Messages", "25; beside them 1 notice, 2 tool messages"],
    ["People", "2: You, ChatGPT"],
    ["Time", "1 Jan 2026 to 10 Jan 2026"],
    ["Languages", "English 92\u00a0%, German 8\u00a0%"],
    ["Models", "gpt-4o"],
    ["Attachments", "3 named; what is in them is not kept"],
    ["Missing parts", "2 files"],
  ]);
  const names = factsOf(anInspection({ attachments: 0, models: [], problems: [], languages: [] }));
  expect(names.map(([name]) => name)).toEqual([
    "Format",
    "Conversations",
    "Messages",
    "People",
    "Time",
  ]);
});

it("says what an import would do", () => {
  const { preview } = anInspection();
  expect(previewTitle(preview)).toBe("What the import adds to the collection and changes in it:");
  expect(previewFacts(preview)).toEqual([
    ["Conversations", "1 new, 1 with new entries, 5 unchanged"],
    ["Entries", "3 new, 21 known, 1 changed, 2 deleted at the source: kept here and marked"],
  ]);
  const known = { new: 0, known: 25, changed: 0, gone: 0 };
  expect(previewTitle({ ...preview, entries: known })).toContain("all of this already");
  expect(previewTitle({ ...preview, entries: { ...known, new: 25, known: 0 } })).toContain(
    "All of this is new",
  );
});

it("says what a column is taken for", () => {
  const table = {
    place: "talk.csv",
    sheet: null,
    headings: "row",
    rows: [],
    origin: "guessed",
    confidence: "sure",
    reasons: [],
    isRead: true,
    columns: ["Von", "Nachricht", "Farbe"],
    mapping: { text: [{ column: "Nachricht" }], author: "Von" },
  } as const;
  expect(columnFacts(table)).toEqual([
    ["Von", "Author"],
    ["Nachricht", "Text of the message"],
    ["Farbe", "Kept, not read"],
  ]);
});
