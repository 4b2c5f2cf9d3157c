// Columns of tables in requests and responses: which holds what, as JSON and as a line of text.
import { z } from "zod";
import {
  type ColumnMapping,
  columnConfidences,
  columnUses,
  dateOrders,
  mappingOrigins,
  type SeenTable,
  type TextColumn,
  tableHeadings,
  textRoles,
} from "#services/domain/columns.ts";
import { rejected } from "#services/domain/errors.ts";
import { instant } from "./common.ts";

const column = z.string().min(1).max(1000);

/** Which column holds what. Columns that are not named stay in each message's original record. */
export const columnMapping = z
  .object({
    text: z
      .array(z.object({ column, role: z.enum(textRoles).optional() }))
      .max(10)
      .meta({
        description:
          "Each makes one message of a row. Without a role its author is the row's, as `author` and `role` say.",
      }),
    ...Object.fromEntries(columnUses.map((use) => [use, column.optional()])),
    dateOrder: z.enum(dateOrders).optional(),
    headings: z.boolean().optional().meta({
      description: "False where the first row is a message: columns are called 1, 2, 3 then.",
    }),
    sheet: z.string().max(200).optional(),
  })
  .meta({ id: "ColumnMapping" }) as unknown as z.ZodType<ColumnMapping>;

/** A mapping that somebody chose: it has a column of text. */
export const chosenColumns = columnMapping.refine(({ text }) => text.length > 0, {
  message: "Name a column of text.",
});

/** A table of an upload, with what its columns were taken for. */
export const seenTable = z
  .object({
    place: z.string(),
    sheet: z.string().nullable(),
    columns: z.array(z.string()),
    headings: z.enum(tableHeadings),
    rows: z.array(z.array(z.string())),
    mapping: columnMapping,
    origin: z.enum(mappingOrigins),
    confidence: z.enum(columnConfidences),
    reasons: z.array(z.string()),
    isRead: z.boolean(),
  })
  .meta({ id: "SeenTable" }) as unknown as z.ZodType<SeenTable>;

export const uploadColumns = z
  .object({
    tables: z.array(seenTable),
    /** As it was chosen for this upload; null where nobody did. */
    chosen: columnMapping.nullable(),
  })
  .meta({ id: "UploadColumns" });
export type UploadColumns = z.infer<typeof uploadColumns>;

/** A mapping that a collection uses for all tables with these headings. */
export const keptColumns = z
  .object({
    id: z.string(),
    columns: z.array(z.string()),
    mapping: columnMapping,
    savedAt: instant,
  })
  .meta({ id: "KeptColumns" });
export type KeptColumns = z.infer<typeof keptColumns>;
export const keptColumnsList = z
  .object({ columns: z.array(keptColumns) })
  .meta({ id: "KeptColumnsList" });

const misread = (why: string) =>
  rejected(`The columns cannot be understood: ${why}.`, {
    code: "bad-columns",
    status: 400,
    hint: 'Write them as "text=Message,author=From,time=Date(dmy)", names with signs in quotes; "text=Question+Answer" makes two messages of a row; "headings=no" for a table without headings.',
  });

const quoted = /^"((?:[^"]|"")*)"/u;

/** Reads a name: in double quotes, or up to the next sign. */
const nameIn = (text: string): { readonly name: string; readonly rest: string } => {
  const [whole, inner] = quoted.exec(text) ?? [];
  if (whole !== undefined)
    return { name: (inner ?? "").replaceAll('""', '"'), rest: text.slice(whole.length) };
  const end = /[,+]|\((?:dmy|mdy|ymd|user|assistant|system|person)\)/u.exec(text)?.index;
  const name = text.slice(0, end ?? text.length);
  return { name: name.trim(), rest: end === undefined ? "" : text.slice(end) };
};

interface Named {
  readonly name: string;
  /** What stands behind it in brackets. */
  readonly note: string;
}

