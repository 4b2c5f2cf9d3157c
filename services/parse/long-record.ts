// A JSON record that is too long to be held: its messages go into a file one by one as its bytes come, the rest of it stays in memory.
import { decoded } from "./encoding.ts";
import type { ParseLimits } from "./events.ts";
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isBlank,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SIGN_BYTES,
  StringState,
} from "./json-bytes.ts";
import { JsonGuard } from "./json-guard.ts";
import { headValue } from "./json-head.ts";
import { recordIn } from "./json-sign.ts";
import { jsonOf } from "./json-text.ts";
import { isObject, type Json } from "./message.ts";
import { openSpool, type Spool } from "./spool.ts";

/** The members that hold a conversation's messages, in the formats that are read. */
const listNames: ReadonlySet<string> = new Set([
  "messages",
  "MessageList",
  "conversation",
  "conversations",
  "chat_messages",
  "docs",
  "mapping",
]);

export interface LongList {
  readonly name: string;
  /** An object's members are read with their names. */
  readonly kind: "array" | "object";
  readonly length: number;
  /** The nth member, of an object as one with that member; undefined where it is damaged. */
  read(nth: number): unknown;
}

export interface LongRecord {
  /** The record with its lists of messages empty; undefined where it is no object. */
  readonly envelope: Json | undefined;
  /** What is too much of the record without its messages: then it has no envelope. */
  readonly refused: "too-deep" | "too-large" | undefined;
  readonly lists: readonly LongList[];
  /** False where its end is missing. */
  readonly isWhole: boolean;
  /** Members that are too large or too deep to be messages: left out. */
  readonly unfit: number;
  close(): void;
}

export interface LongSink {
  /**
   * Takes the next bytes.
   * @param sign how others begin
   * @returns the bytes from where another begins, where this one is damaged and did not end before
   */
  push(bytes: Buffer, sign?: RegExp): Buffer | undefined;
  /** After the last bytes; the record is to be closed. */
  end(): LongRecord;
  /** Where there is no end. */
  close(): void;
}

interface OpenList {
  readonly name: string;
  readonly kind: "array" | "object";
  readonly first: number;
  length: number;
}

type Limits = Pick<ParseLimits, "elementBytes" | "elementNodes" | "jsonDepth">;

