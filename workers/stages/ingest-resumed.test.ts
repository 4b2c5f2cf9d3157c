// Reading that was cut short and went on at a checkpoint: report, problems, messages and counts are those of a reading that was not.
import { zipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { createCollection, findUpload } from "#services/store/store.ts";
import { startBelt } from "../belt.ts";
import {
  aHome,
  atRest,
  ended,
  leftBehind,
  openHome,
  seeded,
  send,
  type TestParlance,
} from "../workers.builders.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Ids count up: what is made from them is the same in each home. */
const opened = async (): Promise<TestParlance> => {
  const { folder, remove } = await aHome();
  let count = 0;
  const newId = () => `n${(++count).toString(36).padStart(11, "0")}`;
  const parlance = await openHome(folder, { newId });
  closers.push(async () => {
    await parlance.close();
    await remove();
  });
  return parlance;
};

const random = seeded(3);
/** Bytes that do not pack. */
const noise = (length: number) =>
  Array.from({ length }, () => Math.floor(random() * 36).toString(36)).join("");

const records = Array.from({ length: 300 }, (_, n) => ({
  id: `chat-${n}`,
  note: noise(12_000),
  messages: Array.from({ length: 8 }, (__, turn) => ({
    role: turn % 2 === 0 ? "user" : "assistant",
    content: `${n}.${turn}: what grows beside the fence in ${noise(12)}?`,
  })),
}));

/** Some without an id, some damaged, some that are no conversations: more than are told one by one. */
const lines = records
  .map((record, n) => {
    const { id: _, ...nameless } = record;
    const line = JSON.stringify(n % 9 === 8 ? nameless : record);
    if (n % 15 === 14) return line.slice(0, -30);
    return n % 12 === 11 ? `${line}\n{}` : line;
  })
  .join("\n");
const list = `[${records.map((record) => JSON.stringify(record)).join(",\n")}]`;
const others = records.map((record, n) => ({ ...record, id: `other-${n}` }));

const files: Readonly<Record<string, { name: string; text: string | Uint8Array }>> = {
  "a file of lines": { name: "a.jsonl", text: lines },
  "a list": { name: "conversations.json", text: list },
  "a zip of several files": {
    name: "export.zip",
    text: zipSync({
      "a.jsonl": Buffer.from(lines),
      "b.json": Buffer.from(
        `[${others
          .slice(0, 100)
          .map((record) => JSON.stringify(record))
          .join(",")}]`,
      ),
      "notes.txt": Buffer.from("Nothing that is a chat."),
    }),
  },
};

const outcome = async (parlance: TestParlance, collection: CollectionId, upload: string) => {
  const row = await parlance.store.rows
    .selectFrom("uploads")
    .selectAll()
    .where("filename", "=", upload)
    .executeTakeFirstOrThrow();
  const { attempt: _, started_at: __, created_at: ___, finished_at: ____, ...facts } = row;
  return { facts, left: await leftBehind(parlance, collection) };
};

/** Imports a file whose reading is cut short so many times, at places that chance chooses. @returns where reading went on */
const imported = async (file: { name: string; text: string | Uint8Array }, kills: number) => {
  const parlance = await opened();
  const { id: collection } = await createCollection(parlance.store, { name: "Garden" });
  const upload = await send(parlance, collection, file);
  const wentOn: unknown[] = [];
  const chance = seeded(kills + file.name.length);
  /** Places that are passed before it is cut short: each attempt comes by three after its last checkpoint. */
  const passed = () => Math.floor(chance() * 3);
  let left = kills;
  let wait = passed();
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit"],
    checkpointBytes: 300_000,
    reached: async (place) => {
      if (left === 0 || !place.startsWith("ingest.") || place === "ingest.ended") return;
      const row = await findUpload(parlance.store.rows, upload);
      if (!row?.checkpoint || wait-- > 0) return;
      left -= 1;
      wait = passed();
      wentOn.push(JSON.parse(row.checkpoint).reached?.from);
      throw new Error("as if it were killed");
    },
  });
  closers.push(() => belt.stop());
  expect((await ended(parlance, upload)).state).toBe("done");
  await atRest(parlance);
  return { wentOn, ...(await outcome(parlance, collection, file.name)) };
};

describe("a reading that is cut short at places that chance chooses", () => {
  it.each(Object.keys(files))(
    "of %s ends as one that was not",
    async (kind) => {
      const file = files[kind] ?? { name: "", text: "" };
      const whole = await imported(file, 0);
      const { wentOn, ...cut } = await imported(file, 3);
      expect(wentOn).toHaveLength(3);
      expect(wentOn.every((from) => from !== undefined)).toBe(true);
      expect(cut.facts).toEqual(whole.facts);
      expect(cut.left).toEqual(whole.left);
      expect(cut.facts.checkpoint).toBeNull();
    },
    400_000,
  );
});
