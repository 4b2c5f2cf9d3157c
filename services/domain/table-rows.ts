// What the rows of a table say, once it is known which column holds what: the same for reading and for showing a preview.
import { type ColumnMapping, type ColumnUse, columnUses, type TextRole } from "./columns.ts";
import type { Role } from "./conversation.ts";

/** Names of columns as they stand in the heading, each made its own: an empty one is its number, the second “Name” is “Name (2)”. */
export const columnNames = (heading: readonly string[]): string[] => {
  const seen = new Map<string, number>();
  return heading.map((cell, at) => {
    const name = cell.trim().replaceAll(/\s+/gu, " ") || String(at + 1);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
};

/** A mapping with the places of its columns in a row. */
export interface Layout {
  readonly text: readonly { readonly at: number; readonly role: TextRole | undefined }[];
  readonly at: Readonly<Partial<Record<ColumnUse, number>>>;
}

const placeOf = (columns: readonly string[], name: string): number => {
  const exact = columns.indexOf(name);
  if (exact >= 0) return exact;
  const plain = name.trim().toLowerCase();
  return columns.findIndex((one) => one.trim().toLowerCase() === plain);
};

/** @returns the layout, or the names of columns that the table does not have */
export const layoutOf = (
  mapping: ColumnMapping,
  columns: readonly string[],
): Layout | { readonly missing: readonly string[] } => {
  const missing: string[] = [];
  const find = (name: string): number => {
    const at = placeOf(columns, name);
    if (at < 0) missing.push(name);
    return at;
  };
  const text = mapping.text.map(({ column, role }) => ({ at: find(column), role }));
  const at: Partial<Record<ColumnUse, number>> = {};
  for (const use of columnUses) {
    const name = mapping[use];
    if (name !== undefined) at[use] = find(name);
  }
  return missing.length > 0 ? { missing } : { text, at };
};

/** Words in columns of roles and of authors that say who an author is. */
const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["ai", "assistant"],
  ["bot", "assistant"],
  ["gpt", "assistant"],
  ["model", "assistant"],
  ["system", "system"],
  ["tool", "tool"],
]);

/** @returns undefined where the word says nothing of it */
export const roleOfWord = (word: string): Role | undefined => roles.get(word.trim().toLowerCase());

const named = {
  user: "User",
  assistant: "Assistant",
  system: "System",
  person: "Unknown",
} as const satisfies Record<TextRole, string>;

const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

export const cellOf = (cells: readonly string[], { at }: Layout, use: ColumnUse): string =>
  cells[at[use] ?? -1]?.trim() ?? "";

/** The time as it is written, the date first where it has a column of its own. */
export const writtenTime = (cells: readonly string[], layout: Layout): string =>
  [cellOf(cells, layout, "date"), cellOf(cells, layout, "time")].filter(Boolean).join(" ");

export interface RowMessage {
  /** Its place among the columns of text, from 0. */
  readonly nth: number;
  readonly author: string;
  readonly role: Role;
  readonly text: string;
}

/** What a cell of text is worth: its author is the row's, unless its column says another. */
const spoken = (
  cells: readonly string[],
  layout: Layout,
  role: TextRole | undefined,
): Pick<RowMessage, "author" | "role"> => {
  const [author, word] = [cellOf(cells, layout, "author"), cellOf(cells, layout, "role")];
  if (role === undefined)
    return {
      author: author || capital(word) || "Unknown",
      role: roleOfWord(word || author) ?? "person",
    };
  const isOfAuthor = (role === "user" || role === "person") && author !== "";
  return { author: isOfAuthor ? author : named[role], role };
};

/** The messages of a row: one, or one for each column of text whose cell is not empty. */
export const messagesOfRow = (cells: readonly string[], layout: Layout): RowMessage[] =>
  layout.text.flatMap(({ at, role }, nth) => {
    const text = cells[at] ?? "";
    if (layout.text.length > 1 && text.trim() === "") return [];
    return [{ nth, text, ...spoken(cells, layout, role) }];
  });
