// The headings and the first rows of a table → what its columns hold, how sure that is, and why.
import type {
  ColumnConfidence,
  ColumnMapping,
  ColumnUse,
  DateOrder,
  TextColumn,
} from "#services/domain/columns.ts";
import { type ColumnShape, shapeOfColumn } from "./column-shapes.ts";
import { type Heading, headingOf, paymentColumn, reportColumn } from "./heading-words.ts";
import { toldNames } from "./told-names.ts";

export interface Guess {
  /** Its `text` is empty where no column of text was found. */
  readonly mapping: ColumnMapping;
  readonly confidence: ColumnConfidence;
  readonly reasons: readonly string[];
  /** The usual order of dates in the language of the headings. */
  readonly assumedOrder: DateOrder | undefined;
}

interface Column {
  readonly name: string;
  readonly heading: Heading | undefined;
  readonly shape: ColumnShape;
}

/** Below so many rows nothing can be told from what comes again. */
const FEW_ROWS = 5;

const quoted = (name: string): string => `“${name}”`;

/** Languages whose dates begin with the day, unless they begin with the year. English has both orders. */
const usualOrder = (columns: readonly Column[]): DateOrder | undefined => {
  const languages = columns.flatMap(({ heading }) => (heading ? [heading.language] : []));
  const other = languages.find((language) => language !== "en");
  return other === undefined || other === "zh" || other === "ja" || other === "ko" || other === "hu"
    ? undefined
    : "dmy";
};

/** Uses that their headings say, exact ones first. A time without a digit is none. */
const bySaid = (columns: readonly Column[]) => {
  const found = new Map<string, Column>();
  const sorted = [
    ...columns.filter(({ heading }) => heading?.isExact === true),
    ...columns.filter(({ heading }) => heading?.isExact === false),
  ];
  for (const column of sorted) {
    const meaning = column.heading?.meaning;
    if (meaning === undefined || found.has(meaning)) continue;
    const isOfTime = meaning === "time" || meaning === "date";
    if (isOfTime && column.shape.filled > 0 && !column.shape.hasDigits) continue;
    found.set(meaning, column);
  }
  return found;
};

const isAnother = (column: Column, used: Iterable<Column>): boolean => ![...used].includes(column);

/** The one column of a shape that no heading gave a use; undefined where there are none or several. */
const onlyOne = (
  columns: readonly Column[],
  used: ReadonlyMap<string, Column>,
  fits: (shape: ColumnShape) => boolean,
): Column | undefined => {
  const found = columns.filter((one) => fits(one.shape) && isAnother(one, used.values()));
  return found.length === 1 ? found[0] : undefined;
};

const longest = (columns: readonly Column[], used: ReadonlyMap<string, Column>) =>
  columns
    .filter((one) => one.shape.isText && isAnother(one, used.values()))
    .toSorted((a, b) => b.shape.length - a.shape.length)[0];

/** Fills what headings do not say from the values. @returns the names of columns of text and of authors that were found so */
const byShape = (columns: readonly Column[], found: Map<string, Column>): readonly string[] => {
  const names: string[] = [];
  const take = (meaning: string, column: Column | undefined) => {
    if (column === undefined || found.has(meaning)) return;
    found.set(meaning, column);
    if (meaning !== "time") names.push(column.name);
  };
  if (!found.has("date"))
    take(
      "time",
      onlyOne(columns, found, ({ isTime }) => isTime),
    );
  if (!found.has("asked")) take("text", longest(columns, found));
  const isAsked = found.has("asked");
  if (!isAsked && !found.has("author"))
    take(
      "role",
      onlyOne(columns, found, ({ isRole, filled }) => isRole && filled > 0),
    );
  if (!isAsked && !found.has("role"))
    take(
      "author",
      onlyOne(columns, found, ({ isName }) => isName),
    );
  return names;
};

/** The columns of text: one, or a question and its answer. */
const textsOf = (found: ReadonlyMap<string, Column>): readonly TextColumn[] => {
  const [text, asked, answered] = ["text", "asked", "answered"].map((one) => found.get(one)?.name);
  if (text !== undefined) return [{ column: text }];
  if (asked !== undefined && answered !== undefined)
    return [
      { column: asked, role: "user" },
      { column: answered, role: "assistant" },
    ];
  return [];
};

/** "user" and "assistant" as two columns of text: the first is no name then. */
const withPair = (found: Map<string, Column>): void => {
  const author = found.get("author");
  if (found.has("text") || found.has("asked") || !found.has("answered") || !author) return;
  if (!author.shape.isText || author.shape.isName) return;
  found.delete("author");
  found.set("asked", author);
};

/** What speaks for it that the rows answer each other. */
const evidenceOf = (found: ReadonlyMap<string, Column>): string | undefined => {
  const conversation = found.get("conversation");
  if (conversation && conversation.shape.distinct < conversation.shape.filled)
    return `several rows have the same ${quoted(conversation.name)}`;
  const reply = found.get("replyTo");
  if (reply && reply.shape.filled > 0) return `${quoted(reply.name)} says what a row answers`;
  const role = found.get("role");
  if (role?.shape.isRole === true && role.shape.distinct > 1)
    return `${quoted(role.name)} has roles of a conversation with a model`;
  return undefined;
};

