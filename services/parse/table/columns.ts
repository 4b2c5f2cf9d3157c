// The heading of a table → which column holds what: guessed from the names that exports of chats and tickets use.
import { cellsOf } from "./cells.ts";

/** What a column may hold. */
export type ColumnUse =
  | "text"
  | "author"
  | "role"
  | "time"
  | "date"
  | "conversation"
  | "title"
  | "id"
  | "replyTo";

const names: readonly (readonly [ColumnUse, string])[] = [
  [
    "text",
    "text message content body msg comment utterance messagetext messagecontent messagebody",
  ],
  ["author", "author from sender user username name speaker nick sendername fromname authorname"],
  ["author", "createdby displayname agent writer"],
  ["role", "role authorrole senderrole speakerrole"],
  [
    "time",
    "time timestamp datetime createdat sentat created sent ts sentdate senttime messagetime",
  ],
  ["date", "date day"],
  [
    "conversation",
    "conversationid conversation threadid thread chatid chat channel channelname room",
  ],
  ["conversation", "sessionid session ticketid ticket caseid dialogueid dialogid group groupid"],
  ["title", "title subject conversationtitle"],
  ["id", "id messageid msgid"],
  ["replyTo", "replyto inreplyto parentid replytoid parentmessageid"],
];

const uses: ReadonlyMap<string, ColumnUse> = new Map(
  names.flatMap(([use, words]) => words.split(" ").map((word) => [word, use] as const)),
);

/** Columns of tables of payments and of changes to source, whose rows have people and words too. */
const ofOthers = new Set(
  "amount iban balance debit credit betrag commit commithash sha".split(" "),
);

/** A table that can be read. */
export interface Table {
  readonly delimiter: string;
  readonly headings: readonly string[];
  /** The column of each use; the first one that is called so. */
  readonly columns: ReadonlyMap<ColumnUse, number>;
}

const headingOf = (cell: string): string => cell.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

const tableOf = (heading: string, delimiter: string): Table | undefined => {
  const headings = cellsOf(heading, delimiter).map((cell) => cell.trim());
  const columns = new Map<ColumnUse, number>();
  for (const [at, cell] of headings.entries()) {
    const use = uses.get(headingOf(cell));
    if (use !== undefined && !columns.has(use)) columns.set(use, at);
  }
  const isChat = columns.has("text") && (columns.has("author") || columns.has("role"));
  if (headings.some((cell) => ofOthers.has(headingOf(cell)))) return undefined;
  return isChat ? { delimiter, headings, columns } : undefined;
};

/** @returns undefined where the first line is no heading with a column for words and one for who wrote them */
export const tableIn = (head: string): Table | undefined => {
  const [first = ""] = head.trimStart().split(/\r?\n/, 1);
  if (first.length > 10_000) return undefined;
  for (const delimiter of [",", "\t", ";", "|"]) {
    const table = tableOf(first, delimiter);
    if (table) return table;
  }
  return undefined;
};
