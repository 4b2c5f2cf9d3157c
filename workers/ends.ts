// The ends of conversations that are read: their chunks and sums, many short conversations a transaction, a long one a segment at a time.
import { setImmediate } from "node:timers/promises";
import type { ConversationId } from "#services/domain/ids.ts";
import {
  type IngestPart,
  indexRulesOf,
  markGone,
  mergedInto,
  type Rechunked,
  readSegment,
  type Store,
  type StoredMessage,
  saveConversationEnds,
  saveSegment,
  settleMerged,
  sumsInPages,
  sumsOf,
  type UploadRow,
} from "#services/store/store.ts";
import { cleaner, SEGMENT_WINDOW } from "#services/text/text.ts";
import { type Chunker, type ChunkerBy, firstSegment } from "./chunking.ts";
import type { Belt } from "./stage.ts";

/** Messages of one conversation that are saved and not yet cut, from which on it is cut while it is read. */
const WORTH_CUTTING = 2 * SEGMENT_WINDOW;

type Conversation = IngestPart["conversation"];

export interface End {
  readonly conversation: Conversation;
  /** Whether its messages may have changed in this attempt, or in one that died before it made the chunks. */
  readonly unsure: boolean;
}

interface Read {
  readonly revision: number;
  readonly messages: readonly StoredMessage[];
}

/** A conversation that is cut while it is read: it is new, and its messages come in their order. */
interface Growing {
  /** The position from which it is still to be cut. */
  from: number;
  /** Messages saved since it was last cut. */
  uncut: number;
}

/** How fast a long conversation may be cut: what is cut waits for the index, what is only stored does not. */
export interface Pace {
  /** Whether the index is behind. */
  isAhead(): Promise<boolean>;
  /** Waits until the index has caught up. @throws whatever the delivery's signal is aborted with */
  wait(): Promise<void>;
}

/** What it needs of the belt. */
export interface EndsBelt {
  readonly parlance: { readonly store: Store; readonly bus: { wake(): void } };
  readonly reached: Belt["reached"];
}

/** Ends of the conversations of one upload, in the order in which they are read. */
export class Ends {
  readonly #belt: EndsBelt;
  readonly #upload: UploadRow;
  readonly #chunkerBy: ChunkerBy;
  readonly #touched = new Set<ConversationId>();
  /** Conversations that another origin had brought before. */
  readonly #shared = new Set<ConversationId>();
  #waiting: End[] = [];
  #saved: number;
  /** New conversations whose end is not saved yet. */
  readonly #growing = new Map<ConversationId, Growing>();

  constructor(belt: EndsBelt, upload: UploadRow, chunkerBy: ChunkerBy) {
    this.#belt = belt;
    this.#upload = upload;
    this.#chunkerBy = chunkerBy;
    this.#saved = upload.conversations;
    if (upload.cut_conversation !== null && upload.cut_from !== null)
      this.#growing.set(upload.cut_conversation, { from: upload.cut_from, uncut: WORTH_CUTTING });
  }