interface Judgement {
  readonly confidence: ColumnConfidence;
  readonly why: string;
}

const unsure = (why: string): Judgement => ({ confidence: "unsure", why });

const isPair = (texts: readonly TextColumn[]): boolean => texts.length > 1;

/** A pair is of a conversation where its headings say so, or where there is something else of one. */
const judgePair = (found: ReadonlyMap<string, Column>): Judgement => {
  const said = found.get("asked")?.heading;
  const others = ["author", "time", "date", "conversation"].find((one) => found.has(one));
  const isFaq = /^(?:question|questions|faq)$/iu.test(found.get("asked")?.name ?? "");
  if (others === undefined && (isFaq || said?.language !== "en"))
    return unsure("questions and answers without an author or a time may be no conversation");
  return { confidence: "likely", why: "one column asks, and one answers" };
};

const judgeRows = (
  columns: readonly Column[],
  found: ReadonlyMap<string, Column>,
  { rows, shaped }: { readonly rows: number; readonly shaped: readonly string[] },
): Judgement => {
  const names = columns.map(({ name }) => name);
  const payment = paymentColumn(names);
  if (payment !== undefined)
    return unsure(`${quoted(payment)} is a column of payments or of changes to source`);
  const evidence = evidenceOf(found);
  const report = reportColumn(names);
  if (report !== undefined && evidence === undefined)
    return unsure(`${quoted(report)} is a column of reviews, issues or surveys`);
  if (shaped.length > 0)
    return unsure(`no heading says what is in ${toldNames(shaped, 30)}: only the values do`);
  const author = found.get("author")?.shape;
  const isNobodyTwice =
    author !== undefined && rows >= FEW_ROWS && author.distinct === author.filled;
  if (evidence === undefined && isNobodyTwice)
    return unsure("every row has another author, and none says what it answers");
  const isExact = ["text", "author", "role"].every(
    (one) => found.get(one)?.heading?.isExact !== false,
  );
  return isExact
    ? { confidence: "sure", why: evidence ?? "its headings name a text and who wrote it" }
    : { confidence: "likely", why: "its headings nearly name a text and who wrote it" };
};

/** Without headings only a table of little else than a time, a name that comes again and a text is read. */
const judgeValues = (
  columns: readonly Column[],
  found: ReadonlyMap<string, Column>,
  rows: number,
): Judgement => {
  const hasAll = found.has("time") && (found.has("author") || found.has("role"));
  const isPlain = columns.length <= 4 && columns.every(({ shape }) => !shape.isDecimal);
  return hasAll && isPlain && rows >= FEW_ROWS
    ? { confidence: "likely", why: "its values are times, names that come again, and texts" }
    : unsure("it has no headings, and the values do not tell");
};

const judged = (
  columns: readonly Column[],
  found: ReadonlyMap<string, Column>,
  known: { readonly rows: number; readonly shaped: readonly string[]; readonly headings: boolean },
): Judgement => {
  const texts = textsOf(found);
  if (texts.length === 0) return unsure("no column of text was found");
  if (isPair(texts)) return judgePair(found);
  if (!found.has("author") && !found.has("role")) return unsure("no column says who wrote a row");
  return known.headings
    ? judgeRows(columns, found, known)
    : judgeValues(columns, found, known.rows);
};

const mapped: readonly ColumnUse[] = [
  "id",
  "replyTo",
  "author",
  "role",
  "time",
  "date",
  "title",
  "channel",
];

const mappingOf = (found: ReadonlyMap<string, Column>, headings: boolean): ColumnMapping => {
  const uses = Object.fromEntries(
    mapped.flatMap((use) => {
      const column = found.get(use);
      return column ? [[use, column.name]] : [];
    }),
  );
  const conversation = found.get("conversation") ?? found.get("channel");
  return {
    text: textsOf(found),
    ...(conversation && { conversation: conversation.name }),
    ...uses,
    ...(headings ? {} : { headings: false }),
  };
};

/** @param rows the first ones, without the heading */
export const guessColumns = (
  names: readonly string[],
  rows: readonly (readonly string[])[],
  headings: boolean,
): Guess => {
  const columns = names.map(
    (name, at): Column => ({
      name,
      heading: headings ? headingOf(name) : undefined,
      shape: shapeOfColumn(rows.map((cells) => cells[at] ?? "")),
    }),
  );
  const found = bySaid(columns);
  withPair(found);
  const shaped = byShape(columns, found);
  const { confidence, why } = judged(columns, found, { rows: rows.length, shaped, headings });
  const assumedOrder = usualOrder(columns);
  return {
    mapping: mappingOf(found, headings),
    confidence,
    reasons: [`${why.slice(0, 1).toUpperCase()}${why.slice(1)}.`],
    assumedOrder,
  };
};

/** Whether the first row names the columns, and is no message itself. */
export const isHeading = (first: readonly string[]): boolean => {
  const known = first.filter((cell) => headingOf(cell) !== undefined);
  const isValue = (cell: string): boolean => {
    const { isTime, isDecimal, isNumber } = shapeOfColumn([cell]);
    return isTime || isDecimal || (isNumber && cell.length > 3) || cell.length > 80;
  };
  return known.length > 1 || !first.some(isValue);
};
