// Tables of messages: a row is a message, or a question and its answer; what each column holds is chosen, saved or guessed.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import {
  cellOf,
  type Layout,
  messagesOfRow,
  type RowMessage,
  writtenTime,
} from "#services/domain/table-rows.ts";
import { chatEvents } from "../chat-events.ts";
import type { ParseEvent } from "../events.ts";
import { lookAt, openSurvey } from "../long-context.ts";
import { fingerprint, message } from "../message.ts";
import type { Reading } from "../reading.ts";
import { openSpool, type Spool } from "../spool.ts";
import { openTimes, type Times } from "../times.ts";
import { openZone } from "../zone.ts";
import type { Decided } from "./choose.ts";
import { openDates } from "./dates.ts";
import type { Row, TableFile } from "./table-file.ts";

/** Rows of one conversation stand far apart: more than a few of them are seldom in one piece of the file. */
const READ_BYTES = 4096;

/** Rows that make the id of a table that has no column for conversations. */
const STARTS = 20;

const badRow =
  "The row has another number of cells than the heading, or a quote of it is not closed: read as far as it goes.";

const noRows = "There are no rows below the heading: nothing was read from it.";

/** One row of the spool. */
interface Kept {
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether its id is its own. */
  readonly hasId: boolean;
  readonly raw?: string;
}

interface Making {
  /** Whether a row has as many cells as the heading, unless it is damaged. */
  readonly isText: boolean;
  readonly names: readonly string[];
  readonly layout: Layout;
  readonly plain: (text: string) => string;
}

const rawOf = ({ cells, raw }: Kept, { names, isText }: Making): string =>
  raw ??
  JSON.stringify(
    !isText || cells.length === names.length
      ? Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""]))
      : cells,
  );

const messageOf = (
  row: Kept,
  { nth, author, role, text }: RowMessage,
  { making, times }: { readonly making: Making; readonly times: Times },
): ParsedMessage => {
  const { layout, plain } = making;
  const { line, cells, hasId } = row;
  const written = writtenTime(cells, layout);
  const time = times.read(plain(written));
  const id = cellOf(cells, layout, "id");
  const part = nth === 0 ? "" : `/${nth}`;
  return message({
    key: `${hasId ? id : `\n${line}`}${part}`,
    sourceId: hasId ? `${id}${part}` : null,
    position: line * layout.text.length + nth,
    author,
    role,
    kind: role === "system" || role === "tool" ? role : "text",
    ...time,
    // A time that is not understood is kept as it was written.
    localTime: time.at === null && written !== "" ? written : time.localTime,
    replyTo: cellOf(cells, layout, "replyTo") || null,
    text,
    raw: rawOf(row, making),
  });
};

function* messagesOf(rows: Iterable<Kept>, making: Making, times: Times): Generator<ParsedMessage> {
  for (const row of rows)
    for (const said of messagesOfRow(row.cells, making.layout))
      yield messageOf(row, said, { making, times });
}

/** The rows of each conversation, in the order in which they begin. */
interface Group {
  readonly id: string | null;
  title: string;
  channel: string;
  readonly rows: number[];
  readonly keys: Set<string>;
}

/** What a conversation is known by. */
interface Known {
  readonly sourceId: string;
  readonly hasId: boolean;
  readonly title: string | null;
  readonly place: string;
}

/** Where no column says which conversation a row is of: all are of one, or each question and its answer are one. */
const areApart = ({ text, at }: Layout): boolean =>
  text.length > 1 && at.conversation === undefined;

const unknownOrder = (place: string, column: string) => ({
  code: "date-order",
  place,
  reason: `Whether the day or the month comes first cannot be told from the times: kept as they are written. Say it with --columns "…,time=${column}(dmy)" or (mdy), or choose it with the columns.`,
});

