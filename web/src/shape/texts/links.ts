// Plain text → text and links; only http, https and mailto become links.
export interface Piece {
  readonly text: string;
  readonly at: number;
  readonly href: string | undefined;
}

const address = /\bhttps?:\/\/[^\s<>"'`]+|\bmailto:[^\s<>"'`]+/giu;

/** The URL without punctuation at its end; a closing bracket stays where the URL has the opening one. */
const trimmed = (found: string): string => {
  let text = found;
  for (;;) {
    const last = text.at(-1) ?? "";
    if (/[.,;:!?*_~|]/u.test(last)) text = text.slice(0, -1);
    else if (last === ")" && !text.includes("(")) text = text.slice(0, -1);
    else if (last === "]" && !text.includes("[")) text = text.slice(0, -1);
    else return text;
  }
};

export const pieces = (text: string): readonly Piece[] => {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(address)) {
    const link = trimmed(match[0]);
    if (!URL.canParse(link)) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index), at, href: undefined });
    found.push({ text: link, at: match.index, href: link });
    at = match.index + link.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), at, href: undefined });
  return found;
};

/** The URL, where a link in a message may point to it; undefined otherwise: it is then shown as text. */
export const safeHref = (href: string | undefined): string | undefined => {
  if (href === undefined || !URL.canParse(href)) return undefined;
  return ["http:", "https:", "mailto:"].includes(new URL(href).protocol) ? href : undefined;
};
