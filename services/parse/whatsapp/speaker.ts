// Who speaks in a line of an exported chat: the name up to the first colon, or nobody.
import { marks } from "./stamp.ts";

export interface Spoken {
  /** Null where the program itself speaks. */
  readonly author: string | null;
  /** What follows the name, its marks included. */
  readonly text: string;
}

/** No name is longer. */
const LONGEST = 120;
/** Names are counted up to so many. */
const MOST_NAMES = 50_000;

const leading = new RegExp(`^(?:${marks}|\\s)*(?:~[\\s]*)?(?:${marks})*`, "u");
const everyMark = new RegExp(marks, "gu");
const quotes = /["“”„«»「」]/gu;

/** Before names that are not among the phone's contacts stands `~ `. */
const nameIn = (text: string): string => text.replace(leading, "").replaceAll(everyMark, "").trim();

/** Whether a quote begins in a text that does not end there. */
const isOpen = (text: string): boolean => (text.match(quotes)?.length ?? 0) % 2 === 1;

/** Up to the first colon with a blank or the end after it. */
const split = (rest: string): Spoken => {
  const at = rest.slice(0, LONGEST + 2).search(/:(?:[\s\u200e\u200f]|$)/u);
  const author = at < 0 ? "" : nameIn(rest.slice(0, at));
  if (author === "") return { author: null, text: rest };
  return { author, text: rest.slice(at + 1).replace(/^\s/u, "") };
};

/** Reads a file's lines twice: first all of them are counted, then each is told apart by what was counted. */
export const openSpeakers = () => {
  const counted = new Map<string, number>();
  /** Lines in which a quote that begins in the name goes on after the colon, and ends. */
  const closed = new Map<string, number>();
  /** `Ann changed the subject to "Plan: B"` is a notice: such a beginning is a name only where somebody is called so again and again. */
  const isName = (author: string): boolean => {
    const times = counted.get(author) ?? 0;
    return !isOpen(author) || (times >= 3 && (closed.get(author) ?? 0) < times);
  };
  return {
    /** Who speaks in the chat, the first few of them. */
    some: (most: number): string[] => [...counted.keys()].filter(isName).slice(0, most),
    /** @param rest of the line after its time */
    count(rest: string): void {
      const { author, text } = split(rest);
      if (author === null) return;
      const times = counted.get(author) ?? 0;
      if (times === 0 && counted.size >= MOST_NAMES) return;
      counted.set(author, times + 1);
      if (isOpen(author) && isOpen(text)) closed.set(author, (closed.get(author) ?? 0) + 1);
    },
    of(rest: string): Spoken {
      const spoken = split(rest);
      if (spoken.author === null) {
        // `Ann:.` is what Ann says, as others of her lines show.
        const at = rest.indexOf(":");
        const author = at < 0 ? "" : nameIn(rest.slice(0, at));
        return counted.has(author) ? { author, text: rest.slice(at + 1) } : spoken;
      }
      return isName(spoken.author) ? spoken : { author: null, text: rest };
    },
  };
};

/** The speakers of lines, each by itself. */
export const speakersIn = (rests: readonly string[]): (string | null)[] =>
  rests.map((rest) => split(rest).author);
