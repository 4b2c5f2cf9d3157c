// Inspect: an upload's bytes → a report of what is in them and what an import would change; nothing of it is imported.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Delivery } from "#services/bus/bus.ts";
import type { UploadInspection } from "#services/contract/inspections.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import type { ParsedConversation } from "#services/domain/conversation.ts";
import { type ConversationId, conversationId, type UploadId } from "#services/domain/ids.ts";
import { SeenKeys } from "#services/domain/seen-keys.ts";
import { openInspection } from "#services/inspect/inspect.ts";
import { type ParseEvent, parse } from "#services/parse/parse.ts";
import {
  type CollectionRow,
  digest,
  failInspection,
  filenameOf,
  findCollection,
  MOST_SEEN,
  openRehearsal,
  type Rehearsal,
  saveInspected,
  saveInspectedTables,
  saveInspection,
  startInspection,
  type UploadRow,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { openResolver, type ResolvedPart } from "../resolve.ts";
import { type Belt, isFinal, untilRoom, waitForRoom } from "../stage.ts";
import { openRecogniser } from "../starts.ts";
import { wantedColumns } from "../wanted-columns.ts";

/** Messages, and characters of them, that are compared at once: as many as ingest saves at once. */
const AT_ONCE = 1000;
const CHARACTERS_AT_ONCE = 8_000_000;
/** How often the progress is written, and asked whether the inspection is still wanted. */
const TELL_MS = 500;

type Read = Pick<Delivery<"upload.received">, "signal" | "pause" | "attempt">;

/** Parts on their way into the rehearsal, with the ends of conversations in between. */
class Comparing {
  readonly #belt: Belt;
  readonly #upload: UploadRow;
  readonly #rehearsal: Rehearsal;
  readonly #resolve: ReturnType<typeof openResolver>;
  readonly #recognise: ReturnType<typeof openRecogniser>;
  /** Conversations of this file: a record without an id is none of them, as in an import. */
  readonly #own = new SeenKeys();
  #parts: ResolvedPart[] = [];
  #held = 0;
  #characters = 0;

  constructor(belt: Belt, upload: UploadRow, rehearsal: Rehearsal) {
    const owner = { collection: upload.collection_id, upload: upload.id };
    this.#belt = belt;
    this.#upload = upload;
    this.#rehearsal = rehearsal;
    this.#resolve = openResolver(owner);
    this.#recognise = openRecogniser(owner);
  }

  #idOf({ source, sourceId }: ParsedConversation): ConversationId {
    return conversationId(digest, this.#upload.collection_id, source, sourceId);
  }

  /** An import would find what it has read of the file among the rows. Here it is in none. */
  async #recognised(parsed: ParsedConversation): Promise<ParsedConversation> {
    if (this.#own.get(this.#idOf(parsed)) !== undefined) return parsed;
    const found = await this.#recognise(this.#belt.parlance.store.rows, parsed, false);
    return this.#own.get(this.#idOf(found)) === undefined ? found : parsed;
  }

  async add(parsed: ParsedConversation): Promise<void> {
    const part = this.#resolve(await this.#recognised(parsed));
    this.#parts.push(part);
    this.#held += part.messages.length;
    for (const { text, raw } of part.messages) this.#characters += text.length + raw.length;
    if (this.#held >= AT_ONCE || this.#characters >= CHARACTERS_AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#held = 0;
    this.#characters = 0;
    if (parts.length > 0) await this.#rehearsal.take(parts);
    for (const { continues, conversation } of parts) {
      if (continues) continue;
      this.#own.set(conversation.id, 1);
      await this.#rehearsal.end(conversation.id);
    }
    // As in ingest: queries of a file never leave the microtask queue.
    await setImmediate();
  }
}

/** An empty folder beside the file. What a killed inspection of the same upload has left there is deleted. */
const scratchFolder = async (path: string, { id }: UploadRow): Promise<string> => {
  const beside = dirname(path);
  const name = `.parlance-inspect-${id}-`;
  for (const left of await readdir(beside))
    if (left.startsWith(name)) await rm(join(beside, left), { recursive: true, force: true });
  return mkdtemp(join(beside, name));
};

/** @returns undefined as soon as the inspection is not wanted any more */
const look = async (
  belt: Belt,
  of: { readonly upload: UploadRow; readonly collection: CollectionRow; readonly path: string },
  delivery: Read,
): Promise<UploadInspection | undefined> => {
  const { upload, collection, path } = of;
  const { store } = belt.parlance;
  const { signal, attempt } = delivery;
  const filename = filenameOf(upload);
  const inspection = openInspection();
  const folder = await scratchFolder(path, upload);
  try {
    const rehearsal = await openRehearsal(store, { folder, upload, cleaner });
    try {
      const comparing = new Comparing(belt, upload, rehearsal);
      let toldAt = Number.NEGATIVE_INFINITY;
      let bytes = 0;
      const tables: SeenTable[] = [];
      const isWanted = async (event: ParseEvent): Promise<boolean> => {
        if (event.kind === "progress") bytes = event.bytes;
        if (performance.now() - toldAt < TELL_MS) return true;
        toldAt = performance.now();
        return saveInspected(store, upload, { bytes_read: bytes, attempt });
      };
      const events = parse(
        { path, filename },
        { zone: collection.zone, columns: wantedColumns(upload), signal },
      );
      for await (const event of events) {
        signal.throwIfAborted();
        if (!(await isWanted(event))) return undefined;
        inspection.add(event);
        // Also of a file that is refused in the end: whoever chooses its columns looks at them.
        if (event.kind === "columns" && tables.length < MOST_SEEN) {
          tables.push(event.table);
          await saveInspectedTables(store, upload, tables, cleaner);
        }
        if (event.kind === "conversation") await comparing.add(event.conversation);
      }
      await comparing.flush();
      await belt.reached("inspect.compared");
      const found = inspection.result();
      return {
        filename,
        bytes: upload.bytes,
        ...found,
        // Rows are texts of messages: they are shown to whoever chooses columns, and are in no report.
        tables: found.tables.map((table) => ({ ...table, rows: [] })),
        inspectedAt: store.now(),
        preview: rehearsal.result(),
      };
    } finally {
      await rehearsal.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Inspects an upload that has to be confirmed. Then it waits for a person; where it cannot be read, it has failed as an import would.
 * An inspection that is interrupted begins again: it leaves nothing behind that it could go on from.
 */
export const inspectUpload = async (belt: Belt, id: UploadId, delivery: Read): Promise<void> => {
  const { store, blobs, space } = belt.parlance;
  await waitForRoom({ space, delivery });
  const upload = await untilRoom({ space, delivery }, () => startInspection(store, id));
  const collection = upload && (await findCollection(store.rows, upload.collection_id));
  if (!collection) return;
  try {
    await using file = await blobs.local(upload.blob_key);
    const found = await look(belt, { upload, collection, path: file.path }, delivery);
    if (!found) return;
    await untilRoom({ space, delivery }, () => saveInspection(store, upload, found, cleaner));
  } catch (error) {
    if (!isFinal(error) || delivery.signal.aborted) throw error;
    await untilRoom({ space, delivery }, () => failInspection(store, upload, error.toJSON()));
  }
};
