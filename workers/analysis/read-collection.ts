// Reads a collection for its analysis: the vectors of a version, and all messages as the columns of a frame.
import { setImmediate } from "node:timers/promises";
import { tokenize } from "#index-store/index-store.ts";
import {
  type Frame,
  type FrameBuilder,
  Growing,
  Names,
  NO_SENTIMENT,
  openFrameBuilder,
  roles,
} from "#services/analyse/frame/frame.ts";
import { openSmallTalk } from "#services/analyse/names/names.ts";
import { digestOf, openNotices } from "#services/analyse/repeats/repeats.ts";
import { flagsOf, sentimentOf } from "#services/analyse/tone/tone.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import {
  chunkMessages,
  collectionStats,
  type FrameMessage,
  type FramePage,
  type Rows,
  streamFrameRows,
} from "#services/store/store.ts";
import type { ChunkVectors } from "./chunk-vectors.ts";
import { PackedIds } from "./packed-ids.ts";
import {
  type Gathered,
  type MadePoints,
  makePoints,
  pointKinds,
  type ReadPoints,
  type ShownPoints,
} from "./read-points.ts";

export interface ReadCollection {
  readonly builder: FrameBuilder;
  /** What is grouped. */
  readonly points: ReadPoints;
  /** What the frame's points are. */
  readonly shown: ShownPoints;
  /** By message: 1 where its words describe its point, 0 for answers, notices and small talk beside more telling messages. */
  readonly tells: Uint8Array;
}

/** Numbers the chunks of the version, in the order of the index. */
const readChunks = async (vectors: ChunkVectors, signal: AbortSignal): Promise<PackedIds> => {
  const chunks = new PackedIds();
  for await (const ids of vectors.ids()) {
    signal.throwIfAborted();
    for (const id of ids) chunks.add(id);
  }
  return chunks;
};

/** Which chunks a message is in, and its language. */
interface Places {
  readonly messages: PackedIds;
  /** By number of the message. */
  readonly first: Growing<Uint32Array<ArrayBuffer>>;
  /** Further chunks of long messages, by number of the message. */
  readonly later: ReadonlyMap<number, readonly number[]>;
  /** By chunk: a place in `languages`, −1 for none. */
  readonly language: Int16Array;
  readonly languages: readonly string[];
}

/**
 * Queries of rows never leave the microtask queue. Without a turn of the event loop for each page this process would not answer its
 * parent, which kills a worker that is silent for minutes.
 *
 * Chunks that are not in the version are left out: they were added, or removed, after it.
 */
const readPlaces = async (
  rows: Rows,
  collection: CollectionId,
  { chunks, signal }: { readonly chunks: PackedIds; readonly signal: AbortSignal },
): Promise<Places> => {
  const messages = new PackedIds();
  const first = new Growing((n) => new Uint32Array(n));
  const later = new Map<number, number[]>();
  const language = new Int16Array(chunks.size).fill(-1);
  const languages = new Names();
  for await (const page of chunkMessages(rows, collection)) {
    await setImmediate();
    signal.throwIfAborted();
    for (const { id, messages: covered, language: spoken } of page) {
      const chunk = chunks.find(id);
      if (chunk < 0) continue;
      language[chunk] = languages.placeOf(spoken);
      for (const message of covered) {
        const known = messages.size;
        const number = messages.add(message);
        if (number === known) {
          first.push(chunk);
          continue;
        }
        const more = later.get(number);
        if (more) more.push(chunk);
        else later.set(number, [chunk]);
      }
    }
  }
  return { messages, first, later, language, languages: languages.list };
};

/** In assistant chats, answers and what tools return belong to the question before them. */
const answering = new Set(["assistant", "tool"]);

/** Puts messages together into subjects as they are read: each with its answers and all of its chunks, or each conversation. */
class Subjects {
  readonly unit: Frame["unit"];
  readonly ofChunk: Int32Array;
  readonly messageOfChunk: Int32Array;
  readonly first = new Growing((n) => new Uint32Array(n));
  readonly ofMessage = new Growing((n) => new Int32Array(n));
  readonly chunkOfMessage = new Growing((n) => new Int32Array(n));
  readonly digest = new Growing((n) => new Float64Array(n));
  readonly asks = new Growing((n) => new Uint8Array(n));
  readonly smallTalk = new Growing((n) => new Uint8Array(n));
  readonly notices = openNotices();
  #conversation = -1;
  #current = -1;

  constructor(unit: Frame["unit"], chunks: number) {
    this.unit = unit;
    this.ofChunk = new Int32Array(chunks).fill(-1);
    this.messageOfChunk = new Int32Array(chunks).fill(-1);
  }

