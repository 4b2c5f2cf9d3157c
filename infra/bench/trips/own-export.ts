// Made-up chats imported into a real store, exported as Parlance's own JSONL, imported and exported again: records byte for byte, and all that the exports say.
import { zipSync } from "fflate";
import type { Message } from "#services/contract/conversations.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { unpackRaw } from "#services/store/raw-record.ts";
import { createCollection } from "#services/store/store.ts";
import { exportLines } from "#services/views/views.ts";
import { startBelt } from "../../../workers/belt.ts";
import {
  aHome,
  ended,
  openHome,
  send,
  type TestParlance,
} from "../../../workers/workers.builders.ts";
import { assistants } from "./assistants.ts";
import { chatApps } from "./chat-apps.ts";
import { chatOf } from "./made-up-chats.ts";
import type { Writer } from "./trip.ts";
import { whatsapp } from "./whatsapp.ts";

/** Formats in which each of these chats has an id of its own. */
const writers: readonly Writer[] = [
  ...[...chatApps, ...assistants].filter(({ name }) => /^(?:telegram|chatgpt|openai)$/.test(name)),
  ...whatsapp.filter((_, nth) => nth % 60 === 0),
];

interface Exported {
  readonly id: string;
  readonly collection: string;
  readonly sourceId: string;
  readonly source: string;
  readonly messages: readonly Message[];
}

const lined = (text: string): Exported[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Exported);

/** Ids are made of the collection: messages are named by their places. */
const withoutIds = ({ id: _, collection: __, ...own }: Exported): string => {
  const places = new Map(own.messages.map((one, nth) => [one.id, String(nth)]));
  const placeOf = (id: string | null) => (id === null ? null : (places.get(id) ?? "elsewhere"));
  const messages = own.messages.map((one) => ({
    ...one,
    id: placeOf(one.id),
    parent: placeOf(one.parent),
    replyTo: placeOf(one.replyTo),
    siblings: one.siblings.map(placeOf),
  }));
  return JSON.stringify({ ...own, messages });
};

const exported = async (parlance: TestParlance, collection: CollectionId): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportLines(parlance.store.rows, collection, { format: "jsonl" }))
    pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
};

const rawRecords = async (parlance: TestParlance, collection: CollectionId): Promise<string[]> => {
  const rows = await parlance.store.rows
    .selectFrom("messages")
    .select(["raw", "text"])
    .where("collection_id", "=", collection)
    .execute();
  return rows.map(({ raw, text }) => unpackRaw(raw, text)).toSorted();
};

const importInto = async (
  parlance: TestParlance,
  name: string,
  text: string | Uint8Array,
): Promise<CollectionId> => {
  const { id } = await createCollection(parlance.store, { name });
  const upload = await ended(parlance, await send(parlance, id, { name, text }));
  // What nothing in a made-up file tells (which figure is the day) is told; of Parlance's own export nothing is to be told.
  if (upload.state !== "done" || (upload.problemCount > 0 && name.endsWith(".jsonl")))
    throw new Error(`${name}: ${upload.state}, ${JSON.stringify(upload.problems.slice(0, 3))}`);
  return id;
};

const compare = (what: string, found: readonly string[], wanted: readonly string[]): string[] => {
  const at = wanted.findIndex((one, nth) => one !== found[nth]);
  if (at < 0 && found.length === wanted.length) return [];
  return [`${what}: ${found[at]?.slice(0, 300)} instead of ${wanted[at]?.slice(0, 300)}`];
};

/** @returns how many chats and messages went through, and what came out otherwise */
export const ownRoundTrip = async (chats: number, first: number) => {
  const files = Array.from({ length: chats }, (_, nth) => {
    const writer = writers[nth % writers.length] ?? whatsapp[0];
    const { bytes, filename } = writer?.write(chatOf(first + nth)) ?? { bytes: "", filename: "" };
    return [`${nth}/${filename}`, Buffer.from(bytes)] as const;
  });
  const home = await aHome();
  const parlance = await openHome(home.folder);
  const belt = await startBelt(parlance.instance, { stages: ["ingest", "embed", "commit"] });
  try {
    const original = await importInto(
      parlance,
      "made-up.zip",
      zipSync(Object.fromEntries(files), { level: 0 }),
    );
    const once = await exported(parlance, original);
    const copy = await importInto(parlance, "once.jsonl", once);
    const twice = await exported(parlance, copy);
    const third = await importInto(parlance, "twice.jsonl", twice);
    const records = (text: string) =>
      lined(text)
        .flatMap(({ messages }) => messages.map((one) => JSON.stringify(one)))
        .toSorted();
    const shown = (text: string) => lined(text).map(withoutIds).toSorted();
    return {
      chats: lined(once).length,
      messages: records(once).length,
      lost: [
        ...compare("records of the first export", await rawRecords(parlance, copy), records(once)),
        ...compare(
          "records of the second export",
          await rawRecords(parlance, third),
          records(twice),
        ),
        ...compare("the second export", shown(twice), shown(once)),
        ...compare("the third export", shown(await exported(parlance, third)), shown(twice)),
      ],
    };
  } finally {
    await belt.stop();
    await parlance.close();
    await home.remove();
  }
};
