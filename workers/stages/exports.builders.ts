// For tests of exports that follow each other: a collection that they are imported into, what is read of it, and files of some formats.
import { expect } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import {
  confirmUpload,
  createCollection,
  listConversations,
  pageOfMessages,
  requestOriginErasure,
} from "#services/store/store.ts";
import { startBelt } from "../belt.ts";
import { aHome, atRest, ended, openHome, send } from "../workers.builders.ts";

export interface ExportFile {
  readonly name: string;
  readonly text: string;
}

/** An archive. */
export interface PackedExport {
  readonly name: string;
  readonly text: Uint8Array;
}

/** A conversation as it is read. */
export interface Thread {
  readonly title: string | null;
  /** All that is kept, counted or not. */
  readonly messages: number;
  readonly shown: readonly string[];
  /** What is not in the newest export. */
  readonly gone: readonly string[];
}

export type Kitchen = Awaited<ReturnType<typeof openKitchen>>;

/** A home with one collection, and the stages that import and erase. */
export const openKitchen = async () => {
  const home = await aHome();
  const parlance = await openHome(home.folder);
  const collection: CollectionId = (await createCollection(parlance.store, { name: "Kitchen" })).id;
  const errors: unknown[] = [];
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit", "erase"],
    onError: (_, error) => errors.push(error),
  });
  const countGone = async () => {
    const found = await parlance.store.rows
      .selectFrom("messages")
      .select("id")
      .where("collection_id", "=", collection)
      .where("gone", "=", 1)
      .execute();
    return found.length;
  };
  const list = () =>
    listConversations(parlance.store.rows, { collection, sort: "longest", limit: 50 });
  return {
    parlance,
    collection,
    list,

    bring: async (file: ExportFile): Promise<UploadId> => {
      const id = await send(parlance, collection, file);
      expect(await ended(parlance, id)).toMatchObject({ state: "done", problemCount: 0 });
      return id;
    },

    /** Imports a file that is inspected first. @returns what the inspection foretold, and what the import did */
    inspectAndBring: async (file: ExportFile | PackedExport) => {
      const id = await send(parlance, collection, file, true);
      const inspected = await ended(parlance, id);
      expect(inspected).toMatchObject({ state: "unconfirmed", error: null });
      const goneBefore = await countGone();
      await confirmUpload(parlance.store, id);
      parlance.bus.wake();
      const brought = await ended(parlance, id);
      expect(brought).toMatchObject({ state: "done", inspection: null });
      const { newMessages, knownMessages, changedMessages } = brought.progress;
      return {
        inspection: inspected.inspection,
        foretold: inspected.inspection?.preview.entries,
        did: {
          new: newMessages,
          known: knownMessages,
          changed: changedMessages,
          gone: (await countGone()) - goneBefore,
        },
        read: brought.progress.conversations,
      };
    },

    /** @param code of its only problem */
    bringDamaged: async (file: ExportFile, code: string): Promise<UploadId> => {
      const id = await send(parlance, collection, file);
      expect(await ended(parlance, id)).toMatchObject({ problems: [{ code }] });
      return id;
    },

    erase: async (upload: UploadId): Promise<void> => {
      await requestOriginErasure(parlance.store, upload);
      parlance.bus.wake();
      await atRest(parlance);
    },

    /** The nth conversation. Its sums are checked against what is shown. */
    thread: async (nth = 0): Promise<Thread> => {
      const row = (await list()).conversations[nth];
      if (!row) throw new Error("no such conversation");
      const read = (kinds: "visible" | "all", gone: "hide" | "show") =>
        pageOfMessages(parlance.store.rows, row.id, { path: "main", kinds, gone, limit: 100 });
      const [shown, all] = [await read("all", "hide"), await read("all", "show")];
      const gone = all.messages.filter((message) => message.gone === 1);
      expect(shown.gone).toBe(gone.length);
      const counted = await read("visible", "hide");
      const times = counted.messages.flatMap(({ at }) => (at === null ? [] : [at]));
      expect(row).toMatchObject({
        message_count: counted.total,
        first_at: times.length === 0 ? null : Math.min(...times),
        last_at: times.length === 0 ? null : Math.max(...times),
      });
      return {
        title: row.title,
        messages: row.message_count + row.other_count,
        shown: shown.messages.map(({ text }) => text),
        gone: gone.map(({ text }) => text).sort(),
      };
    },

    close: async (): Promise<void> => {
      await belt.stop();
      await parlance.close();
      await home.remove();
      expect(errors).toEqual([]);
    },
  };
};

export const json = (name: string, value: unknown): ExportFile => ({
  name,
  text: JSON.stringify(value),
});
export const lines = (name: string, ...records: readonly unknown[]): ExportFile => ({
  name,
  text: records.map((record) => `${JSON.stringify(record)}\n`).join(""),
});

/** `id parent role text`, each a node. */
export const chatgpt = (
  title: string,
  update: number,
  leaf: string,
  said: readonly string[][],
): ExportFile =>
  json("conversations.json", [
    {
      conversation_id: "jam",
      title,
      create_time: 1767261600,
      update_time: update,
      current_node: leaf,
      mapping: Object.fromEntries(
        said.map(([id = "", parent = "", role, text], nth) => [
          id,
          {
            id,
            parent: parent === "" ? null : parent,
            children: said.filter(([, above]) => above === id).map(([child]) => child),
            message: {
              id,
              author: { role },
              create_time: 1767261600 + nth,
              content: { content_type: "text", parts: [text] },
            },
          },
        ]),
      ),
    },
  ]);

export const older = chatgpt("Jam", 1767261700, "d", [
  ["a", "", "user", "recipe for plum jam"],
  ["b", "a", "assistant", "use two kilos"],
  ["c", "b", "user", "and sugar?"],
  ["d", "c", "assistant", "one kilo"],
]);
export const newer = chatgpt("Plum jam", 1767300000, "f", [
  ["a", "", "user", "recipe for plum jam"],
  ["b", "a", "assistant", "use three kilos"],
  ["c", "b", "user", "and sugar?"],
  ["e", "b", "user", "and honey?"],
  ["f", "e", "assistant", "half a kilo of honey"],
]);
export const plumJam = {
  title: "Plum jam",
  messages: 6,
  shown: ["recipe for plum jam", "use three kilos", "and honey?", "half a kilo of honey"],
  gone: ["one kilo"],
};

export const claude = (name: string, updated: string, said: readonly string[][]): ExportFile =>
  json("conversations.json", [
    {
      uuid: "cl1",
      name,
      created_at: "2026-01-01T10:00:00Z",
      updated_at: updated,
      chat_messages: said.map(([uuid, parent, sender, text], nth) => ({
        uuid,
        ...(parent === "" ? {} : { parent_message_uuid: parent }),
        sender,
        text,
        content: [{ type: "text", text }],
        created_at: `2026-01-01T10:0${nth}:00Z`,
      })),
    },
  ]);
export const root = "00000000-0000-4000-8000-000000000000";

/** Messages of a question, its answer, and so on. */
export const says = (...texts: readonly string[]) =>
  texts.map((content, nth) => ({ role: nth % 2 === 0 ? "user" : "assistant", content }));
