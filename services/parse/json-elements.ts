// The elements of a huge JSON array, one by one: bytes are split by brackets and strings only, each element is parsed by JSON.parse.

import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  isBlank,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SIGN_BYTES,
  StringState,
} from "./json-bytes.ts";
import { recordIn, signOf } from "./json-sign.ts";
import type { LongRecord, LongSink } from "./long-record.ts";

/** Bytes read again, in all, while looking for the next whole element after a broken one: keeps a hostile file linear. */
const RESCAN_BUDGET = 256 * 1024 * 1024;
/** How far is looked ahead for it at a time: doubled on each failure, so that the cost follows the distance. */
const FIRST_STRIDE = 512;
const LONGEST_STRIDE = 1024 * 1024;

export interface ElementOptions<T> {
  readonly elementBytes: number;
  readonly depth: number;
  /** Objects and arrays that one element may hold. */
  readonly nodes: number;
  /** Bytes before the array that is meant, where it lies inside an object; 0 otherwise. */
  readonly from: number;
  /** How elements begin, where that is known before the first one is read. */
  readonly sign?: RegExp | undefined;
  /** Where the chunks begin, if that is not the beginning of the file. */
  readonly begin?: ElementBorder | undefined;
  /** undefined where the bytes are no JSON. */
  readonly parse: (bytes: Buffer) => T | undefined;
  /** Where given, objects of more than `bytes` are not parsed at once. */
  readonly long?: {
    readonly bytes: number;
    readonly open: () => LongSink;
    /** Whether a short one that the end of the file cuts off is read as far as it goes, as long ones are. */
    readonly readsCut: (bytes: Buffer) => boolean;
  };
}

/** A place between two elements, and what has to be known to go on there. */
export interface ElementBorder {
  /** The byte that follows. */
  readonly at: number;
  /** Number of the elements before it. */
  readonly index: number;
  readonly insideList: boolean;
  /** How elements begin, once one was read. */
  readonly sign: string | null;
  /** Bytes that may still be read again. */
  readonly budget: number;
}

/** What a chunk completes. */
export interface ElementBatch<T> {
  readonly elements: readonly Element<T>[];
  /** The last place up to which nothing is open; undefined within or after damage. */
  readonly border: ElementBorder | undefined;
}

export type Element<T> =
  | { readonly kind: "value"; readonly index: number; readonly value: T }
  | { readonly kind: "long"; readonly index: number; readonly record: LongRecord }
  | {
      readonly kind: "bad";
      readonly index: number;
      readonly code: "bad-json" | "too-large" | "too-deep" | "truncated";
    };

/**
 * A file of one array, of one object (which is then the one element), or of several of these in a row.
 * After a broken element it goes on at the next place that begins as the elements before began.
 */
export async function* jsonElements<T>(
  chunks: AsyncIterable<Buffer>,
  options: ElementOptions<T>,
): AsyncGenerator<ElementBatch<T>> {
  const splitter = openSplitter(options);
  try {
    for await (const chunk of chunks) {
      const elements = splitter.take(chunk);
      yield { elements, border: splitter.border() };
    }
    yield { elements: splitter.end(), border: undefined };
  } finally {
    splitter.close();
  }
}

const empty: Buffer = Buffer.alloc(0);

/** skipping: inside an element too large to hold · lost: after a broken element whose brackets cannot be trusted. */
type State = "outside" | "list" | "element" | "skipping" | "lost" | "done";