/** Keeps the rows of a table, and makes conversations of them when all are known. */
const openTable = (table: TableFile, { seen, layout, assumedOrder }: Decided, reading: Reading) => {
  const spool: Spool = openSpool(reading.folder, READ_BYTES);
  const dates = openDates({ chosen: seen.mapping.dateOrder, assumed: assumedOrder });
  const groups = new Map<string, Group>();
  const apart = areApart(layout);

  const isText = table.names === null && table.counts === "line";
  const place = seen.sheet === null ? table.place : `${table.place}, ${seen.sheet}`;
  const making: Making = { isText, names: seen.columns, layout, plain: dates.plain };
  let skipping = seen.headings === "row";
  let start = "";

  const group = (name: string): Group => {
    const known = groups.get(name);
    if (known) return known;
    const made = {
      id: name === "" ? null : name,
      title: "",
      channel: "",
      rows: [],
      keys: new Set<string>(),
    };
    groups.set(name, made);
    return made;
  };

  /** @returns whether the row's id is its own: of two rows with one id the second is known by its place */
  const sorted = (cells: readonly string[]): boolean => {
    const id = cellOf(cells, layout, "id");
    if (apart) return id !== "";
    const one = group(cellOf(cells, layout, "conversation"));
    one.title ||= cellOf(cells, layout, "title");
    one.channel ||= cellOf(cells, layout, "channel");
    one.rows.push(spool.pieces);
    const hasId = id !== "" && !one.keys.has(id);
    if (hasId) one.keys.add(id);
    return hasId;
  };

  const keep = (row: Row): readonly ParseEvent[] => {
    if (row.cells.every((cell) => cell.trim() === "")) return [];
    if (skipping) {
      skipping = false;
      return [];
    }
    dates.learn(writtenTime(row.cells, layout));
    const hasId = sorted(row.cells);
    const { line, cells, raw } = row;
    if (spool.pieces < STARTS) start += `${row.text}\n`;
    const kept: Kept = { line, cells, hasId, ...(raw !== undefined && { raw }) };
    spool.write(Buffer.from(JSON.stringify(kept)));
    spool.endPiece();
    // Rows of sheets end with their last cell.
    if (row.isWhole && (!isText || cells.length === seen.columns.length)) return [];
    return reading.problem({
      code: "bad-row",
      place: `${place}, ${table.counts} ${line}`,
      reason: badRow,
    });
  };

  const read = (piece: number): Kept => JSON.parse(spool.read(piece).toString("utf8"));

  function* rowsOf(pieces: Iterable<number>): Generator<Kept> {
    for (const piece of pieces) yield read(piece);
  }

  const eventsOf = async function* (
    own: Pick<Group, "title" | "channel"> & { readonly rows: readonly number[] },
    known: Known,
    partial: boolean,
  ): AsyncGenerator<ParseEvent> {
    const zone = openZone(reading.zone);
    const times = openTimes(zone);
    const survey = openSurvey();
    for (const one of messagesOf(rowsOf(own.rows), making, openTimes(zone))) lookAt(survey, one);
    const conversation = {
      source: "table",
      sourceId: known.sourceId,
      hasId: known.hasId,
      asOf: survey.latest,
      title: own.title || known.title,
      tree: false,
      channel: own.channel || null,
      raw: JSON.stringify({ headings: seen.columns }),
    } as const;
    yield* chatEvents(
      { conversation, damaged: 0, messages: messagesOf(rowsOf(own.rows), making, times) },
      {
        place: known.place,
        partial,
        counts: { strange: 0, unknown: 0 },
        times,
        mayBeEmpty: false,
      },
      reading,
    );
  };

  /** Each row by itself. Of rows that are alike each is known by how many came before. */
  const apartEvents = async function* (partial: boolean): AsyncGenerator<ParseEvent> {
    const before = new Map<string, number>();
    for (let piece = 0; piece < spool.pieces; piece += 1) {
      const { cells, line } = read(piece);
      const ownId = cellOf(cells, layout, "id");
      const id = ownId || fingerprint(cells.join("\u0000"));
      const nth = before.get(id) ?? 0;
      before.set(id, nth + 1);
      const own = {
        title: cellOf(cells, layout, "title"),
        channel: cellOf(cells, layout, "channel"),
        rows: [piece],
      };
      const known = {
        sourceId: nth === 0 ? id : `${id}/${nth}`,
        hasId: ownId !== "",
        title: null,
        place: `${place}, ${table.counts} ${line}`,
      };
      yield* eventsOf(own, known, partial);
      if (piece % 500 === 0) yield* reading.tick();
    }
  };

  return {
    keep,
    async *conversations(partial: boolean): AsyncGenerator<ParseEvent> {
      if (spool.pieces === 0)
        yield* reading.problem({ code: "empty-session", place, reason: noRows });
      if (dates.known === "unknown")
        yield* reading.problem(unknownOrder(place, seen.mapping.time ?? seen.mapping.date ?? ""));
      if (apart) yield* apartEvents(partial);
      const heading = seen.columns.join("\n");
      for (const own of groups.values()) {
        const known = {
          hasId: own.id !== null,
          sourceId: own.id ?? fingerprint(`${seen.sheet ?? ""}${heading}${start}`),
          title: own.id ?? seen.sheet,
          place: own.id === null ? place : `${place}, ${own.id}`,
        };
        yield* eventsOf(own, known, partial);
      }
    },
    close: spool.close,
  };
};

/** Reads a table. Its rows wait in a file without a name, since those of a conversation may stand far apart. */
export async function* readTable(
  table: TableFile,
  decided: Decided,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const open = openTable(table, decided, reading);
  const { lost } = reading;
  try {
    try {
      for await (const { rows, events } of table.rows(decided.seen.columns)) {
        yield* events;
        for (const row of rows) yield* open.keep(row);
        yield* reading.tick();
      }
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      yield* open.conversations(true);
      throw error;
    }
    yield* open.conversations(reading.lost > lost);
  } finally {
    open.close();
  }
}
