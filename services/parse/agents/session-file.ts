// A file of one session of an agent: a record a line, all of them one conversation. Its lines wait in a file without a name, so that a long one needs no memory.
import { chatEvents } from "../chat-events.ts";
import { badBytes, decoded } from "../encoding.ts";
import type { ParseEvent, ParseLimits } from "../events.ts";
import { unfitFor } from "../json-bounds.ts";
import { type Line, lineBatches } from "../lines.ts";
import type { Context, LongChat } from "../long-context.ts";
import type { LongList } from "../long-record.ts";
import { isObject, type Json } from "../message.ts";
import type { Reading } from "../reading.ts";
import { parseBytes, reasons } from "../record-bytes.ts";
import { openSpool, type Spool } from "../spool.ts";
import type { TextFile } from "../text-file.ts";
import { openTimes } from "../times.ts";
import { openZone } from "../zone.ts";

/** What a line is to the format: a record of the conversation, the program's own state, or of a kind that is not known. */
export type LineUse = "kept" | "state" | "unknown";

/** What a format needs to read a session. */
export type SessionContext = Pick<Context, "times" | "timesAgain" | "counts">;

/** Takes the records of a session in order, then gives the conversation. */
export interface SessionFormat {
  /** @param nth the place that the record gets in the list where it is kept */
  take(record: Json, nth: number): LineUse;
  /** @returns undefined where the file has no messages */
  end(list: LongList): LongChat | undefined;
}

const listOf = (spool: Spool): LongList => ({
  name: "lines",
  kind: "array",
  length: spool.pieces,
  read(nth) {
    // Only what could be parsed was kept.
    return JSON.parse(decoded(spool.read(nth)).text);
  },
});

const isBlank = ({ bytes }: Line): boolean =>
  bytes.length === 0 || bytes.toString("latin1", 0, 100).trim() === "";

/** A line's record, or what is wrong with it. */
const recordIn = (line: Line, limits: ParseLimits) => {
  const unfit = line.tooLong ? "too-large" : unfitFor(line.bytes, limits);
  const parsed = unfit === undefined ? parseBytes(line.bytes) : undefined;
  const code: keyof typeof reasons = unfit ?? (line.open && !parsed ? "truncated" : "bad-json");
  const value = isObject(parsed?.value) ? parsed.value : undefined;
  return { value, replaced: parsed?.replaced ?? 0, code };
};

const unknownLine = "A line of a kind that is not known: it is left out.";
const noMessages = "There are no messages in this session: nothing was read from it.";

/** @param open makes a reader for one file */
export const sessionReader = (open: (context: SessionContext) => SessionFormat) =>
  async function* readSession(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    const openOwn = () => openTimes(openZone(reading.zone));
    const times = openOwn();
    const counts = { strange: 0, unknown: 0 };
    const format = open({ times, timesAgain: openOwn(), counts });
    const { limits, lost } = reading;
    const spool = openSpool(reading.folder);

    const take = (line: Line): readonly ParseEvent[] => {
      if (isBlank(line)) return [];
      const place = `${file.place}, line ${line.number}`;
      const { value, replaced, code } = recordIn(line, limits);
      if (!value) return reading.problem({ code, place, reason: reasons[code] });
      const use = format.take(value, spool.pieces);
      if (use === "unknown")
        return reading.problem({ code: "unknown-record", place, reason: unknownLine });
      if (use === "kept") {
        spool.write(line.bytes);
        spool.endPiece();
      }
      return replaced > 0 ? reading.problem(badBytes(place, replaced)) : [];
    };

    async function* conversation(partial: boolean): AsyncGenerator<ParseEvent> {
      const chat = format.end(listOf(spool));
      if (chat)
        yield* chatEvents(
          chat,
          { place: file.place, partial, counts, times, mayBeEmpty: false },
          reading,
        );
      else yield* reading.problem({ code: "empty-session", place: file.place, reason: noMessages });
    }

    try {
      try {
        for await (const batch of lineBatches(file.bytes, limits.elementBytes)) {
          for (const line of batch) yield* take(line);
          yield* reading.tick();
        }
      } catch (error) {
        // What was read before a damaged place or a limit is kept.
        yield* conversation(true);
        throw error;
      }
      yield* conversation(reading.lost > lost);
    } finally {
      spool.close();
    }
  };
