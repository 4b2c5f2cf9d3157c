// Chats exported as text → one conversation: an entry begins with a date and a time, and goes on until the next one does.
import type { ParsedMessage, SourceKind } from "#services/domain/conversation.ts";
import { type Millis, millis } from "#services/domain/units.ts";
import { badBytes, decoded } from "../encoding.ts";
import type { ParseEvent } from "../events.ts";
import { cutLine } from "../line-text.ts";
import { lineBatches } from "../lines.ts";
import { fingerprint, message } from "../message.ts";
import { type Envelope, openParts } from "../parts.ts";
import type { Reading } from "../reading.ts";
import { openSpool, type Spool } from "../spool.ts";
import type { TextFile } from "../text-file.ts";
import { openZone } from "../zone.ts";
import { chatName } from "./chat-name.ts";
import { type DayOrder, dayOf, openDayOrder } from "./day-order.ts";
import { saidIn } from "./said.ts";
import { openSpeakers } from "./speaker.ts";
import { type Stamp, stampOf } from "./stamp.ts";

/** A longer entry is divided, so that a file without a second date does not have to be held. */
const LONGEST_ENTRY = 4 * 1024 * 1024;
/** Of the lines with a date, so many must share a layout that is not that of the first one: fewer are quotes. */
const LEAST_SHARE = 0.1;
/** Entries whose lines are a chat's fingerprint where no name is known. */
const MARKED_BY = 3;
/** So many people are named in the title of a chat whose own name is not known. */
const MOST_NAMED = 3;
/** Lines between two looks at the clock. */
const LINES_A_TURN = 2000;

/** Where only three entries share a place in time, further ones follow them by fractions. */
const STEP = 1 / 1024;

interface Layout {
  lines: number;
  readonly order: ReturnType<typeof openDayOrder>;
  /** Upper-case halves of a day and slashes are how phones in the United States write. */
  american: number;
  /** Phones in Korean (a point and a blank after each figure of a date) and in Basque (the time in round brackets) write a short year first. */
  yearFirst: number;
}

/** What has to be known of the whole file before its first message. */
interface Survey {
  readonly layouts: Map<string, Layout>;
  readonly speakers: ReturnType<typeof openSpeakers>;
  readonly first: string[];
  /** Why the file could not be read to its end. */
  failure: unknown;
}

/** Puts the file's lines on the disk, and counts what tells how they are to be read. */
async function* survey(
  file: TextFile,
  { spool, found }: { readonly spool: Spool; readonly found: Survey },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  try {
    for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
      for (const line of batch) {
        spool.write(line.bytes);
        spool.endPiece();
        if (line.tooLong) yield* reading.problem(cutLine(`${file.place}, line ${line.number}`));
        const text = decoded(line.bytes).text;
        const stamp = stampOf(text);
        if (stamp) count(stamp, text, found);
      }
      yield* reading.tick();
    }
  } catch (error) {
    // What was read before a damaged place or a limit is kept.
    found.failure = error;
  }
}

