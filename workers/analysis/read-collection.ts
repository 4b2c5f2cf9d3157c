// Reads a collection for its analysis: the vectors of a version, and all messages as the columns of a frame.
import type { Searcher } from "#index-store/index-store.ts";
import {
  type Frame,
  type FrameBuilder,
  NO_SENTIMENT,
  openFrameBuilder,
  roles,
} from "#services/analyse/frame/frame.ts";
import { flagsOf, sentimentOf } from "#services/analyse/tone/tone.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { dot, type Vectors } from "#services/domain/vectors.ts";
import {
  chunkMessages,
  collectionStats,
  type FrameMessage,
  type FramePage,
  type Rows,
  streamFrameRows,
} from "#services/store/store.ts";

/** The units that are clustered and drawn, as read. */
export interface ReadPoints {
  /** For each point: its chunk, or the most typical chunk of its conversation. */
  readonly ids: readonly string[];
  /** Unit length. */
  readonly vectors: Vectors;
  /** The first message of each point: a row of the frame. */
  readonly message: Uint32Array;
  /**
   * The point that a chunk is of; undefined where it is of none. Points of earlier runs are known again by it: the most typical
   * chunk of a conversation is another one when it has grown.
   */
  readonly pointOf: (chunk: string) => number | undefined;
}

export interface ReadCollection {
  readonly builder: FrameBuilder;
  readonly points: ReadPoints;
}

interface Chunks {
  readonly ids: readonly string[];
  readonly vectors: Vectors;
}

const BATCH_ROWS = 8192;

const readVectors = async (searcher: Searcher, signal: AbortSignal): Promise<Chunks> => {
  const { dim, rows } = searcher;
  const data = new Float32Array(rows * dim);
  const ids: string[] = [];
  for await (const batch of searcher.scan(BATCH_ROWS)) {
    signal.throwIfAborted();
    data.set(batch.vectors.data.subarray(0, batch.ids.length * dim), ids.length * dim);
    for (const id of batch.ids) ids.push(id);
  }
  return { ids, vectors: { dim, rows: ids.length, data } };
};

/** The first chunk of a message, and the message's language. */
interface Place {
  readonly chunk: number;
  readonly language: string | null;
  /** Further chunks of a long message. */
  readonly later: number[];
}

