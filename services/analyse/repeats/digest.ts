// Numbers that stand for texts: equal for equal texts, for sorting by content and for counting texts of the same shape.

/** FNV-1a over UTF-16 units, from a given start. */
const fnv = (text: string, start: number): number => {
  let hash = start;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

/** 53 bits: two texts of a million share one with a chance of 1 in 18,000. */
const number53 = (high: number, low: number): number => (high & 0x1fffff) * 2 ** 32 + low;

/** The text's number, without regard to letter case and white space; depends on nothing else, so that it is the same in every home. */
export const digestOf = (text: string): number => {
  const plain = text.toLowerCase().replaceAll(/\s+/g, " ").trim();
  return number53(fnv(plain, 0x9747b28c), fnv(plain, 0x811c9dc5));
};

/** One number of two, in this order. */
export const mixed = (one: number, other: number): number =>
  number53(
    Math.imul((one % 2 ** 32) ^ 0x85ebca6b, 0xc2b2ae35) ^ Math.floor(other / 2 ** 32),
    (Math.imul(one % 2 ** 32, 0x01000193) ^ (other % 2 ** 32)) >>> 0,
  );

const address = /^\s*@?[^\s:,]{2,40}[:,] /;
const marked = /`[^`\n]*`|\*\*[^*\n]*\*\*|"[^"\n]*"|“[^”\n]*”|«[^»\n]*»/g;
const link = /\b[a-z]+:\/\/\S+|\bwww\.\S+/gi;
const named = /[@#]\S+|\S*\d\S*/g;

/** Words whose order makes the beginning of a shape. */
const BEGINNING = 4;

export interface Shape {
  /** Stands for the text without names, numbers, links, and what is quoted. */
  readonly whole: number;
  /** The same for its first words. */
  readonly beginning: number;
  readonly words: number;
}

/** The shape of a text: notices that a bot fills in have the same one. */
export const shapeOf = (text: string): Shape => {
  const words = text
    .slice(0, 600)
    .replace(address, "")
    .replaceAll(marked, " ")
    .replaceAll(link, " ")
    .replaceAll(named, " ")
    .toLowerCase()
    .match(/\p{L}+/gu);
  const all = words ?? [];
  return {
    whole: fnv(all.join(" "), 0x811c9dc5),
    beginning: fnv(all.slice(0, BEGINNING).join(" "), 0x811c9dc5),
    words: all.length,
  };
};
