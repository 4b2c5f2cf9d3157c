// What a person says the columns of a table hold: a choice for each column ↔ the mapping, and the messages that it gives.
import {
  type ColumnMapping,
  type ColumnUse,
  columnUses,
  type SeenTable,
  type TextColumn,
} from "#services/domain/columns.ts";
import { columnNames, layoutOf, messagesOfRow, writtenTime } from "#services/domain/table-rows.ts";

/** What one column holds: nothing that is read, a text, a question or its answer, or one of the uses. */
export type ColumnChoice = "none" | "text" | "asked" | "answered" | ColumnUse;

/** In the order in which they are offered. */
export const choiceWords: readonly { readonly value: ColumnChoice; readonly label: string }[] = [
  { value: "none", label: "Kept, not read" },
  { value: "text", label: "Text of the message" },
  { value: "author", label: "Author" },
  { value: "role", label: "Role (user, assistant)" },
  { value: "time", label: "Time, or date and time" },
  { value: "date", label: "Date, with or without a time" },
  { value: "conversation", label: "Conversation" },
  { value: "title", label: "Title of the conversation" },
  { value: "channel", label: "Channel" },
  { value: "id", label: "Id of the message" },
  { value: "replyTo", label: "Id of the message answered" },
  { value: "asked", label: "Question (of a user)" },
  { value: "answered", label: "Answer (of an assistant)" },
];

export const choiceLabel = (choice: ColumnChoice): string =>
  choiceWords.find(({ value }) => value === choice)?.label ?? choice;

const choiceOfText = ({ role }: TextColumn): ColumnChoice => {
  if (role === "assistant") return "answered";
  return role === "user" ? "asked" : "text";
};

/** The choice for each column. */
export const choicesOf = (columns: readonly string[], mapping: ColumnMapping): ColumnChoice[] =>
  columns.map((name) => {
    const text = mapping.text.find(({ column }) => column === name);
    if (text) return choiceOfText(text);
    // A channel is the conversation as well, where no other column is.
    if (mapping.channel === name) return "channel";
    return columnUses.find((use) => mapping[use] === name) ?? "none";
  });

/** With another choice for one column: where only one column can be of a use, the one before it is none any more. */
export const withChoice = (
  choices: readonly ColumnChoice[],
  at: number,
  choice: ColumnChoice,
): ColumnChoice[] =>
  choices.map((known, other) => {
    if (other === at) return choice;
    return known === choice && choice !== "text" ? "none" : known;
  });

const textOf = (column: string, choice: ColumnChoice): TextColumn | undefined => {
  if (choice === "text") return { column };
  if (choice === "asked") return { column, role: "user" };
  return choice === "answered" ? { column, role: "assistant" } : undefined;
};

/** @param before what is kept of it: the order of dates, the sheet */
export const mappingOfChoices = (
  { columns, headings }: Pick<SeenTable, "columns" | "headings">,
  choices: readonly ColumnChoice[],
  before: Pick<ColumnMapping, "dateOrder" | "sheet">,
): ColumnMapping => {
  const nameOf = (use: ColumnChoice): string | undefined => columns[choices.indexOf(use)];
  const uses = Object.fromEntries(
    columnUses.flatMap((use) => {
      const name = nameOf(use);
      return name === undefined ? [] : [[use, name]];
    }),
  );
  const channel = nameOf("channel");
  const { dateOrder, sheet } = before;
  return {
    text: columns.flatMap((name, at) => textOf(name, choices[at] ?? "none") ?? []),
    ...(channel !== undefined && { conversation: channel }),
    ...uses,
    ...(dateOrder !== undefined && { dateOrder }),
    ...(sheet !== undefined && { sheet }),
    ...(headings === "none" && { headings: false }),
  };
};

/** The same table with its first row taken for names, or for a message. */
export const withHeadings = (table: SeenTable, headings: "row" | "none"): SeenTable => {
  if (table.headings === headings) return table;
  const isNumbered = headings === "none";
  const [first = [], ...others] = table.rows;
  const rows = isNumbered ? [table.columns, ...table.rows] : others;
  return {
    ...table,
    headings,
    rows,
    columns: isNumbered ? table.columns.map((_, at) => String(at + 1)) : columnNames(first),
    mapping: { text: [] },
  };
};

export interface PreviewedMessage {
  readonly key: string;
  readonly author: string;
  /** As it is written in the table. */
  readonly time: string;
  readonly text: string;
}

/** The messages of the first rows. */
export const previewOf = (table: SeenTable, mapping: ColumnMapping): PreviewedMessage[] => {
  const layout = layoutOf(mapping, table.columns);
  if ("missing" in layout) return [];
  return table.rows.flatMap((cells, row) =>
    messagesOfRow(cells, layout).map(({ nth, author, text }) => ({
      key: `${row}/${nth}`,
      author,
      time: writtenTime(cells, layout),
      text,
    })),
  );
};

/** The first values of a column, to know it by. */
export const examplesOf = ({ rows }: SeenTable, at: number): string =>
  rows
    .map((cells) => cells[at]?.trim() ?? "")
    .filter((cell) => cell !== "")
    .slice(0, 3)
    .join(" · ");