  /** Number of conversations in the rows that are done. */
  get saved(): number {
    return this.#saved;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether these parts have a message before the place to which its conversation is cut: then all of it is cut at its end. */
  areLate(parts: readonly IngestPart[]): boolean {
    return parts.some((part) => this.#isLate(part));
  }

  #isLate({ conversation, messages }: IngestPart): boolean {
    const growing = this.#growing.get(conversation.id);
    return growing !== undefined && messages.some(({ position }) => position < growing.from);
  }

  add(end: End): void {
    this.#waiting.push(end);
  }

  /** Parts that were saved. @param created conversations that were not there before */
  tookParts(
    parts: readonly IngestPart[],
    saved: Record<"touched" | "created" | "shared", ReadonlySet<ConversationId>>,
  ): void {
    for (const part of parts) if (this.#isLate(part)) this.#growing.delete(part.conversation.id);
    for (const id of saved.touched) this.#touched.add(id);
    for (const id of saved.shared) this.#shared.add(id);
    for (const { conversation, messages } of parts) {
      if (!this.#growing.has(conversation.id) && saved.created.has(conversation.id))
        this.#growing.set(conversation.id, { from: Number.NEGATIVE_INFINITY, uncut: 0 });
      const growing = this.#growing.get(conversation.id);
      if (growing) growing.uncut += messages.length;
    }
  }

  /** Cuts what is saved of a long conversation of which more follows, so that it can be searched before its end is read. */
  async grow(conversation: Conversation, pace: Pace): Promise<void> {
    const growing = this.#growing.get(conversation.id);
    if (growing === undefined) return;
    while (growing.uncut >= WORTH_CUTTING && !(await pace.isAhead())) {
      const from = await this.#cutOne(conversation, growing.from);
      if (from === undefined) growing.uncut = 0;
    }
  }

  /** Saves what waits. */
  async save(pace: Pace): Promise<void> {
    while (this.#waiting.length > 0) {
      const [first] = this.#waiting;
      if (first && (await this.#saveShort()) === "long") await this.#saveLong(first, pace);
      await setImmediate();
    }
  }

  /** Marks what the newest export does not have any more; then it is cut again. */
  async #markGone({ conversation: { id }, unsure }: End): Promise<void> {
    const isMerged = this.#shared.has(id) || unsure;
    if (isMerged && (await markGone(this.#belt.parlance.store, id))) this.#touched.add(id);
    this.#shared.delete(id);
  }

  /** What is shown of a conversation that is merged with others. */
  async #settleMerged(id: ConversationId): Promise<void> {
    const { store, bus } = this.#belt.parlance;
    const merged = await mergedInto(store.rows, id);
    if (merged === undefined) return;
    await settleMerged(store, merged, { cut: this.#chunkerBy, cleaner });
    bus.wake();
  }

  #isWanted({ conversation, unsure }: End): boolean {
    return unsure || this.#touched.has(conversation.id);
  }

  #read(
    { id }: Conversation,
    from = Number.NEGATIVE_INFINITY,
    limit = SEGMENT_WINDOW,
  ): Promise<Read | undefined> {
    return readSegment(this.#belt.parlance.store.rows, id, { from, limit });
  }

  /** Whether a part of it was cut while it was read. */
  #isCut({ conversation: { id } }: End): boolean {
    return (this.#growing.get(id)?.from ?? Number.NEGATIVE_INFINITY) > Number.NEGATIVE_INFINITY;
  }

  /**
   * Call it after the messages are read: rules that change later are applied to what is stored by then, and the conversation has
   * another revision.
   */
  async #chunker(): Promise<Chunker> {
    const { store } = this.#belt.parlance;
    return this.#chunkerBy(await indexRulesOf(store.rows, this.#upload.collection_id));
  }

  #of() {
    const { id: upload, collection_id: collection } = this.#upload;
    return { upload, collection, after: this.#saved };
  }

  #done(ends: readonly End[]): void {
    this.#saved += ends.length;
    this.#waiting = this.#waiting.slice(ends.length);
    for (const { conversation } of ends) {
      this.#touched.delete(conversation.id);
      this.#growing.delete(conversation.id);
    }
  }

  /** One question for the rules serves all that were read before it. */
  async #rechunked(reads: ReadonlyMap<Conversation, Read>): Promise<Rechunked[]> {
    if (reads.size === 0) return [];
    const chunker = await this.#chunker();
    return [...reads].map(([conversation, { revision, messages }]) => ({
      conversation: conversation.id,
      revision,
      sums: sumsOf(messages),
      chunks: chunker(conversation, messages),
    }));
  }

  /** As many ends as there are before the next long conversation. @returns "long" where that is the first */
  async #saveShort(): Promise<"long" | "saved"> {
    const { store } = this.#belt.parlance;
    for (;;) {
      const ends: End[] = [];
      const reads = new Map<Conversation, Read>();
      const known = new Set<ConversationId>();
      for (const end of this.#waiting) {
        const { conversation } = end;
        const { id } = conversation;
        if (this.#isCut(end)) break;
        await this.#markGone(end);
        // Also where no message has changed: there are other origins of what is shown, and files.
        if (!known.has(id)) await this.#settleMerged(id);
        if (this.#isWanted(end) && !known.has(id)) {
          const read = await this.#read(conversation);
          if (read?.messages.length === SEGMENT_WINDOW) break;
          if (read) reads.set(conversation, read);
          known.add(id);
        }
        ends.push(end);
      }
      if (ends.length === 0) return "long";
      const how = await saveConversationEnds(store, this.#of(), {
        done: ends.length,
        rechunked: await this.#rechunked(reads),
      });
      if (how === "saved") {
        this.#done(ends);
        return "saved";
      }
      await setImmediate();
    }
  }

  /**
   * Cuts the first segment after a position.
   * @returns the position after it; undefined where no whole segment is left
   */
  async #cutOne(conversation: Conversation, from: number): Promise<number | undefined> {
    for (let limit = SEGMENT_WINDOW; ; ) {
      const read = await this.#read(conversation, from, limit);
      const segment = read && firstSegment(conversation.source, read.messages);
      const next = segment && read.messages[segment.length]?.position;
      if (!read || segment === undefined || next === undefined) {
        if (read === undefined || read.messages.length < limit) return undefined;
        // More messages share a place in the tree than the window holds.
        limit *= 2;
        continue;
      }
      await setImmediate();
      if (await this.#saveSegment(conversation, { ...read, messages: segment }, next)) return next;
    }
  }

  /** @returns false where an erasure changed the conversation meanwhile */
  async #saveSegment(conversation: Conversation, read: Read, next: number): Promise<boolean> {
    const { store, bus } = this.#belt.parlance;
    const growing = this.#growing.get(conversation.id);
    const chunker = await this.#chunker();
    const how = await saveSegment(store, this.#of(), {
      conversation: conversation.id,
      ...read,
      chunks: chunker(conversation, read.messages),
      next,
      addToSums: growing !== undefined,
    });
    if (how === "changed") return false;
    if (growing) growing.from = next;
    bus.wake();
    await this.#belt.reached("ingest.segment");
    return true;
  }

  /** A long conversation to its end: from where it is cut, or from its beginning where it was there before. */
  async #saveLong(end: End, pace: Pace): Promise<void> {
    const { conversation } = end;
    // It may have been merged while it was read: then what came since is not in the merged one.
    await this.#settleMerged(conversation.id);
    let from = this.#growing.get(conversation.id)?.from ?? Number.NEGATIVE_INFINITY;
    for (;;) {
      for (let next: number | undefined = from; next !== undefined; ) {
        from = next;
        await pace.wait();
        next = await this.#cutOne(conversation, from);
      }
      const rest = await this.#read(conversation, from, Number.MAX_SAFE_INTEGER);
      if (rest && rest.messages.length > 0) {
        // Where it was changed meanwhile, what is left of it is read and cut again.
        if (!(await this.#saveSegment(conversation, rest, Number.MAX_VALUE))) continue;
        from = Number.MAX_VALUE;
      }
      if ((await this.#saveSums(conversation)) === "saved") break;
    }
    this.#done([end]);
  }

  async #saveSums(conversation: Conversation): Promise<"saved" | "changed"> {
    const { store } = this.#belt.parlance;
    const read = await this.#read(conversation, Number.POSITIVE_INFINITY);
    const none = new Set<string>();
    return saveConversationEnds(store, this.#of(), {
      done: 1,
      rechunked: read
        ? [
            {
              conversation: conversation.id,
              revision: read.revision,
              sums: await sumsInPages(store.rows, conversation.id),
              chunks: [],
              end: { message: none, exchange: none },
            },
          ]
        : [],
    });
  }
}
