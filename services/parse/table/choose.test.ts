// Columns that a person chose or that were saved: used, refused with what there is, in text and in records.
import { describe, expect, it } from "vitest";
import type { ColumnMapping } from "#services/domain/columns.ts";
import { first, read, readUntilError, zipOf } from "../parse.builders.ts";

const mapping: ColumnMapping = { text: [{ column: "Was" }], author: "Wer", time: "Wann" };
const rows = "Wann;Wer;Was\n2026-02-01 10:00;Ida;hi\n2026-02-01 10:01;Olav;yes\n";
const said = [
  ["Ida", "hi", Date.UTC(2026, 1, 1, 10, 0)],
  ["Olav", "yes", Date.UTC(2026, 1, 1, 10, 1)],
];

const messagesOf = async (...given: Parameters<typeof read>) =>
  first(await read(...given)).messages.map(({ author, text, at }) => [author, text, at]);

describe("chosen columns", () => {
  it("of a sheet make no table of the files beside it", async () => {
    const log = [
      { id: "a", messages: [{ role: "user", content: "hi" }], author: "x", text: "y" },
      { id: "b", messages: [{ role: "user", content: "yes" }], author: "z", text: "w" },
    ];
    const chosen = { text: [{ column: "Artikel" }], sheet: "Preise" };
    const options = { columns: { chosen } };
    expect((await read(JSON.stringify(log), "a.json", options)).formats).toEqual(["openai"]);
  });

  it("are used where they cannot be guessed", async () => {
    expect(await messagesOf(rows, "a.csv", { columns: { chosen: mapping } })).toEqual(said);
  });

  it("that the table does not have are named, with those that it has", async () => {
    const chosen = { ...mapping, author: "Name" };
    const { error } = await readUntilError(rows, "a.csv", { columns: { chosen } });
    expect(error?.code).toBe("columns-unknown");
    expect(error?.message).toContain("It has no column “Name”.");
    expect(error?.message).toContain("“Wann”, “Wer”, “Was”");
  });

  it("are named where they can be nothing but headings: the first row may be a message", async () => {
    const heading = "Wer;ann.berg@example.org;the password is hunter2;+49 171 1234567;Was";
    const row = "Ida;x;y;z;hi\n";
    const { error } = await readUntilError(`${heading}\n${row.repeat(6)}`, "a.csv", {
      columns: { chosen: { text: [{ column: "ann.berg@example.org (2)" }] } },
    });
    expect(error?.code).toBe("columns-unknown");
    expect(error?.message).toContain("It has not all columns that were chosen.");
    expect(error?.message).toContain("“Wer”, “Was” and 3 more.");
    expect(error?.message).not.toMatch(/ann|hunter|171/u);
  });

  it("leave tables that do not have them as they are saved or guessed, where there are several", async () => {
    const chosen = { text: [{ column: "words" }], author: "who" };
    const archive = zipOf({
      "a.csv": "when;who;words\n2026-02-01;Ida;hi\n2026-02-02;Olav;yes\n",
      "b.csv": rows,
      "c.csv": "time,author,text\n2026-02-01 10:00,Ada,hello\n2026-02-01 10:01,Bo,bye\n",
      "d.jsonl": `${JSON.stringify({ id: "1", messages: [{ role: "user", content: "chat" }] })}\n`,
    });
    const saved = [{ columns: ["Wann", "Wer", "Was"], mapping }];
    const found = await read(archive, "all.zip", { columns: { chosen, saved } });
    expect(found.conversations.flatMap(({ messages }) => messages.map(({ text }) => text))).toEqual(
      ["hi", "yes", "hi", "yes", "hello", "bye", "chat"],
    );
    expect(found.conversations.at(-1)?.source).not.toBe("table");
  });

  it("are refused in an archive of one file, whatever the program that packed it puts beside", async () => {
    const files = {
      "b.csv": "time,author,text\n2026-02-01,Ada,hi\n",
      "__MACOSX/._b.csv": "\u0000",
    };
    const columns = { chosen: { text: [{ column: "words" }] } };
    const { error } = await readUntilError(zipOf(files), "b.zip", { columns });
    expect(error?.code).toBe("columns-unknown");
  });

  it("of tables that are not read, the first are told", async () => {
    const tables = Array.from({ length: 30 }, (_, nth) => [`${nth}.csv`, rows]);
    const { error } = await readUntilError(zipOf(Object.fromEntries(tables)), "all.zip", {});
    expect(error?.code).toBe("columns-unknown");
    expect(error?.data["tables"]).toHaveLength(20);
  });

  it("are used for paths in JSON records, in lines and in lists", async () => {
    const records = [
      { x: { name: "Ida" }, y: ["hi"], z: 1_769_940_000 },
      { x: { name: "Olav" }, y: ["yes"], z: 1_769_940_060 },
    ];
    const chosen = { text: [{ column: "y" }], author: "x.name", time: "z" };
    const options = { columns: { chosen } };
    const lines = records.map((one) => JSON.stringify(one)).join("\n");
    expect(await messagesOf(lines, "a.jsonl", options)).toEqual(said);
    expect(await messagesOf(JSON.stringify(records), "a.json", options)).toEqual(said);
    expect(await messagesOf(JSON.stringify({ data: records }), "a.json", options)).toEqual(said);
  });

  it("of a table without headings are called by their numbers", async () => {
    const chosen = { text: [{ column: "3" }], author: "2", time: "1", headings: false };
    const text = rows.slice(rows.indexOf("\n") + 1);
    expect(await messagesOf(text, "a.csv", { columns: { chosen } })).toEqual(said);
  });

  it("may be one column alone, in a file that looks like nothing", async () => {
    const chosen = { text: [{ column: "note" }] };
    expect(await messagesOf("note\nhi\nyes\n", "a.txt", { columns: { chosen } })).toEqual([
      ["Unknown", "hi", null],
      ["Unknown", "yes", null],
    ]);
  });
});

describe("saved columns", () => {
  const saved = [{ columns: ["wann", "WER", "Was"], mapping }];

  it("are used for tables with the same headings, and for no others", async () => {
    expect(await messagesOf(rows, "a.csv", { columns: { saved } })).toEqual(said);
    const { error } = await readUntilError(rows.replace("Wer", "Wo"), "a.csv", {
      columns: { saved },
    });
    expect(error?.code).toBe("columns-unknown");
  });

  it("give way to those that are chosen", async () => {
    const chosen = { text: [{ column: "Wer" }], author: "Was" };
    expect(await messagesOf(rows, "a.csv", { columns: { saved, chosen } })).toEqual([
      ["hi", "Ida", null],
      ["yes", "Olav", null],
    ]);
  });
});