const count = (stamp: Stamp, text: string, { layouts, speakers, first }: Survey): void => {
  const known = layouts.get(stamp.layout) ?? {
    lines: 0,
    order: openDayOrder(),
    american: 0,
    yearFirst: 0,
  };
  layouts.set(stamp.layout, known);
  known.lines += 1;
  known.order.add(stamp.date);
  if (/[AP]M/.test(stamp.shown) && stamp.shown.includes("/")) known.american += 1;
  if (/^\d\d?(?:\. \d\d?\. \d\d?\. |\/\d\d?\/\d\d? \()/.test(stamp.shown)) known.yearFirst += 1;
  speakers.count(stamp.rest);
  if (first.length < MARKED_BY) first.push(text);
};

/** The order of the figures of such dates where they do not tell it themselves. */
const usualIn = ({ lines, american, yearFirst }: Layout): DayOrder => {
  if (yearFirst > lines / 2) return "year month day";
  return american > lines / 2 ? "month day year" : "day month year";
};

/** The layouts in which the chat itself is written, and the order of the figures of their dates. */
const decide = ({ layouts }: Survey) => {
  const all = [...layouts.values()].reduce((sum, { lines }) => sum + lines, 0);
  const own = [...layouts].filter(([, { lines }], nth) => nth === 0 || lines >= all * LEAST_SHARE);
  return new Map(
    own.map(([name, layout]) => {
      const { order, lines } = layout;
      return [name, { ...order.decide(usualIn(layout)), lines }] as const;
    }),
  );
};

interface Entry {
  readonly stamp: Stamp;
  /** Its lines as they stand, and what they say after the time. */
  raw: string;
  rest: string;
}

interface Chat {
  readonly source: SourceKind;
  readonly found: Survey;
  readonly orders: ReturnType<typeof decide>;
  readonly zone: ReturnType<typeof openZone>;
}

/** Entries → messages, in the file's order. */
const openEntries = ({ source, found, orders, zone }: Chat) => {
  const program = source === "signal" ? "Signal" : "WhatsApp";
  let nth = 0;
  let last: Millis | null = null;
  let position = 0;
  let timeless = 0;

  const timeOf = ({ date, hour, minute, second, layout }: Stamp): Millis | null => {
    const day = dayOf(date, orders.get(layout)?.order ?? "day month year");
    if (day === undefined) return null;
    const local = day + ((hour * 60 + minute) * 60 + (second ?? 0)) * 1000;
    return millis(zone.instant(local, last));
  };
  /** By time, so that it stays whatever an export leaves out before; entries of one minute keep their order. */
  const placeOf = (at: Millis | null): number => {
    const from: number = at ?? position;
    position = Math.floor(position) === from ? position + STEP : from;
    return position;
  };
  return {
    message({ stamp, raw, rest }: Entry): ParsedMessage {
      const at = timeOf(stamp);
      if (at === null) timeless += 1;
      else last = at;
      const { author, text } = found.speakers.of(rest);
      const said = saidIn(text, nth);
      const isNotice = author === null || said.kind === "system";
      const key = String(nth);
      nth += 1;
      return message({
        key,
        position: placeOf(at),
        author: author ?? program,
        role: isNotice ? "system" : "person",
        kind: author === null ? "system" : said.kind,
        at,
        localTime: stamp.shown,
        text: said.text,
        attachments: said.attachments,
        raw,
      });
    },
    /** Entries whose date is none. */
    get timeless() {
      return timeless;
    },
  };
};

/** @param source of which program the text is */
export const textChatReader = (source: "whatsapp" | "signal") =>
  async function* readTextChat(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    const spool = openSpool(reading.folder);
    try {
      const found: Survey = {
        layouts: new Map(),
        speakers: openSpeakers(),
        first: [],
        failure: undefined,
      };
      yield* survey(file, { spool, found }, reading);
      yield* readEntries(file, { source, spool, found }, reading);
      if (found.failure !== undefined) throw found.failure;
    } finally {
      spool.close();
    }
  };

interface Surveyed {
  readonly source: SourceKind;
  readonly spool: Spool;
  readonly found: Survey;
}

async function* readEntries(
  file: TextFile,
  { source, spool, found }: Surveyed,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const orders = decide(found);
  const entries = openEntries({ source, found, orders, zone: openZone(reading.zone) });
  const parts = openParts(conversationOf({ file, source, found }, reading));
  let entry: Entry | undefined;
  for (let nth = 0; nth < spool.pieces; nth += 1) {
    const { text, replaced } = decoded(spool.read(nth));
    const place = `${file.place}, line ${nth + 1}`;
    if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
    const stamp = stampOf(text);
    if (stamp && orders.has(stamp.layout)) {
      if (entry) yield* parts.add(entries.message(entry));
      entry = { stamp, raw: text, rest: stamp.rest };
    } else if (entry && entry.raw.length + text.length > LONGEST_ENTRY) {
      yield* parts.add(entries.message(entry));
      const reason = "An entry of more than 4 MB was divided.";
      yield* reading.problem({ code: "long-entry", place, reason });
      entry = { stamp: entry.stamp, raw: text, rest: text };
    } else if (entry) {
      entry.raw += `\n${text}`;
      entry.rest += `\n${text}`;
    } else if (text.trim() !== "") {
      const reason = "The line stands before the first one with a date and a time.";
      yield* reading.problem({ code: "bad-line", place, reason });
    }
    if (nth % LINES_A_TURN === 0) yield* reading.tick();
  }
  if (entry) yield* parts.add(entries.message(entry));
  yield* orderProblems(file, orders, reading);
  if (entries.timeless > 0) {
    const reason = "The date is of no calendar that is known: kept as written, without a time.";
    const { place } = file;
    yield* reading.problem({ code: "unknown-time", place, reason, count: entries.timeless });
  }
  yield* parts.end(found.failure !== undefined);
}

function* orderProblems(
  file: TextFile,
  orders: ReturnType<typeof decide>,
  reading: Reading,
): Generator<ParseEvent> {
  for (const { order, isGuess, lines } of orders.values()) {
    if (!isGuess) continue;
    const reason = `No date of the file shows which figure is the day: they were read as ${order}.`;
    yield* reading.problem({ code: "unclear-dates", place: file.place, reason, count: lines });
  }
}

const conversationOf = (
  { file, source, found }: { readonly file: TextFile } & Omit<Surveyed, "spool">,
  reading: Reading,
): Envelope => {
  const name = chatName([file.path, reading.upload]);
  const people = found.speakers.some(MOST_NAMED + 1);
  const named = people.slice(0, MOST_NAMED).join(", ") + (people.length > MOST_NAMED ? " …" : "");
  return {
    source,
    sourceId: name ?? fingerprint(found.first.join("\n")),
    hasId: true,
    // An export without media has at most the last 40,000 messages: that one is missing in it says nothing.
    asOf: null,
    title: name ?? named,
    tree: false,
    channel: name,
    raw: null,
  };
};
