// The beginning of a JSON file → the value it begins, with what is cut off left out: enough to see its shape.

import { SIGN_BYTES } from "./json-bytes.ts";
import { recordIn, signOf } from "./json-sign.ts";
import { jsonOf } from "./json-text.ts";

export interface HeadValue {
  /** undefined where the text begins no JSON object or array. */
  readonly value: unknown;
  /** Byte offsets of the arrays that lie directly in the outermost object, in order. */
  readonly lists: readonly number[];
}

/** How deep a head is followed: shapes show in the first levels. */
const DEEPEST = 200;

/** The index of a string's closing quote, or the text's length. */
const stringEnd = (text: string, start: number): number => {
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i;
  }
  return text.length;
};

/** Goes through the text's brackets. @returns what to keep of it, with what it takes to close it, and where arrays begin. */
const outline = (text: string) => {
  const open: string[] = [];
  const lists: number[] = [];
  let kept = { end: 0, closers: "" };
  const mark = (end: number) => {
    kept = { end, closers: open.toReversed().join("") };
  };
  const opened = (at: number, closer: string): boolean => {
    if (closer === "]" && open.length === 1 && open[0] === "}") lists.push(at);
    open.push(closer);
    mark(at + 1);
    return open.length < DEEPEST;
  };
  const closed = (at: number, closer: string): boolean => {
    const right = open.pop() === closer;
    if (right) mark(at + 1);
    return right && open.length > 0;
  };
  for (let i = 0, going = true; going && i < text.length; i += 1) {
    const at = text[i] ?? "";
    if (at === '"') i = stringEnd(text, i + 1);
    else if (at === "{") going = opened(i, "}");
    else if (at === "[") going = opened(i, "]");
    else if (at === "}" || at === "]") going = closed(i, at);
    else if (at === ",") mark(i);
  }
  return { ...kept, lists };
};

/** Cuts the text after its last whole member and closes what is open. */
export const headValue = (text: string): HeadValue => {
  const { end, closers, lists } = outline(text);
  const value = jsonOf(text.slice(0, end) + closers);
  // Not JSON after all: the caller sees `undefined` and looks for another format.
  if (value === undefined) return { value, lists: [] };
  return { value, lists: lists.map((at) => Buffer.byteLength(text.slice(0, at))) };
};

/** As many records as show what a list holds. */
const ITEMS = 50;

/** How the records of a list begin, by the first of them; undefined where no other one begins so. @param text from the list on */
export const headSign = (text: string): RegExp | undefined => {
  const first = text.indexOf("{");
  const sign = first < 0 ? undefined : signOf(Buffer.from(text.slice(first, first + SIGN_BYTES)));
  return sign?.test(text.slice(first + 1)) ? sign : undefined;
};

/** The records of a list in which one is damaged, each as far as it is there. */
export const headItems = (text: string): unknown[] => {
  const items: unknown[] = [];
  const sign = headSign(text);
  if (!sign) return items;
  let rest = text;
  for (let next = recordIn(rest, sign); next >= 0 && items.length < ITEMS; ) {
    const { value } = headValue(rest.slice(next));
    if (value !== undefined) items.push(value);
    rest = rest.slice(next + 1);
    next = recordIn(rest, sign);
  }
  return items;
};
