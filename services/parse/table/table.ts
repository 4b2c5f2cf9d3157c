// Tables of messages (CSV, TSV): a row is a message; which column holds what is guessed from the heading.
import type { ParsedMessage, Role } from "#services/domain/conversation.ts";
import { chatEvents } from "../chat-events.ts";
import type { ParseEvent } from "../events.ts";
import { lineText } from "../line-text.ts";
import { lineBatches } from "../lines.ts";
import { lookAt, openSurvey } from "../long-context.ts";
import { fingerprint, message } from "../message.ts";
import type { Reading } from "../reading.ts";
import { openSpool } from "../spool.ts";
import type { TextFile } from "../text-file.ts";
import { openTimes, type Times } from "../times.ts";
import { openZone } from "../zone.ts";
import { openRows, type Row } from "./cells.ts";
import { type ColumnUse, type Table, tableIn } from "./columns.ts";
import { openDates } from "./dates.ts";

/** Words in a column of roles or authors that say who an author is. */
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

/** Rows of one conversation stand far apart: more than a few of them are seldom in one piece of the file. */
const READ_BYTES = 4096;

/** Rows of the heading and after it that make the id of a table that has no column for conversations. */
const STARTS = 20;

const badRow =
  "The row has another number of cells than the heading, or a quote of it is not closed: read as far as it goes.";

const noRows = "There are no rows below the heading: nothing was read from it.";

/** What a row says, by the use of its columns. */
const cellOf = (cells: readonly string[], { columns }: Table, use: ColumnUse): string =>
  cells[columns.get(use) ?? -1]?.trim() ?? "";

const timeOf = (cells: readonly string[], table: Table): string =>
  [cellOf(cells, table, "date"), cellOf(cells, table, "time")].filter(Boolean).join(" ");

const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

const authorOf = (
  cells: readonly string[],
  table: Table,
): Pick<ParsedMessage, "author" | "role"> => {
  const [author, role] = [cellOf(cells, table, "author"), cellOf(cells, table, "role")];
  const meant = roles.get((role || author).toLowerCase());
  const named = author || capital(role);
  return { author: named || "Unknown", role: meant ?? "person" };
};

/** One row of the spool. */
interface Kept {
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether its id is its own. */
  readonly hasId: boolean;
}

const messageOf = (
  { line, cells, hasId }: Kept,
  table: Table,
  { times, plain }: { readonly times: Times; readonly plain: (text: string) => string },
): ParsedMessage => {
  const written = timeOf(cells, table);
  const time = times.read(plain(written));
  const { author, role } = authorOf(cells, table);
  const id = cellOf(cells, table, "id");
  const isEven = cells.length === table.headings.length;
  return message({
    key: hasId ? id : `\n${line}`,
    sourceId: hasId ? id : null,
    position: line,
    author,
    role,
    kind: role === "system" || role === "tool" ? role : "text",
    ...time,
    // A time that is not understood is kept as it was written.
    localTime: time.at === null && written !== "" ? written : time.localTime,
    replyTo: cellOf(cells, table, "replyTo") || null,
    text: cells[table.columns.get("text") ?? -1] ?? "",
    raw: JSON.stringify(
      isEven ? Object.fromEntries(table.headings.map((name, at) => [name, cells[at]])) : cells,
    ),
  });
};

/** The rows of each conversation, in the order in which they begin. */
interface Group {
  readonly id: string | null;
  title: string;
  readonly rows: number[];
  readonly keys: Set<string>;
}

/** Reads a table. Its rows wait in a file without a name, since those of a conversation may stand far apart. */
export async function* readTable(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const table = tableIn(file.head);
  if (!table) return;
  const spool = openSpool(reading.folder, READ_BYTES);
  const dates = openDates();
  const rows = openRows(table.delimiter);
  const groups = new Map<string, Group>();
  const { lost } = reading;
  let isHeading = true;
  let start = "";

  const keep = (row: Row): readonly ParseEvent[] => {
    if (row.text.trim() === "") return [];
    if (isHeading) {
      isHeading = false;
      return [];
    }
    dates.learn(timeOf(row.cells, table));
    const name = cellOf(row.cells, table, "conversation");
    const group = groups.get(name) ?? {
      id: name === "" ? null : name,
      title: "",
      rows: [],
      keys: new Set(),
    };
    groups.set(name, group);
    group.title ||= cellOf(row.cells, table, "title");
    const id = cellOf(row.cells, table, "id");
    const place = `${file.place}, line ${row.line}`;
    // Of two rows with one id the second is known by its place.
    const hasId = id !== "" && !group.keys.has(id);
    if (hasId) group.keys.add(id);
    group.rows.push(spool.pieces);
    if (spool.pieces < STARTS) start += `${row.text}\n`;
    spool.write(
      Buffer.from(JSON.stringify({ line: row.line, cells: row.cells, hasId } satisfies Kept)),
    );
    spool.endPiece();
    const isOdd = !row.isWhole || row.cells.length !== table.headings.length;
    return isOdd ? reading.problem({ code: "bad-row", place, reason: badRow }) : [];
  };

  const read = (piece: number): Kept => JSON.parse(spool.read(piece).toString("utf8"));

  const conversations = async function* (partial: boolean): AsyncGenerator<ParseEvent> {
    if (groups.size === 0)
      yield* reading.problem({ code: "empty-session", place: file.place, reason: noRows });
    const heading = table.headings.join("\n");
    const zone = openZone(reading.zone);
    for (const { id, title, rows: own } of groups.values()) {
      const times = openTimes(zone);
      const again = openTimes(zone);
      const survey = openSurvey();
      const { plain } = dates;
      for (const piece of own)
        lookAt(survey, messageOf(read(piece), table, { times: again, plain }));
      const conversation = {
        source: "table",
        sourceId: id ?? fingerprint(heading + start),
        hasId: true,
        asOf: survey.latest,
        title: title || id,
        tree: false,
        channel: null,
        raw: JSON.stringify({ headings: table.headings }),
      } as const;
      const messages = (function* () {
        for (const piece of own) yield messageOf(read(piece), table, { times, plain });
      })();
      const counts = { strange: 0, unknown: 0 };
      const place = id === null ? file.place : `${file.place}, ${id}`;
      yield* chatEvents(
        { conversation, damaged: 0, messages },
        { place, partial, counts, times, mayBeEmpty: false },
        reading,
      );
    }
  };

  try {
    try {
      for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
        for (const line of batch) {
          const text = yield* lineText(line, `${file.place}, line ${line.number}`, reading);
          for (const row of rows.take(line.number, text)) yield* keep(row);
        }
        yield* reading.tick();
      }
      for (const row of rows.end()) yield* keep(row);
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      yield* conversations(true);
      throw error;
    }
    yield* conversations(reading.lost > lost);
  } finally {
    spool.close();
  }
}