  /** The chunks of the next message, `row` of the frame. */
  meet(
    chunks: readonly number[],
    row: number,
    { conversation, role }: { readonly conversation: number; readonly role: string },
  ): void {
    const known = this.ofChunk[chunks[0] ?? -1] ?? -1;
    const goes = conversation === this.#conversation && this.#current >= 0;
    const joins = goes && (this.unit === "conversation" || answering.has(role));
    this.#conversation = conversation;
    this.chunkOfMessage.push(chunks[0] ?? -1);
    if (chunks.length === 0) {
      this.ofMessage.push(-1);
      return;
    }
    // A chunk of several short messages belongs to the first of them.
    let own = joins ? this.#current : known;
    if (own < 0) {
      own = this.first.length;
      this.first.push(row);
    }
    this.#current = own;
    this.ofMessage.push(own);
    for (const chunk of chunks) {
      if ((this.ofChunk[chunk] ?? -1) >= 0) continue;
      this.ofChunk[chunk] = own;
      this.messageOfChunk[chunk] = row;
    }
  }

  gathered(): Gathered {
    const notice = this.notices.found();
    const kind = notice.map((is, row) => {
      if (is === 1) return pointKinds.notice;
      return this.smallTalk.at(row) === 1 ? pointKinds.smallTalk : pointKinds.telling;
    });
    return {
      shownByChunk: this.unit === "chunk",
      subjectOf: this.ofChunk,
      messageOf: this.messageOfChunk,
      first: this.first.all(),
      messages: {
        subject: this.ofMessage.all(),
        chunk: this.chunkOfMessage.all(),
        digest: this.digest.all(),
        kind,
        asks: this.asks.all(),
      },
    };
  }
}

/** In the frame's unit. */
const hundredths = (sentiment: number | null): number =>
  sentiment === null ? NO_SENTIMENT : Math.round(sentiment * 100);

interface Adding {
  readonly builder: FrameBuilder;
  readonly places: Places;
  readonly subjects: Subjects;
  readonly mainLanguage: string | null;
  readonly isSmallTalk: (text: string, language: string | null) => boolean;
  readonly authors: Map<string, number>;
}

const numberOf = (authors: Map<string, number>, author: string): number => {
  const known = authors.get(author) ?? authors.size;
  authors.set(author, known);
  return known;
};

const addMessage = (
  { builder, places, subjects, mainLanguage, isSmallTalk, authors }: Adding,
  message: FrameMessage,
  context: { conversation: number; before: string | null },
) => {
  const { role, text } = message;
  const number = places.messages.find(message.id);
  const first = number < 0 ? undefined : places.first.at(number);
  const language =
    first === undefined ? null : (places.languages[places.language[first] ?? -1] ?? null);
  const chunks = first === undefined ? [] : [first, ...(places.later.get(number) ?? [])];
  subjects.meet(chunks, builder.messages, { conversation: context.conversation, role });
  subjects.digest.push(digestOf(text));
  subjects.asks.push(role === "user" || role === "person" ? 1 : 0);
  subjects.smallTalk.push(isSmallTalk(text, language ?? mainLanguage) ? 1 : 0);
  // What people ask an assistant again and again is what they want to see.
  if (role === "user" || role === "assistant") subjects.notices.skip();
  else subjects.notices.add(text, numberOf(authors, message.author));
  builder.message({
    id: message.id,
    author: message.author,
    role,
    at: message.at,
    model: message.model,
    language,
    length: text.length,
    sentiment: hundredths(sentimentOf(text, language ?? mainLanguage)),
    flags: flagsOf(text, {
      role: roles.find((one) => one === role) ?? "person",
      before: context.before,
    }),
    // The chunk; `build` is given the points that are shown.
    point: first ?? -1,
  });
};

interface PageState {
  conversations: number;
  conversation: string;
  /** The last text of each author in the conversation. */
  readonly last: Map<string, string>;
}

/** Calls back for each message, with the message before by the same author in the conversation. */
const eachMessage = (
  page: FramePage,
  state: PageState,
  use: {
    conversation: (of: FramePage["conversations"][number]) => void;
    message: (of: FrameMessage, before: string | null, conversation: number) => void;
  },
) => {
  let next = 0;
  for (const message of page.messages) {
    if (message.conversation_id !== state.conversation) {
      // Skips conversations without a visible message.
      for (;;) {
        const conversation = page.conversations[next];
        if (conversation === undefined) break;
        next++;
        use.conversation(conversation);
        state.conversations++;
        if (conversation.id === message.conversation_id) break;
      }
      state.conversation = message.conversation_id;
      state.last.clear();
    }
    const before = state.last.get(message.author) ?? null;
    use.message(message, before, state.conversations - 1);
    state.last.set(message.author, message.text);
  }
  for (const conversation of page.conversations.slice(next)) {
    use.conversation(conversation);
    state.conversations++;
  }
};

