// Reads a collection for its analysis: the vectors of a version, and all messages as the columns of a frame.
import { setImmediate } from "node:timers/promises";
import { IdTable, tokenize, type VersionRows } from "#index-store/index-store.ts";
import {
  type Frame,
  type FrameBuilder,
  NO_SENTIMENT,
  openFrameBuilder,
  roles,
} from "#services/analyse/frame/frame.ts";
import { openSmallTalk } from "#services/analyse/names/names.ts";
import { digestOf, openNotices } from "#services/analyse/repeats/repeats.ts";
import { flagsOf, sentimentOf } from "#services/analyse/tone/tone.ts";
import { Growing } from "#services/domain/growing.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import {
  collectionStats,
  type FrameMessage,
  type FramePage,
  type Rows,
  streamFrameRows,
} from "#services/store/store.ts";
import { openPlaces, type Places } from "./message-places.ts";
import {
  type Gathered,
  idsOf,
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
  /** Authors who repeat themselves as bots do. */
  readonly bots: readonly string[];
}

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
    const smallTalk = this.smallTalk.all();
    const kind = notice.map((is, row) => {
      if (is === 1) return pointKinds.notice;
      return smallTalk[row] === 1 ? pointKinds.smallTalk : pointKinds.telling;
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
  const { chunks, language } = places.of(message.id);
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
    point: chunks[0] ?? -1,
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
  ids: VersionRows["ids"],
  { points, pointOfChunk }: MadePoints,
  { unit, messageOf }: { readonly unit: Frame["unit"]; readonly messageOf: Int32Array },
): { readonly shown: ShownPoints; readonly placeOfChunk: Int32Array } => {
  if (unit === "conversation")
    return {
      shown: {
        ids: points.ids,
        message: points.message,
        pointOf: Uint32Array.from({ length: points.ids.length }, (_, point) => point),
      },
      placeOfChunk: pointOfChunk,
    };
  const order = Uint32Array.from(pointOfChunk.keys())
    .filter((chunk) => (pointOfChunk[chunk] ?? -1) >= 0)
    .sort((a, b) => (messageOf[a] ?? 0) - (messageOf[b] ?? 0) || a - b);
  const placeOfChunk = new Int32Array(ids.length).fill(-1);
  for (const [place, chunk] of order.entries()) placeOfChunk[chunk] = place;
  return {
    shown: {
      ids: idsOf(ids, order),
      message: order.map((chunk) => messageOf[chunk] ?? 0),
      pointOf: order.map((chunk) => pointOfChunk[chunk] ?? 0),
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
  readonly version: VersionRows;
  readonly unit: Frame["unit"];
  readonly signal: AbortSignal;
}

/** Queries never leave the microtask queue: without this nothing else, such as an answer to the parent, would get a turn for minutes. */
const takeTurns = (): Promise<void> => setImmediate();

/** Messages that came after the version, or are in none of its chunks, have no point. */
export const readCollection = async (reading: Reading): Promise<ReadCollection> => {
  const { rows, collection, version, unit, signal } = reading;
  const places = openPlaces(rows, collection, version.ids);
  const mainLanguage = await mainLanguageOf(rows, collection);
  const builder = openFrameBuilder();
  const subjects = new Subjects(unit, version.ids.length);
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
    signal.throwIfAborted();
    await takeTurns();
    await places.reach(page);
    eachMessage(page, state, {
      conversation: (of) => builder.conversation(of),
      message: (message, before, conversation) =>
        addMessage(adding, message, { conversation, before }),
    });
  }
  const gathered = subjects.gathered();
  const guessed = subjects.notices.bots();
  const bots = [...adding.authors].flatMap(([name, number]) => (guessed.has(number) ? name : []));
  const made = await makePoints(gathered, { version, signal });
  const { shown, placeOfChunk } = shownPoints(version.ids, made, {
    unit,
    messageOf: gathered.messageOf,
  });
  builder.place((chunk) => placeOfChunk[chunk] ?? -1);
  return { builder, points: made.points, shown, tells: made.tells, bots };
};

const tableOf = (ids: Frame["messages"]["ids"]): IdTable => {
  const table = new IdTable();
  for (let row = 0; row < ids.length; row++) table.add(ids.at(row));
  return table;
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
  let places: IdTable | undefined;
  for await (const page of streamFrameRows(rows, collection)) {
    signal.throwIfAborted();
    await takeTurns();
    for (const message of page.messages) {
      if (message.id !== ids.at(next)) {
        places ??= tableOf(ids);
        const place = places.find(message.id);
        if (place === undefined) continue;
        next = place;
      }
      use(message, next++);
    }
  }
};
