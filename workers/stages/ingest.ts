// Ingest: an upload's bytes → messages and chunks in rows, a thousand messages a transaction. Continues where it stopped; a long
// upload yields to uploads of other collections now and then.

import { setImmediate } from "node:timers/promises";
import type { Delivery } from "#services/bus/bus.ts";
import type { ParsedConversation } from "#services/domain/conversation.ts";
import { readUploadId } from "#services/domain/ids.ts";
import { type Checkpoint, type ParseEvent, parse } from "#services/parse/parse.ts";
import {
  type CollectionRow,
  failUpload,
  filenameOf,
  findCollection,
  findUpload,
  finishReading,
  keepsAttachments,
  savedBefore,
  saveFacts,
  saveParts,
  saveProblems,
  startReading,
  type UploadRow,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { isAhead, waitForIndex } from "../ahead.ts";
import { dropAttachments, openAttachments } from "../attachments.ts";
import { openCheckpoints } from "../checkpoints.ts";
import { type ChunkerBy, openChunker } from "../chunking.ts";
import { compacted } from "../compacted.ts";
import { Ends, type Pace } from "../ends.ts";
import { HeldParts } from "../held-parts.ts";
import { announceLeftovers } from "../leftovers.ts";
import { deleteRefusedFiles } from "../refused-files.ts";
import { openResolver, type ResolvedPart } from "../resolve.ts";
import { openSeenTables } from "../seen-tables.ts";
import { openSlice } from "../slice.ts";
import { type Belt, type InHand, isFinal, untilRoom, waitForRoom } from "../stage.ts";
import { openRecogniser } from "../starts.ts";
import { openProblems } from "../upload-problems.ts";
import { wantedColumns } from "../wanted-columns.ts";
import { inspectUpload } from "./inspect.ts";

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
  readonly #checkpoints: ReturnType<typeof openCheckpoints>;
  readonly #tables: ReturnType<typeof openSeenTables>;
  /** Number of parts up to what is read, and number of parts in the rows. */
  #seen: number;
  #saved: number;
  #ended: number;
  #skipped = false;
  /** The part before this one is of the same conversation. */
  #continued = false;
  #bytes = 0;
  readonly #held = new HeldParts();
  /** The last part that was saved, where more of its conversation follows. */
  #open: ResolvedPart | undefined;

  constructor(belt: Belt, of: { upload: UploadRow; chunkerBy: ChunkerBy; keepsFiles: boolean }) {
    const { upload, chunkerBy } = of;
    this.#belt = belt;
    this.#upload = upload;
    this.#ends = new Ends(belt, upload, chunkerBy);
    this.#checkpoints = openCheckpoints(upload);
    const { begin, files, tables } = this.#checkpoints;
    this.#problems = openProblems(upload.problem_count, { read: begin.problems, files });
    this.#tables = openSeenTables(belt, upload, tables);
    this.#seen = begin.parts;
    this.#ended = begin.conversations;
    this.#saved = upload.parts_done;
    const owner = { collection: upload.collection_id, upload: upload.id };
    this.#resolve = openResolver(owner);
    this.#recognise = openRecogniser(owner);
    const { parlance } = belt;
    this.#attachments = of.keepsFiles
      ? openAttachments({ parlance, upload, tell: (problem) => this.#problems.addOfFile(problem) })
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
        await this.#tables.add(event.table, delivery);
        return "on";
      case "problem":
        this.#problems.add(event.problem);
        return "on";
      case "checkpoint":
        this.#checkpoints.add({
          from: event.checkpoint,
          parts: this.#seen,
          conversations: this.#ended,
          problems: this.#problems.read(),
          tables: this.#tables.count,
        });
        return "on";
      case "progress":
        this.#bytes = event.bytes;
        return this.#held.isDue() ? this.flush(delivery) : "on";
      case "conversation":
        if (this.#isSaved(event.conversation)) {
          this.#seen++;
          this.#ended++;
        } else this.#add(await this.#partOf(event, delivery));
        return this.#held.isDue() ? this.flush(delivery) : "on";
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
    else this.#held.add(part);
    this.#continued = part.continues;
    if (part.continues) return;
    if (this.#ended++ >= this.#ends.saved)
      this.#ends.add({ conversation: part.conversation, unsure: this.#skipped || this.#isAgain });
    this.#skipped = false;
  }

  /** Where it begins; undefined for the beginning of the file. */
  get from(): Checkpoint | undefined {
    return this.#checkpoints.begin.from;
  }

  /** Whether all parts that were saved before this attempt have been skipped: what comes now is new. */
  get isNew(): boolean {
    return this.#seen >= this.#upload.parts_done;
  }

  /** Number of parts and ends of conversations in the rows: grows with everything that is saved, also where it is read once more. */
  get saved(): number {
    return savedBefore(this.#upload) + this.#saved + this.#ends.saved;
  }

  /** Saves what is read. With a full disk saving is repeated until there is room, so that nothing has to be read again. */
  async flush(delivery: Reader): Promise<"on" | "cancelled"> {
    const pace = this.#pace(delivery);
    if (this.#held.parts.length + this.#ends.waiting > 0) await this.waitForSpace(delivery);
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
    this.#held.flushed();
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
    const { parts } = this.#held;
    if (parts.length === 0) {
      const row = await findUpload(store.rows, this.#upload.id);
      return row?.cancel_requested === 1;
    }
    const checkpoint = this.#checkpoints.news({
      parts: this.#saved + parts.length,
      conversations: this.#ends.saved,
      files: this.#problems.files(),
    });
    const saved = await saveParts(
      store,
      {
        upload: this.#upload.id,
        collection: this.#upload.collection_id,
        after: this.#saved,
        bytesRead: Math.max(this.#bytes, this.#upload.bytes_read),
        cutAgain: this.#ends.areLate(parts),
        ...(checkpoint !== undefined && { checkpoint }),
      },
      parts,
      cleaner,
    );
    this.#held.clear();
    this.#checkpoints.saved();
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
  const chunkerBy = openChunker(await parlance.tokenCounter(collection.model_id ?? undefined));
  await using reading = new Reading(belt, { upload, chunkerBy, keepsFiles });
  await reading.waitForSpace(delivery);
  await untilRoom({ space, delivery }, () => announceLeftovers(belt, upload));
  // Cancelled before this delivery: nothing has to be skipped for that.
  if (upload.cancel_requested === 1) return "cancelled";
  await using file = await parlance.blobs.local(upload.blob_key);
  const events = parse(
    { path: file.path, filename: filenameOf(upload) },
    {
      zone: collection.zone,
      columns: wantedColumns(upload),
      signal,
      from: reading.from,
      checkpointBytes: belt.checkpointBytes,
    },
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
