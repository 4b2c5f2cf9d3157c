// The files that fuzzing begins with, by the format for which each is taken: the fixtures of the readers, and small ones of formats that have none.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { readDamaged } from "#services/parse/fuzz.builders.ts";
import { fixtureFolder, zipOf } from "#services/parse/parse.builders.ts";

const fixtures = join(import.meta.dirname, "../../services/parse/fixtures");

const at = "2026-01-01T10:00:00Z";
const turns = ["hi", "yes", "so"];

/** Of formats without a fixture. */
const small: readonly (string | object)[] = [
  {
    id: "a",
    title: "b",
    mapping: {
      root: { id: "root", parent: null, children: ["1"] },
      1: {
        id: "1",
        parent: "root",
        children: ["2"],
        message: {
          model: "deepseek-chat",
          inserted_at: at,
          fragments: [{ type: "REQUEST", content: "hi" }],
        },
      },
      2: {
        id: "2",
        parent: "1",
        children: [],
        message: {
          model: "deepseek-chat",
          inserted_at: at,
          fragments: [{ type: "RESPONSE", content: "yes" }],
        },
      },
    },
  },
  {
    participants: [{ name: "Ida" }, { name: "Olav" }],
    thread_path: "inbox/a",
    magic_words: [],
    messages: turns.map((content, nth) => ({
      sender_name: nth % 2 === 0 ? "Ida" : "Olav",
      timestamp_ms: 1_767_261_600_000 + nth,
      content,
    })),
  },
  [
    ...turns.map((content, id) => ({
      id,
      sender_id: 3,
      sender_full_name: "Emil",
      timestamp: 1_767_261_600 + id,
      subject: "t",
      stream_id: 7,
      display_recipient: "lean",
      content,
    })),
  ],
  turns
    .map((text, nth) => `${nth % 2 === 0 ? "Ida" : "Olav"}: ${text}\n`)
    .join("")
    .repeat(3),
];

const bytesOf = (one: string | object): Buffer =>
  Buffer.from(typeof one === "string" ? one : JSON.stringify(one));

/**
 * Format → files that are taken for it.
 * @param folder where a file is put while it is looked at
 */
export const seedsByFormat = async (folder: string): Promise<ReadonlyMap<string, Buffer[]>> => {
  const names = readdirSync(fixtures).filter((name) => name.includes("."));
  const files = [
    ...names.map((name) => readFileSync(join(fixtures, name))),
    ...small.map(bytesOf),
    zipOf(fixtureFolder("slack"), { level: 0 }),
    // Not packed, so that damage reaches the XML.
    zipOf(unzipSync(readFileSync(join(fixtures, "workbook-three-sheets.xlsx"))), { level: 0 }),
    zipOf(fixtureFolder("zulip-server"), { level: 0 }),
  ];
  const found = new Map<string, Buffer[]>();
  for (const file of files) {
    const { events } = await readDamaged(folder, file);
    const format = events.find((event) => event.kind === "format");
    if (format) found.set(format.source, [...(found.get(format.source) ?? []), file]);
  }
  return found;
};