/** Chunks that are not in the version are left out: they were added, or removed, after it. */
const readPlaces = async (
  rows: Rows,
  collection: CollectionId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Place>> => {
  const chunkRows = new Map(ids.map((id, row) => [id, row]));
  const places = new Map<string, Place>();
  for await (const page of chunkMessages(rows, collection))
    for (const { id, messages, language } of page) {
      const chunk = chunkRows.get(id);
      if (chunk === undefined) continue;
      for (const message of messages) {
        const known = places.get(message);
        if (known) known.later.push(chunk);
        else places.set(message, { chunk, language, later: [] });
      }
    }
  return places;
};

/** Creates points when their first message is read: one per chunk, or one per conversation. */
class PointRows {
  readonly unit: Frame["unit"];
  /** Point of each chunk; −1 until one of its messages is read. */
  readonly ofChunk: Int32Array;
  readonly message: number[] = [];
  #conversation = -1;
  #conversationPoint = -1;

  constructor(unit: Frame["unit"], chunks: number) {
    this.unit = unit;
    this.ofChunk = new Int32Array(chunks).fill(-1);
  }

  /** The point of a message: `row` is its row in the frame, `conversation` the number of its conversation. */
  meet(chunk: number, row: number, conversation: number): number {
    const known = this.ofChunk[chunk] ?? -1;
    if (known >= 0) return known;
    if (this.unit === "chunk" || conversation !== this.#conversation) {
      this.#conversation = conversation;
      this.#conversationPoint = this.message.length;
      this.message.push(row);
    }
    this.ofChunk[chunk] = this.#conversationPoint;
    return this.#conversationPoint;
  }
}

/** In the frame's unit. */
const hundredths = (sentiment: number | null): number =>
  sentiment === null ? NO_SENTIMENT : Math.round(sentiment * 100);

/** The point of a message's first chunk; later chunks are points of their own, or of the same conversation. */
const pointOf = (
  points: PointRows,
  { chunk, later }: Place,
  row: number,
  conversation: number,
): number => {
  const point = points.meet(chunk, row, conversation);
  for (const further of later) points.meet(further, row, conversation);
  return point;
};

const addMessage = (
  reading: {
    builder: FrameBuilder;
    places: ReadonlyMap<string, Place>;
    points: PointRows;
    mainLanguage: string | null;
  },
  message: FrameMessage,
  context: { conversation: number; before: string | null },
) => {
  const { builder, places, points, mainLanguage } = reading;
  const place = places.get(message.id);
  const language = place?.language ?? null;
  builder.message({
    id: message.id,
    author: message.author,
    role: message.role,
    at: message.at,
    model: message.model,
    language,
    length: message.text.length,
    sentiment: hundredths(sentimentOf(message.text, language ?? mainLanguage)),
    flags: flagsOf(message.text, {
      role: roles.find((role) => role === message.role) ?? "person",
      before: context.before,
    }),
    point:
      place === undefined ? -1 : pointOf(points, place, builder.messages, context.conversation),
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

const scaled = (vector: Float32Array): void => {
  const length = Math.hypot(...vector);
  if (length > 0) for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] ?? 0) / length;
};

const pointsAs = (
  { ids, vectors: { dim } }: Chunks,
  points: PointRows,
  data: Float32Array,
): Omit<ReadPoints, "ids"> => {
  const chunkRows = new Map(ids.map((id, chunk) => [id, chunk]));
  return {
    vectors: { dim, rows: points.message.length, data },
    message: Uint32Array.from(points.message),
    pointOf: (id) => {
      const chunk = chunkRows.get(id);
      const point = chunk === undefined ? -1 : (points.ofChunk[chunk] ?? -1);
      return point < 0 ? undefined : point;
    },
  };
};

/** The unit mean of each conversation's chunks, and the chunk nearest to it. */
const conversationPoints = (chunks: Chunks, points: PointRows): ReadPoints => {
  const { dim } = chunks.vectors;
  const count = points.message.length;
  const data = new Float32Array(count * dim);
  const rowOf = (chunk: number) => chunks.vectors.data.subarray(chunk * dim, (chunk + 1) * dim);
  const mean = (point: number) => data.subarray(point * dim, (point + 1) * dim);
  for (const [chunk, point] of points.ofChunk.entries()) {
    if (point < 0) continue;
    const [sum, row] = [mean(point), rowOf(chunk)];
    for (let d = 0; d < dim; d++) sum[d] = (sum[d] ?? 0) + (row[d] ?? 0);
  }
  for (let point = 0; point < count; point++) scaled(mean(point));
  const nearest = new Float32Array(count).fill(-2);
  const ids = Array.from({ length: count }, () => "");
  for (const [chunk, point] of points.ofChunk.entries()) {
    if (point < 0) continue;
    const cosine = dot(mean(point), rowOf(chunk));
    if (cosine <= (nearest[point] ?? 0)) continue;
    nearest[point] = cosine;
    ids[point] = chunks.ids[chunk] ?? "";
  }
  return { ids, ...pointsAs(chunks, points, data) };
};

/** The chunks in the order of their messages, so that neighbours in a conversation are neighbours here. */
const chunkPoints = (chunks: Chunks, points: PointRows): ReadPoints => {
  const { dim } = chunks.vectors;
  const count = points.message.length;
  const data = new Float32Array(count * dim);
  const ids = Array.from({ length: count }, () => "");
  for (const [chunk, point] of points.ofChunk.entries()) {
    if (point < 0) continue;
    ids[point] = chunks.ids[chunk] ?? "";
    data.set(chunks.vectors.data.subarray(chunk * dim, (chunk + 1) * dim), point * dim);
  }
  return { ids, ...pointsAs(chunks, points, data) };
};

/** Assumed for texts that are too short to tell: the language of most of the others. */
const mainLanguageOf = async (rows: Rows, collection: CollectionId): Promise<string | null> => {
  const { languages } = await collectionStats(rows, collection);
  return languages.find(({ language }) => language !== null)?.language ?? null;
};

export interface Reading {
  readonly rows: Rows;
  readonly collection: CollectionId;
  readonly searcher: Searcher;
  readonly unit: Frame["unit"];
  readonly signal: AbortSignal;
}

/** Messages that came after the version, or are in none of its chunks, have no point. */
export const readCollection = async (reading: Reading): Promise<ReadCollection> => {
  const { rows, collection, searcher, unit, signal } = reading;
  const chunks = await readVectors(searcher, signal);
  const places = await readPlaces(rows, collection, chunks.ids);
  const mainLanguage = await mainLanguageOf(rows, collection);
  const builder = openFrameBuilder();
  const points = new PointRows(unit, chunks.ids.length);
  const state = { conversations: 0, conversation: "", last: new Map<string, string>() };
  for await (const page of streamFrameRows(rows, collection)) {
    signal.throwIfAborted();
    eachMessage(page, state, {
      conversation: (of) => builder.conversation(of),
      message: (message, before, conversation) =>
        addMessage({ builder, places, points, mainLanguage }, message, { conversation, before }),
    });
  }
  return {
    builder,
    points: unit === "chunk" ? chunkPoints(chunks, points) : conversationPoints(chunks, points),
  };
};

/**
 * Every message of the frame with its text, which is not in the frame, in the frame's order. A message that came later is
 * skipped.
 */
export const eachText = async (
  { rows, collection, signal }: Pick<Reading, "rows" | "collection" | "signal">,
  ids: Frame["messages"]["ids"],
  use: (message: FrameMessage, row: number) => void,
): Promise<void> => {
  let row = 0;
  for await (const page of streamFrameRows(rows, collection)) {
    signal.throwIfAborted();
    for (const message of page.messages) {
      if (message.id !== ids.at(row)) continue;
      use(message, row++);
    }
  }
};
