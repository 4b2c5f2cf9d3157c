// Finds the code blocks of a text, lines between two fences of backticks or tildes, in one pass.

export interface CodeBlock {
  readonly start: number;
  /** After the closing fence, before its line end. */
  readonly end: number;
}

const fence = /^[ \t]{0,64}(`{3,}|~{3,})/;

/**
 * A block ends at the first line that starts with a fence of the same character, at least as long as the opening one. An
 * unclosed fence starts no block.
 */
export const codeBlocks = (text: string): readonly CodeBlock[] => {
  if (!text.includes("```") && !text.includes("~~~")) return [];
  const found: CodeBlock[] = [];
  let open: { readonly start: number; readonly mark: string } | undefined;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const mark = fence.exec(text.slice(start, end))?.[1];
    if (mark !== undefined) {
      if (!open) open = { start, mark };
      else if (mark.startsWith(open.mark)) {
        found.push({ start: open.start, end });
        open = undefined;
      }
    }
    start = end + 1;
  }
  return found;
};
