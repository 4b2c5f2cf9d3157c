// The beginning of a JSON file → the value it begins, with what is cut off left out: enough to see its shape.

export interface HeadValue {
  /** undefined where the text begins no JSON object or array. */
  readonly value: unknown;
  /** Byte offsets of the arrays that lie directly in the outermost object, in order. */
  readonly lists: readonly number[];
}

/** How deep a head is followed: shapes show in the first levels. */
const DEEPEST = 200;

/** Cuts the text after its last whole member and closes what is open. */
export const headValue = (text: string): HeadValue => {
  const open: string[] = [];
  const lists: number[] = [];
  let cut = 0;
  let closers = "";
  const mark = (at: number) => {
    cut = at;
    closers = open.toReversed().join("");
  };
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const at = text[i];
    if (inString) {
      if (at === "\\") i += 1;
      else if (at === '"') inString = false;
      continue;
    }
    if (at === '"') inString = true;
    else if (at === "{" || at === "[") {
      if (at === "[" && open.length === 1 && open[0] === "}") lists.push(i);
      open.push(at === "{" ? "}" : "]");
      if (open.length > DEEPEST) break;
      mark(i + 1);
    } else if (at === "}" || at === "]") {
      if (open.pop() !== at) break;
      mark(i + 1);
      if (open.length === 0) break;
    } else if (at === ",") mark(i);
  }
  const offsets = lists.map((at) => Buffer.byteLength(text.slice(0, at)));
  try {
    return { value: JSON.parse(text.slice(0, cut) + closers), lists: offsets };
  } catch {
    // Not JSON after all: the caller sees `undefined` and looks for another format.
    return { value: undefined, lists: [] };
  }
};