const openSplitter = <T>(options: ElementOptions<T>) => {
  const { begin: begun } = options;
  let state: State = begun?.insideList ? "list" : "outside";
  let skip = begun ? 0 : options.from;
  let index = begun?.index ?? 0;
  let depth = 0;
  let deepest = 0;
  let nodes = 0;
  const string = new StringState();
  let scalar = false;
  let isObject = false;
  /** Takes the bytes of the element, where it is long, and how others begin. */
  let sink: LongSink | undefined;
  let othersSign: RegExp | undefined;
  let insideList = begun?.insideList ?? false;
  let afterBad = false;
  let pieces: Buffer[] = [];
  let held = 0;
  let budget = begun?.budget ?? RESCAN_BUDGET;
  let sign = typeof begun?.sign === "string" ? new RegExp(begun.sign) : options.sign;
  /** Bytes that were taken, and where among them the element in hand begins. */
  let taken = begun?.at ?? 0;
  let elementAt = 0;
  /** Whether it follows damage. */
  let follows = false;
  let tail = empty;
  let stride = FIRST_STRIDE;
  /** What is still to be worked on, in order: more than the chunk itself where bytes are read again. */
  let queue: Buffer[] = [];
  let found: Element<T>[] = [];

  const bad = (code: Extract<Element<T>, { kind: "bad" }>["code"]) => {
    found.push({ kind: "bad", index, code });
    index += 1;
  };

  /** @param left bytes from it on, of those that were taken */
  const begin = (byte: number, left: number) => {
    state = "element";
    follows = afterBad;
    elementAt = taken - left - queue.reduce((sum, { length }) => sum + length, 0);
    depth = 0;
    deepest = 0;
    nodes = 0;
    afterBad = false;
    string.reset();
    isObject = byte === OPEN_OBJECT;
    scalar = !isObject && byte !== OPEN_LIST;
    pieces = [];
    held = 0;
  };

  /** A whole element stands in `bytes`. @returns where to go on inside it, if it is broken and another begins in it. */
  const finish = (bytes: Buffer): number | undefined => {
    state = insideList ? "list" : "outside";
    if (deepest > options.depth) {
      bad("too-deep");
      return undefined;
    }
    if (nodes > options.nodes) {
      bad("too-large");
      return undefined;
    }
    // A list among conversations is a bracket too many before the rest of them.
    const isStray = options.long !== undefined && sign !== undefined && bytes[0] === OPEN_LIST;
    const value = isStray ? undefined : options.parse(bytes);
    if (value === undefined) {
      bad("bad-json");
      afterBad = true;
      return nextInside(bytes);
    }
    sign ??= signOf(bytes);
    found.push({ kind: "value", index, value });
    index += 1;
    return undefined;
  };

  /** Where the next element seems to begin inside a broken one. */
  const nextInside = (bytes: Buffer): number | undefined => {
    const known = sign ?? signOf(bytes);
    if (!known || bytes.length > budget) return undefined;
    budget -= bytes.length;
    const next = recordIn(bytes.toString("latin1", 1), known);
    return next < 0 ? undefined : 1 + next;
  };

  /** A closing bracket, or a comma after a scalar. @returns the index after the element's end, or -1 where it goes on. */
  const close = (byte: number, at: number): number => {
    const over = scalar && depth === 0;
    if (byte === COMMA) return over ? at : -1;
    if (over) return at;
    depth -= 1;
    return depth === 0 ? at + 1 : -1;
  };

  /** Goes through the bytes of an element. @returns the index after its end, or -1 where it goes on. */
  const scan = (chunk: Buffer, start: number): number => {
    let i = string.isOpen ? string.leave(chunk, start) : start;
    while (i < chunk.length) {
      const byte = chunk[i] ?? 0;
      if (byte === QUOTE) {
        i = string.enter(chunk, i + 1);
        continue;
      }
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        depth += 1;
        nodes += 1;
        if (depth > deepest) deepest = depth;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte === COMMA) {
        const end = close(byte, i);
        if (end >= 0) return end;
      }
      i += 1;
    }
    return -1;
  };

  /** A byte between elements. @returns whether an element begins with it. */
  const opens = (byte: number): boolean => {
    if (byte === OPEN_OBJECT) return true;
    if (state === "outside" && byte === OPEN_LIST) {
      state = "list";
      insideList = true;
      return false;
    }
    if (state === "list" && byte === CLOSE_LIST) {
      insideList = false;
      state = options.from > 0 ? "done" : "outside";
      return false;
    }
    if (state === "list" && byte !== CLOSE_OBJECT && !afterBad) return true;
    // Bytes that belong nowhere: said once for each run of them.
    if (!afterBad) bad("bad-json");
    afterBad = true;
    if (sign) skipFrom("lost");
    return false;
  };

  /** Between elements. @returns the index of the first byte of an element, or of where to look on in another state. */
  const seek = (chunk: Buffer, start: number): number => {
    for (let i = start; i < chunk.length; i += 1) {
      const byte = chunk[i] ?? 0;
      if (isBlank(byte) || byte === COMMA) continue;
      if (opens(byte)) {
        begin(byte, chunk.length - i);
        return i;
      }
      if (state === "lost" || state === "done") return i;
    }
    return chunk.length;
  };

  /** Only the beginning of another element is looked for, or, in one too large to be held, its end. */
  const skipOn = (chunk: Buffer, start: number) => {
    const piece = chunk.subarray(start, start + stride);
    if (start + stride < chunk.length) queue.unshift(chunk.subarray(start + stride));
    stride = Math.min(stride * 2, LONGEST_STRIDE);
    const text = Buffer.concat([tail, piece]);
    const next = sign ? recordIn(text.toString("latin1"), sign) : -1;
    const scanned = state === "lost" ? -1 : scan(piece, 0);
    const end = scanned < 0 ? -1 : scanned + tail.length;
    tail = Buffer.from(text.subarray(-SIGN_BYTES));
    if (end < 0 && next < 0) return;
    state = insideList ? "list" : "outside";
    queue.unshift(text.subarray(next >= 0 && (end < 0 || next < end) ? next : end));
  };

  const skipFrom = (mode: "skipping" | "lost") => {
    state = mode;
    tail = empty;
    stride = FIRST_STRIDE;
  };

  const endLong = () => {
    if (!sink) return;
    found.push({ kind: "long", index, record: sink.end() });
    sink = undefined;
    index += 1;
    state = insideList ? "list" : "outside";
  };

  /** As `hold`, of an element that is long. */
  const holdLong = (chunk: Buffer, piece: Buffer, end: number): number => {
    const again = sink?.push(piece, othersSign);
    if (again !== undefined) {
      endLong();
      queue.unshift(again, chunk.subarray(end < 0 ? chunk.length : end));
      return chunk.length;
    }
    if (end < 0) return chunk.length;
    endLong();
    return end;
  };

  /** Bytes of an element, up to its end or to the end of what is there. */
  const hold = (chunk: Buffer, start: number): number => {
    const end = scan(chunk, start);
    const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
    const { long } = options;
    if (end < 0 && isObject && long && !sink && held + piece.length > long.bytes) {
      const all = Buffer.concat([...pieces, piece]);
      pieces = [];
      sink = long.open();
      othersSign = sign ?? signOf(all);
      return holdLong(chunk, all, end);
    }
    if (sink) return holdLong(chunk, piece, end);
    if (end >= 0) {
      const bytes = pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
      pieces = [];
      const again = finish(bytes);
      if (again === undefined) return end;
      queue.unshift(bytes.subarray(again), chunk.subarray(end));
    } else if (held + piece.length > options.elementBytes) {
      bad("too-large");
      pieces = [];
      skipFrom("skipping");
    } else {
      pieces.push(piece);
      held += piece.length;
    }
    return chunk.length;
  };

  const work = (chunk: Buffer) => {
    let at = 0;
    while (at < chunk.length && state !== "done") {
      if (state === "skipping" || state === "lost") {
        skipOn(chunk, at);
        return;
      }
      if (state === "element") at = hold(chunk, at);
      else at = seek(chunk, at);
    }
  };

  const workOn = (...buffers: Buffer[]) => {
    queue = buffers;
    for (let next = queue.shift(); next; next = queue.shift()) work(next);
  };

  const take = (chunk: Buffer): readonly Element<T>[] => {
    found = [];
    taken += chunk.length;
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    workOn(rest);
    return found;
  };

  const border = (): ElementBorder | undefined => {
    const isBetween = state === "list" || state === "outside";
    const isClean = isBetween ? !afterBad && skip === 0 : state === "element" && !follows;
    if (!isClean) return undefined;
    const at = isBetween ? taken : elementAt;
    return { at, index, insideList, sign: sign?.source ?? null, budget };
  };

  return {
    take,
    border,
    close: () => sink?.close(),
    end(): readonly Element<T>[] {
      const all: Element<T>[] = [];
      found = all;
      if (sink) {
        endLong();
        return all;
      }
      while (state === "element") {
        const bytes = Buffer.concat(pieces);
        const again = nextInside(bytes);
        if (again === undefined && isObject && options.long?.readsCut(bytes)) {
          sink = options.long.open();
          sink.push(bytes);
          endLong();
          return all;
        }
        if (again === undefined) break;
        bad("bad-json");
        state = insideList ? "list" : "outside";
        workOn(bytes.subarray(again));
      }
      if (state === "element" || state === "list" || state === "skipping") bad("truncated");
      return all;
    },
  };
};
