// An account's export → the bytes of its lists of chats alone, one array after the other: the rest of it is no conversation.
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  StringState,
} from "../json-bytes.ts";

/** Members of the account that hold chats. */
const holders: ReadonlySet<string> = new Set(["chats", "left_chats"]);
/** No name that matters is longer. */
const LONGEST_NAME = 64;

/** What is known at a place in the account. */
const openPlace = () => {
  const string = new StringState();
  let depth = 0;
  /** The name being read at each of the two outer levels, and the last one that was read whole. */
  let reading = "";
  let isName = false;
  const names = ["", "", ""];
  let afterColon = false;
  /** The depth of the list of chats that is open; 0 where none is. */
  let listAt = 0;

  /** Goes through a string, or on in one. @returns the index after its end */
  const passString = (bytes: Buffer, start: number, begins: boolean): number => {
    const end = begins ? string.enter(bytes, start) : string.leave(bytes, start);
    if (!isName) return end;
    const to = string.isOpen ? end : end - 1;
    if (reading.length < LONGEST_NAME)
      reading += bytes.toString("latin1", start, Math.min(to, start + LONGEST_NAME));
    if (!string.isOpen) names[depth] = reading;
    return end;
  };
  const opened = (byte: number): void => {
    depth += 1;
    const isList = byte === OPEN_LIST && depth === 3;
    if (isList && holders.has(names[1] ?? "") && names[2] === "list") listAt = depth;
    afterColon = false;
  };

  /** A byte outside of strings. @returns whether a list of chats ends with it */
  const pass = (byte: number): boolean => {
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) opened(byte);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (listAt > depth) {
        listAt = 0;
        return true;
      }
    } else if (byte === COLON) afterColon = true;
    else if (byte === COMMA) afterColon = false;
    return false;
  };

  return {
    /** @returns the parts of the bytes that belong to lists of chats, brackets included */
    within(bytes: Buffer): Buffer[] {
      const found: Buffer[] = [];
      let from = listAt > 0 ? 0 : -1;
      let i = string.isOpen ? passString(bytes, 0, false) : 0;
      while (i < bytes.length) {
        const byte = bytes[i] ?? 0;
        if (byte === QUOTE) {
          isName = depth < 3 && !afterColon;
          reading = "";
          i = passString(bytes, i + 1, true);
          continue;
        }
        const ends = pass(byte);
        if (listAt > 0 && from < 0) from = i;
        i += 1;
        if (!ends) continue;
        found.push(bytes.subarray(from, i));
        from = -1;
      }
      if (from >= 0) found.push(bytes.subarray(from));
      return found;
    },
  };
};

/** @param bytes of an account's export */
export async function* chatLists(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const place = openPlace();
  for await (const chunk of bytes) yield* place.within(chunk);
}