/** The points of the frame: all chunks that have a point, in the order of their messages, or the points themselves. */
const shownPoints = (
  chunks: PackedIds,
  { points, pointOfChunk }: MadePoints,
  { unit, messageOf }: { readonly unit: Frame["unit"]; readonly messageOf: Int32Array },
): { readonly shown: ShownPoints; readonly placeOfChunk: Int32Array } => {
  if (unit === "conversation")
    return {
      shown: {
        ids: points.ids,
        message: points.message,
        pointOf: Uint32Array.from(points.ids.keys()),
      },
      placeOfChunk: pointOfChunk,
    };
  const order = Uint32Array.from(pointOfChunk.keys())
    .filter((chunk) => (pointOfChunk[chunk] ?? -1) >= 0)
    .sort((a, b) => (messageOf[a] ?? 0) - (messageOf[b] ?? 0) || a - b);
  const placeOfChunk = new Int32Array(chunks.size).fill(-1);
  for (const [place, chunk] of order.entries()) placeOfChunk[chunk] = place;
  const ids = Array.from(order, (chunk) => chunks.at(chunk));
  return {
    shown: {
      ids,
      message: Uint32Array.from(order, (chunk) => messageOf[chunk] ?? 0),
      pointOf: Uint32Array.from(order, (chunk) => pointOfChunk[chunk] ?? 0),
    },
    placeOfChunk,
  };
};

/** Assumed for texts that are too short to tell: the language of most of the others. */
const mainLanguageOf = async (rows: Rows, collection: CollectionId): Promise<string | null> => {
  const { languages } = await collectionStats(rows, collection);
  return languages.find(({ language }) => language !== null)?.language ?? null;
};

export interface Reading {
  readonly rows: Rows;
  readonly collection: CollectionId;
  readonly vectors: ChunkVectors;
  readonly unit: Frame["unit"];
  readonly signal: AbortSignal;
}

/** Messages that came after the version, or are in none of its chunks, have no point. */
export const readCollection = async (reading: Reading): Promise<ReadCollection> => {
  const { rows, collection, vectors, unit, signal } = reading;
  const chunks = await readChunks(vectors, signal);
  const places = await readPlaces(rows, collection, { chunks, signal });
  const mainLanguage = await mainLanguageOf(rows, collection);
  const builder = openFrameBuilder();
  const subjects = new Subjects(unit, chunks.size);
  const state = { conversations: 0, conversation: "", last: new Map<string, string>() };
  const adding: Adding = {
    builder,
    places,
    subjects,
    mainLanguage,
    isSmallTalk: openSmallTalk(tokenize, mainLanguage ?? "en"),
    authors: new Map(),
  };
  for await (const page of streamFrameRows(rows, collection)) {
    await setImmediate();
    signal.throwIfAborted();
    eachMessage(page, state, {
      conversation: (of) => builder.conversation(of),
      message: (message, before, conversation) =>
        addMessage(adding, message, { conversation, before }),
    });
  }
  const gathered = subjects.gathered();
  const made = await makePoints(gathered, { vectors, chunks, signal });
  const { shown, placeOfChunk } = shownPoints(chunks, made, {
    unit,
    messageOf: gathered.messageOf,
  });
  builder.place((chunk) => placeOfChunk[chunk] ?? -1);
  return { builder, points: made.points, shown, tells: made.tells };
};

/**
 * Every message of the frame with its text, which is not in the frame, in the frame's order. A message that came later is
 * skipped, and one that is gone is left out.
 */
export const eachText = async (
  { rows, collection, signal }: Pick<Reading, "rows" | "collection" | "signal">,
  ids: Frame["messages"]["ids"],
  use: (message: FrameMessage, row: number) => void,
): Promise<void> => {
  let next = 0;
  /** Made where the order was broken once: by a message that came later, or one that is gone. */
  let places: Map<string, number> | undefined;
  for await (const page of streamFrameRows(rows, collection)) {
    await setImmediate();
    signal.throwIfAborted();
    for (const message of page.messages) {
      if (message.id !== ids.at(next)) {
        places ??= new Map(Array.from({ length: ids.length }, (_, row) => [ids.at(row), row]));
        const place = places.get(message.id);
        if (place === undefined) continue;
        next = place;
      }
      use(message, next++);
    }
  }
};
