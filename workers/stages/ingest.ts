// Ingest: an upload's bytes → messages and chunks in rows, a thousand messages a transaction. Continues where it stopped; a long
// upload yields to uploads of other collections now and then.

import { setImmediate } from "node:timers/promises";
import type { Delivery } from "#services/bus/bus.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import type { ParsedConversation } from "#services/domain/conversation.ts";
import { isDiskFull } from "#services/domain/disk-full.ts";
import { readUploadId } from "#services/domain/ids.ts";
import { type ParseEvent, parse } from "#services/parse/parse.ts";
import {
  type CollectionRow,
  failUpload,
  filenameOf,
  findCollection,
  findUpload,
  finishReading,
  keepColumns,
  keepsAttachments,
  MOST_SEEN,
  savedBefore,
  saveFacts,
  saveParts,
  saveProblems,
  saveSeenTables,
  startReading,
  type UploadRow,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { isAhead, waitForIndex } from "../ahead.ts";
import { dropAttachments, openAttachments } from "../attachments.ts";
import { type ChunkerBy, openChunker } from "../chunking.ts";
import { Ends, type Pace } from "../ends.ts";
import { announceLeftovers } from "../leftovers.ts";
import { deleteRefusedFiles } from "../refused-files.ts";
import { openResolver, type ResolvedPart } from "../resolve.ts";
import { openSlice } from "../slice.ts";
import { type Belt, type InHand, isFinal, untilRoom, waitForRoom } from "../stage.ts";
import { openRecogniser } from "../starts.ts";
import { openProblems } from "../upload-problems.ts";
import { wantedColumns } from "../wanted-columns.ts";
import { inspectUpload } from "./inspect.ts";

/** Messages per transaction: with more, other writers would wait; with fewer, durable writes would take too much of the time. */
const AT_ONCE = 1000;
/** The first transactions are small, so that the first hits come soon. */
const AT_FIRST = 300;
/** Characters per transaction, where messages are long. */
const CHARACTERS_AT_ONCE = 8_000_000;
/** Messages of a slow file are saved after this time at the latest. */
const HOLD_MS = 500;
/** How often the progress is reported to the bus, which is a durable write each time. */
const TELL_MS = 2000;

/** What a reading needs of its delivery. */
type Reader = InHand & Pick<Delivery<"upload.received">, "othersWait">;

/** One attempt to read one upload. */
class Reading implements AsyncDisposable {
  readonly #belt: Belt;
  readonly #upload: UploadRow;
  readonly #ends: Ends;
  readonly #resolve: (parsed: Parameters<ReturnType<typeof openResolver>>[0]) => ResolvedPart;
  readonly #recognise: ReturnType<typeof openRecogniser>;
  readonly #problems: ReturnType<typeof openProblems>;
  /** Undefined where the collection keeps no files of messages. */
  readonly #attachments: ReturnType<typeof openAttachments> | undefined;
  readonly #tables: SeenTable[] = [];
  /** Number of parts seen in this attempt, and number of parts in the rows. */
  #seen = 0;
  #saved: number;
  #ended = 0;
  #skipped = false;
  /** The part before this one is of the same conversation. */
  #continued = false;
  #bytes = 0;
  #waiting: ResolvedPart[] = [];
  /** The last part that was saved, where more of its conversation follows. */
  #open: ResolvedPart | undefined;
  #held = 0;
  #heldCharacters = 0;
  #flushedAt = performance.now();
  #flushes = 0;

  constructor(belt: Belt, of: { upload: UploadRow; chunkerBy: ChunkerBy; keepsFiles: boolean }) {
    const { upload, chunkerBy } = of;
    this.#belt = belt;
    this.#upload = upload;
    this.#ends = new Ends(belt, upload, chunkerBy);
    this.#problems = openProblems(upload.problem_count);
    this.#saved = upload.parts_done;
    const owner = { collection: upload.collection_id, upload: upload.id };
    this.#resolve = openResolver(owner);
    this.#recognise = openRecogniser(owner);
    const { parlance } = belt;
    this.#attachments = of.keepsFiles
      ? openAttachments({ parlance, upload, tell: (problem) => this.#problems.add(problem) })
      : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#attachments?.[Symbol.asyncDispose]();
  }

  /** Waits while the disk is nearly full, until there is room or a person cancels. */
  async waitForSpace(delivery: InHand): Promise<void> {
    const { store, space } = this.#belt.parlance;
    const unless = async () =>
      (await findUpload(store.rows, this.#upload.id))?.cancel_requested !== 0;
    await waitForRoom({ space, delivery }, unless);
  }

  /** Waits while reading is far ahead of the index, unless somebody cancels or other collections wait for this place. */
  #pace({ signal, othersWait }: Reader): Pace {
    const { store } = this.#belt.parlance;
    const { id, collection_id: collection } = this.#upload;
    const unless = async () =>
      (await othersWait()) || (await findUpload(store.rows, id))?.cancel_requested !== 0;
    return {
      isAhead: () => isAhead(store, collection),
      wait: async () => {
        signal.throwIfAborted();
        await waitForIndex(store, collection, { signal, unless });
      },
    };
  }

  /** @returns "cancelled" as soon as a person has cancelled and everything read so far is saved */
  async take(event: ParseEvent, delivery: Reader): Promise<"on" | "cancelled"> {
    const { store, space } = this.#belt.parlance;
    switch (event.kind) {
      case "format":
        await untilRoom({ space, delivery }, () =>
          saveFacts(store, this.#upload.id, { source: event.source, format: event.label }),
        );
        return "on";
      case "columns":
        await this.#sawTable(event.table, delivery);
        return "on";
      case "problem":
        this.#problems.add(event.problem);
        return "on";
      case "progress":
        this.#bytes = event.bytes;
        return this.#due() ? this.flush(delivery) : "on";
      case "conversation":
        if (this.#isSaved(event.conversation)) {
          this.#seen++;
          this.#ended++;
        } else this.#add(await this.#partOf(event, delivery));
        return this.#due() ? this.flush(delivery) : "on";
    }
  }

  /** With what became of the files of its messages, where they are kept and it is not saved yet. */
  async #partOf(
    { conversation, files: find }: Extract<ParseEvent, { readonly kind: "conversation" }>,
    delivery: InHand,
  ): Promise<ResolvedPart> {
    const parsed = await this.#recognised(conversation);
    const part = this.#resolve(parsed);
    const isSaved = this.#seen < this.#saved;
    const named = parsed.messages.some(({ attachments }) => attachments.length > 0);
    if (isSaved || !named || this.#attachments === undefined) return part;
    await this.waitForSpace(delivery);
    await this.#belt.reached("ingest.attachments");
    return this.#attachments.keep(part, { parsed, find, delivery });
  }

  /** Keeps what a table looks like, and what a person chose for its headings. */
  async #sawTable(table: SeenTable, delivery: Reader): Promise<void> {
    const { store, space } = this.#belt.parlance;
    const { collection_id: collection } = this.#upload;
    // The others are read as well: they are only not kept to be shown.
    if (this.#tables.length >= MOST_SEEN) return;
    this.#tables.push(table);
    const { columns, mapping, headings, origin } = table;
    await untilRoom({ space, delivery }, async () => {
      await saveSeenTables(store, this.#upload, this.#tables, cleaner);
      if (origin === "chosen" && headings !== "none")
        await keepColumns(store, collection, { columns, mapping });
    });
  }

  /** With the id under which the collection has it already, where its format gives it none. */
  #recognised(parsed: ParsedConversation): Promise<ParsedConversation> {
    const mayBeSaved = this.#seen < this.#saved || this.#isAgain;
    return this.#recognise(this.#belt.parlance.store.rows, parsed, mayBeSaved);
  }

  /** A whole conversation in one part that is saved: its ids, which take as long to make as it takes to read, are not needed. */
  #isSaved({ continues }: { readonly continues: boolean }): boolean {
    const whole = !continues && !this.#continued;
    return whole && this.#seen < this.#saved && this.#ended < this.#ends.saved;
  }

  /** Whether it is read once more: nothing tells which of its messages are saved, and which of them are cut. */
  get #isAgain(): boolean {
    return this.#upload.read_again === 1;
  }

  #add(part: ResolvedPart): void {
    if (this.#seen++ < this.#saved) this.#skipped = true;
    else {
      this.#waiting.push(part);
      this.#held += part.messages.length;
      for (const { text, raw } of part.messages)
        this.#heldCharacters += text.length + (raw?.length ?? 0);
    }
    this.#continued = part.continues;
    if (part.continues) return;
    if (this.#ended++ >= this.#ends.saved)
      this.#ends.add({ conversation: part.conversation, unsure: this.#skipped || this.#isAgain });
    this.#skipped = false;
  }

  /** Whether all parts that were saved before this attempt have been skipped: what comes now is new. */
  get isNew(): boolean {
    return this.#seen >= this.#upload.parts_done;
  }

  /** Number of parts and ends of conversations in the rows: grows with everything that is saved, also where it is read once more. */
  get saved(): number {
    return savedBefore(this.#upload) + this.#saved + this.#ends.saved;
  }

  #due(): boolean {
    const enough = this.#flushes === 0 ? AT_FIRST : AT_ONCE;
    return (
      this.#held >= enough ||
      this.#heldCharacters >= CHARACTERS_AT_ONCE ||
      performance.now() - this.#flushedAt > HOLD_MS
    );
  }

  /** Saves what is read. With a full disk saving is repeated until there is room, so that nothing has to be read again. */
  async flush(delivery: Reader): Promise<"on" | "cancelled"> {
    const pace = this.#pace(delivery);
    if (this.#waiting.length + this.#ends.waiting > 0) await this.waitForSpace(delivery);
    // The middle of a long conversation is only stored: no chunks are made of it that would have to wait.
    if (this.#ends.waiting > 0) await pace.wait();
    return untilRoom({ space: this.#belt.parlance.space, delivery }, () => this.#save(pace));
  }

  async #save(pace: Pace): Promise<"on" | "cancelled"> {
    const cancelled = await this.#saveParts();
    await this.#belt.reached("ingest.parts");
    await this.#ends.save(pace);
    if (this.#open) await this.#ends.grow(this.#open.conversation, pace);
    await this.#belt.reached("ingest.ends");
    this.#flushedAt = performance.now();
    this.#flushes++;
    this.#belt.parlance.bus.wake();
    // Queries of rows never leave the microtask queue: without this, a signal or a message would wait until the end.
    await setImmediate();
    return cancelled ? "cancelled" : "on";
  }

  async #saveParts(): Promise<boolean> {
    const { store } = this.#belt.parlance;
    const news = this.#problems.news();
    if (news) await saveProblems(store, this.#upload, news, cleaner);
    this.#problems.told();
    if (this.#waiting.length === 0) {
      const row = await findUpload(store.rows, this.#upload.id);
      return row?.cancel_requested === 1;
    }
    const parts = this.#waiting;
    const saved = await saveParts(
      store,
      {
        upload: this.#upload.id,
        collection: this.#upload.collection_id,
        after: this.#saved,
        bytesRead: Math.max(this.#bytes, this.#upload.bytes_read),
        cutAgain: this.#ends.areLate(parts),
      },
      parts,
      cleaner,
    );
    this.#waiting = [];
    this.#held = 0;
    this.#heldCharacters = 0;
    this.#saved += parts.length;
    this.#ends.tookParts(parts, saved);
    const last = parts.at(-1);
    this.#open = last?.continues ? last : undefined;
    return saved.cancelled;
  }
}

/** @returns "yielded" if others wait: everything read so far is saved, and this delivery has saved something new */
const read = async (
  belt: Belt,
  upload: UploadRow,
  collection: CollectionRow,
  delivery: Delivery<"upload.received">,
): Promise<"read" | "cancelled" | "yielded"> => {
  const { parlance } = belt;
  const { space } = parlance;
  const { signal } = delivery;
  const keepsFiles = keepsAttachments(collection, parlance.config);
  const chunkerBy = openChunker(await parlance.tokenCounter());
  await using reading = new Reading(belt, { upload, chunkerBy, keepsFiles });
  await reading.waitForSpace(delivery);
  await untilRoom({ space, delivery }, () => announceLeftovers(belt, upload));
  // Cancelled before this delivery: nothing has to be skipped for that.
  if (upload.cancel_requested === 1) return "cancelled";
  await using file = await parlance.blobs.local(upload.blob_key);
  const events = parse(
    { path: file.path, filename: filenameOf(upload) },
    { zone: collection.zone, columns: wantedColumns(upload), signal },
  );
  const atFirst = reading.saved;
  let told = { saved: atFirst, at: Number.NEGATIVE_INFINITY };
  const tell = async (now: number) => {
    told = { saved: reading.saved, at: now };
    await untilRoom({ space, delivery }, () => delivery.progressed(told.saved));
  };
  const sliceIsOver = openSlice({
    leastMs: belt.sliceMs,
    isNew: () => reading.isNew,
    othersWait: () => delivery.othersWait(),
    now: () => performance.now(),
  });
  try {
    for await (const event of events) {
      signal.throwIfAborted();
      if ((await reading.take(event, delivery)) === "cancelled") return "cancelled";
      const now = performance.now();
      if (reading.saved > told.saved && now - told.at > TELL_MS) await tell(now);
      if (!(await sliceIsOver())) continue;
      if ((await reading.flush(delivery)) === "cancelled") return "cancelled";
      // The bus counts a yield that saved nothing new as a failed attempt. Such an upload is not interrupted; the limits of
      // reading (services/parse) bound how long nothing may be found.
      if (reading.saved === atFirst) continue;
      await tell(now);
      await belt.reached("ingest.yielded");
      return "yielded";
    }
  } catch (error) {
    // What came before a damaged place or a limit is saved, and its problems are reported.
    if (isFinal(error) && !signal.aborted) await reading.flush(delivery);
    throw error;
  }
  return (await reading.flush(delivery)) === "cancelled" ? "cancelled" : "read";
};

/** It is read again only where somebody asks for it. Without room it stays as it came. */
const compacted = async ({ parlance: { blobs } }: Belt, key: string): Promise<void> => {
  try {
    await blobs.compact(key);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
};

/** Reads the upload of a job, or inspects it where that has to be confirmed first; a second delivery of the same job finds nothing left to do. */
export const ingest = async (
  belt: Belt,
  delivery: Delivery<"upload.received">,
): Promise<"done" | "yield"> => {
  const { store, bus, space } = belt.parlance;
  const { signal } = delivery;
  const id = readUploadId(delivery.payload.upload);
  const found = id && (await findUpload(store.rows, id));
  if (found?.state === "inspecting") {
    await inspectUpload(belt, found.id, delivery);
    return "done";
  }
  const upload = id && (await startReading(store, id, delivery.attempt));
  if (!upload) {
    if (id) await dropAttachments(belt.parlance, id);
    if (found) await deleteRefusedFiles(belt.parlance, found.collection_id);
    return "done";
  }
  const collection = await findCollection(store.rows, upload.collection_id);
  if (!collection) return "done";
  try {
    const how = await read(belt, upload, collection, delivery);
    if (how === "yielded") return "yield";
    await belt.reached("ingest.read");
    await untilRoom({ space, delivery }, () => finishReading(store, upload.id, how));
    bus.wake();
  } catch (error) {
    if (!isFinal(error) || signal.aborted) throw error;
    await untilRoom({ space, delivery }, () =>
      store.transaction((rows) => failUpload(store, rows, upload.id, error.toJSON())),
    );
    bus.wake();
    return "done";
  } finally {
    await dropAttachments(belt.parlance, upload.id);
  }
  await belt.reached("ingest.ended");
  await deleteRefusedFiles(belt.parlance, collection.id);
  if ((await findUpload(store.rows, upload.id))?.blob_key === "") return "done";
  await compacted(belt, upload.blob_key);
  return "done";
};