/** @param folder where its file is made */
export const openLongRecord = (folder: string, limits: Limits): LongSink => {
  const spool: Spool = openSpool(folder);
  const lists: OpenList[] = [];
  /** The list whose members are read now. */
  let list: OpenList | undefined;
  let envelope: Buffer[] = [];
  let envelopeBytes = 0;
  let envelopeNodes = 0;
  let refused: LongRecord["refused"];
  let depth = 0;
  const string = new StringState();
  /** At depth 1: the name being read, and the last one that was read whole. */
  let name: Buffer[] | undefined;
  let lastName = "";
  let afterColon = false;
  let isWhole = false;
  let unfit = 0;
  /** Of the member that is open. */
  let size = 0;
  let nodes = 0;
  let tooMuch = false;
  let blank = true;
  const guard = new JsonGuard();
  /** After damage: the last bytes, in which another record may begin that goes on in the next ones. */
  let tail: Buffer | undefined;

  const keep = (bytes: Buffer) => {
    if (bytes.length === 0) return;
    if (list) {
      if (tooMuch) return;
      size += bytes.length;
      if (size > limits.elementBytes) {
        tooMuch = true;
        spool.dropPiece();
        return;
      }
      spool.write(bytes);
      return;
    }
    envelopeBytes += bytes.length;
    if (envelopeBytes > limits.elementBytes) refuse("too-large");
    if (refused === undefined) envelope.push(Buffer.from(bytes));
  };

  /** Without its envelope nothing is known of the record. */
  const refuse = (why: NonNullable<LongRecord["refused"]>) => {
    refused ??= why;
    envelope = [];
  };

  const beginMember = () => {
    size = 0;
    nodes = 0;
    tooMuch = false;
    blank = true;
  };

  const endMember = () => {
    if (tooMuch) unfit += 1;
    else if (blank) spool.dropPiece();
    else {
      spool.endPiece();
      if (list) list.length += 1;
    }
    beginMember();
  };

  const open = (byte: number) => {
    depth += 1;
    if (depth === 2 && list === undefined && afterColon && listNames.has(lastName)) {
      const kind = byte === OPEN_LIST ? "array" : "object";
      const fits = (lastName === "mapping") === (kind === "object");
      return fits ? kind : undefined;
    }
    if (list) {
      blank = false;
      nodes += 1;
      if (depth > limits.jsonDepth || nodes > limits.elementNodes) {
        if (!tooMuch) spool.dropPiece();
        tooMuch = true;
      }
      return undefined;
    }
    envelopeNodes += 1;
    if (depth > limits.jsonDepth) refuse("too-deep");
    else if (envelopeNodes > limits.elementNodes) refuse("too-large");
    return undefined;
  };

  const readName = (bytes: Buffer, from: number, to: number) => {
    if (name === undefined) return;
    name.push(Buffer.from(bytes.subarray(from, to)));
    if (string.isOpen) return;
    const text = Buffer.concat(name).toString("utf8");
    lastName = String(jsonOf(`"${text}`) ?? "");
    name = undefined;
  };

  /** The bytes in hand, and where the stretch of them begins that goes to the same place. */
  let chunk: Buffer = Buffer.alloc(0);
  let from = 0;
  const cut = (to: number) => {
    keep(chunk.subarray(from, to));
    from = to;
  };

  /** A string begins. @returns the index after its end */
  const passString = (start: number): number => {
    blank = false;
    if (depth === 1 && !afterColon) name = [];
    const end = string.enter(chunk, start);
    readName(chunk, start, end);
    return end;
  };

  const opened = (byte: number, at: number) => {
    const kind = open(byte);
    if (kind === undefined) return;
    cut(at + 1);
    list = { name: lastName, kind, first: spool.pieces, length: 0 };
    lists.push(list);
    beginMember();
  };

  const closed = (at: number) => {
    depth -= 1;
    if (list && depth === 1) {
      cut(at);
      endMember();
      list = undefined;
    }
    isWhole = depth === 0;
  };

  const separated = (at: number) => {
    if (depth === 1) afterColon = false;
    if (!list || depth !== 2) return;
    cut(at);
    endMember();
    from = at + 1;
  };

  /** A byte outside of strings. */
  const pass = (byte: number, at: number): void => {
    switch (byte) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        opened(byte, at);
        return;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        closed(at);
        return;
      case COMMA:
        separated(at);
        return;
      case COLON:
        if (depth === 1) afterColon = true;
        return;
      default:
        if (blank && !isBlank(byte)) blank = false;
    }
  };

  /** @returns where damage shows for the first time, or -1 */
  const take = (bytes: Buffer): number => {
    chunk = bytes;
    from = 0;
    let broken = -1;
    let i = 0;
    if (string.isOpen) {
      i = string.leave(bytes, 0);
      readName(bytes, 0, i);
    }
    while (i < bytes.length && !isWhole) {
      const byte = bytes[i] ?? 0;
      if (!guard.isBroken && !isBlank(byte)) {
        guard.pass(byte);
        if (guard.isBroken) broken = i;
      }
      if (byte === QUOTE) i = passString(i + 1);
      else {
        pass(byte, i);
        i += 1;
      }
    }
    cut(i);
    return broken;
  };

  /** The bytes from where another record begins; undefined where none does. */
  const lookFor = (sign: RegExp, bytes: Buffer): Buffer | undefined => {
    const text = Buffer.concat([tail ?? Buffer.alloc(0), bytes]);
    tail = Buffer.from(text.subarray(-SIGN_BYTES));
    const next = recordIn(text.toString("latin1"), sign);
    return next < 0 ? undefined : text.subarray(next);
  };

  const readEnvelope = (): Json | undefined => {
    if (refused !== undefined) return undefined;
    const { text } = decoded(Buffer.concat(envelope));
    const value = isWhole ? jsonOf(text) : headValue(text).value;
    return isObject(value) ? value : undefined;
  };

  return {
    push(bytes, sign) {
      const broken = take(bytes);
      if (!guard.isBroken || isWhole || sign === undefined) return undefined;
      // Damage may show only at the beginning of the next record.
      return lookFor(sign, broken < 0 ? bytes : bytes.subarray(Math.max(0, broken - SIGN_BYTES)));
    },
    close: () => spool.close(),
    end() {
      const envelopeRead = readEnvelope();
      envelope = [];
      return {
        envelope: envelopeRead,
        refused,
        isWhole,
        unfit,
        lists: lists.map(({ name: listName, kind, first, length }) => ({
          name: listName,
          kind,
          length,
          read(nth) {
            const { text } = decoded(spool.read(first + nth));
            return jsonOf(kind === "array" ? text : `{${text}}`);
          },
        })),
        close: () => spool.close(),
      };
    },
  };
};