/** `A+"B"(user)` up to the comma. */
const namesIn = (text: string): { readonly names: readonly Named[]; readonly rest: string } => {
  const names: Named[] = [];
  let rest = text;
  for (;;) {
    const found = nameIn(rest.trimStart());
    const [whole = "", note = ""] = /^\s*\((\w+)\)/u.exec(found.rest) ?? [];
    if (found.name === "") throw misread("a column has no name");
    names.push({ name: found.name, note });
    rest = found.rest.slice(whole.length).trimStart();
    if (!rest.startsWith("+")) return { names, rest };
    rest = rest.slice(1);
  }
};

const isOf = <T extends string>(list: readonly T[], word: string): word is T =>
  list.some((one) => one === word);

const otherNames: ReadonlyMap<string, string> = new Map([
  ["reply-to", "replyTo"],
  ["reply", "replyTo"],
  ["message", "id"],
]);

/** The columns of text: of two without roles the first asks and the second answers. */
const textsOf = (names: readonly Named[]): TextColumn[] =>
  names.map(({ name, note }, nth) => {
    if (note !== "" && !isOf(textRoles, note)) throw misread(`“${note}” is no role`);
    const usual = names.length > 1 ? (nth === 0 ? "user" : "assistant") : undefined;
    const role = note === "" ? usual : note;
    return { column: name, ...(role !== undefined && { role }) };
  });

const partOf = (key: string, names: readonly Named[]): Partial<ColumnMapping> => {
  const [first = { name: "", note: "" }] = names;
  if (key === "text") return { text: textsOf(names) };
  if (names.length > 1) throw misread(`“${key}” takes one column`);
  if (key === "headings") return { headings: !isOf(["no", "false", "0"], first.name) };
  if (key === "sheet") return { sheet: first.name };
  const use = otherNames.get(key) ?? key;
  if (!isOf(columnUses, use)) throw misread(`“${key}” is nothing that a column may hold`);
  if (first.note === "") return { [use]: first.name };
  if (!isOf(dateOrders, first.note)) throw misread(`“${first.note}” is no order of dates`);
  return { [use]: first.name, dateOrder: first.note };
};

/**
 * Reads `text=Nachricht,author=Von,time=Datum(dmy)`.
 * @throws ParlanceError rejected `bad-columns`
 */
export const columnsOfText = (text: string): ColumnMapping => {
  let mapping: Partial<ColumnMapping> = {};
  let rest = text.trim();
  while (rest !== "") {
    const [whole = "", key = ""] = /^([\w-]+)\s*=\s*/u.exec(rest) ?? [];
    if (key === "") throw misread(`“${rest.slice(0, 40)}” does not say what a column holds`);
    const found = namesIn(rest.slice(whole.length));
    mapping = { ...mapping, ...partOf(key, found.names) };
    if (found.rest !== "" && !found.rest.startsWith(","))
      throw misread(`a comma is missing before “${found.rest.slice(0, 40)}”`);
    rest = found.rest.slice(1).trim();
  }
  if (mapping.text === undefined) throw misread("no column of text is named");
  return { ...mapping, text: mapping.text };
};

const written = (name: string): string =>
  /^[^",+()=]+$/u.test(name) && name === name.trim() ? name : `"${name.replaceAll('"', '""')}"`;

/** The line of text that `columnsOfText` reads. */
export const textOfColumns = (mapping: ColumnMapping): string => {
  const { text, dateOrder } = mapping;
  const order = dateOrder === undefined ? "" : `(${dateOrder})`;
  const ordered = mapping.date === undefined ? "time" : "date";
  return [
    `text=${text.map(({ column: name, role }) => `${written(name)}${role === undefined ? "" : `(${role})`}`).join("+")}`,
    ...columnUses.flatMap((use) => {
      const name = mapping[use];
      return name === undefined ? [] : [`${use}=${written(name)}${use === ordered ? order : ""}`];
    }),
    ...(mapping.headings === false ? ["headings=no"] : []),
    ...(mapping.sheet === undefined ? [] : [`sheet=${written(mapping.sheet)}`]),
  ].join(",");
};
