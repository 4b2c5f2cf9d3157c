// Titles made of the beginning of what somebody said, where a conversation has none of its own.

const MOST = 80;
const CUT = " …";

const inOneLine = (text: string): string => text.replaceAll(/\s+/gu, " ").trim();

/** What a title was made of, where it is only the beginning of it: a value that is cut is no longer recognised. */
export interface TitleSource {
  /** Stands before the beginning of the text. */
  readonly lead: string;
  readonly text: string;
}

/** "" where the text has no words. */
export const titleFromText = (text: string): string => {
  const line = inOneLine(text);
  return line.length <= MOST ? line : `${line.slice(0, MOST).replace(/\s\S*$/u, "")}${CUT}`;
};

/** A title, with its source where it is cut. */
export const titleFrom = (
  source: TitleSource,
): { readonly title: string; readonly titleSource?: TitleSource } => {
  const title = titleFromText(source.text);
  const { lead } = source;
  return title.endsWith(CUT)
    ? { title: lead + title, titleSource: source }
    : { title: lead + title };
};

/** The source of a stored title among the texts of its conversation; undefined where it is not cut, or of none of them. */
export const findTitleSource = (
  title: string,
  texts: Iterable<string>,
): TitleSource | undefined => {
  if (!title.endsWith(CUT)) return undefined;
  const beginning = title.slice(0, -CUT.length);
  const lead = /^[^:]*: /u.exec(beginning)?.[0] ?? "";
  for (const text of texts) {
    const line = inOneLine(text.slice(0, 10 * MOST));
    if (line.startsWith(beginning)) return { lead: "", text };
    if (lead !== "" && line.startsWith(beginning.slice(lead.length))) return { lead, text };
  }
  return undefined;
};
