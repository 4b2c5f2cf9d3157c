// Markdown without its marks, for places that show a piece of a text: a snippet, a quote, a card. By lines, in one pass: a parser would
// take longer for the hits of a page than the search itself, and a piece of a text is seldom whole Markdown.

/** Without one of these there is nothing to do. */
const anyMark = /[*_`~#>[|\\+<]|^[ \t]*-/mu;
const fence = /^[ \t]{0,12}(`{3,}|~{3,})/u;
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/u;
const tableRule = /^(?=.*(?:\||--))[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/u;
const tableRow = /^[ \t]*\|(.*)\|[ \t]*$/u;
const heading = /^ {0,3}#{1,6}[ \t]+/u;
const quote = /^ {0,3}(?:>[ \t]?)+/u;
const bullet = /^([ \t]*)[*+-][ \t]+/u;

/** A link or an image, with an address that may have a pair of brackets. */
const link =
  /!?\[([^[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s"[^"\n]{0,300}")?\)/gu;
const lineBreak = /<br ?\/?>/giu;
const strong = /(?<!\\)(\*{2,3})(?=[^\s*])([^*]*[^\s*\\])\1/gu;
/** A single star within a word is a sign of multiplication or a wildcard. */
const emphasis = /(?<![\p{L}\p{N}*\\])\*(?=[^\s*])([^*]*[^\s*\\])\*(?!\*)/gu;
/** An underscore within a word is part of a name. */
const underscored = /(?<![\p{L}\p{N}_])(_{1,2})(?=[^\s_])([^_]*[^\s_])\1(?![\p{L}\p{N}_])/gu;
const struck = /~~(?=[^\s~])([^~]*[^\s~])~~/gu;
const escaped = /\\([!-/:-@[-`{-~])/gu;
const identifier = /^[a-z]+$/u;

/** Outside of code. Emphasis may contain emphasis once. */
const withoutMarks = (text: string): string => {
  let plain = text.replaceAll(link, "$1").replaceAll(lineBreak, "\n");
  for (let depth = 0; depth < 2; depth++)
    plain = plain
      .replaceAll(emphasis, "$1")
      .replaceAll(strong, "$2")
      // __init__ is a name of Python's.
      .replaceAll(underscored, (whole, mark: string, inner: string) =>
        mark.length === 2 && identifier.test(inner) ? whole : inner,
      );
  return plain.replaceAll(struck, "$1").replaceAll(escaped, "$1");
};

/** Code between backticks stays as it is. */
const plainLine = (line: string): string => {
  let plain = "";
  let from = 0;
  for (let at = line.indexOf("`"); at >= 0; ) {
    let open = at;
    while (line[open] === "`") open++;
    const mark = line.slice(at, open);
    const close = line.indexOf(mark, open);
    if (close < 0) break;
    plain += withoutMarks(line.slice(from, at)) + line.slice(open, close);
    from = close + mark.length;
    at = line.indexOf("`", from);
  }
  return plain + withoutMarks(line.slice(from));
};

const plainBlock = (line: string): string => {
  const [, cells] = tableRow.exec(line) ?? [];
  if (cells !== undefined)
    return cells
      .split("|")
      .map((cell) => plainLine(cell.trim()))
      .join(" · ");
  const bare = line.replace(quote, "").replace(heading, "");
  const [mark, indent = ""] = bullet.exec(bare) ?? [];
  return mark === undefined ? plainLine(bare) : `${indent}• ${plainLine(bare.slice(mark.length))}`;
};

/** The words of a Markdown text, with its lines; code is left as it is, and of a link its text. */
export const plainMarkdown = (text: string): string => {
  if (!anyMark.test(text)) return text;
  const lines: string[] = [];
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const mark = fence.exec(line)?.[1];
    if (open !== undefined) {
      if (mark?.startsWith(open)) open = undefined;
      else lines.push(line);
    } else if (mark !== undefined) open = mark;
    else if (!rule.test(line) && !tableRule.test(line)) lines.push(plainBlock(line));
  }
  return lines.join("\n");
};

/** A text as pieces of it are shown: assistants write Markdown, and their messages are shown as such where they are shown whole. */
export const shownText = (message: {
  readonly role: string;
  readonly kind?: string;
  readonly text: string;
}): string => {
  const { role, kind = "text", text } = message;
  return role === "assistant" && kind === "text" ? plainMarkdown(text) : text;
};
