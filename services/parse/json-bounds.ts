// Whether a piece of JSON is fit to be parsed: how deep it is nested, and how many objects and arrays it holds.
import type { ParseLimits } from "./events.ts";

/** Shorter pieces hold too little to be a danger to memory, and are too deep only with many brackets. */
const SHORT = 64 * 1024;

const count = (bytes: Buffer, byte: number): number => {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found += 1;
  return found;
};

/** undefined where nothing is wrong. JSON.stringify overflows the stack on a few thousand levels, so depth is no matter of taste. */
export const unfitFor = (
  bytes: Buffer,
  { jsonDepth, elementNodes }: Pick<ParseLimits, "jsonDepth" | "elementNodes">,
): "too-deep" | "too-large" | undefined => {
  // Counting brackets, those in strings too, lets nearly every line pass without a closer look.
  if (bytes.length < SHORT && count(bytes, 0x5b) + count(bytes, 0x7b) <= jsonDepth)
    return undefined;
  let level = 0;
  let nodes = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      level += 1;
      nodes += 1;
      if (level > jsonDepth) return "too-deep";
      if (nodes > elementNodes) return "too-large";
    } else if (byte === 0x5d || byte === 0x7d) level -= 1;
  }
  return undefined;
};
