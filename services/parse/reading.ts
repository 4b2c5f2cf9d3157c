// One reading of one upload: its limits and what it has cost, how far it has come, and the problems met on the way.
import { setImmediate } from "node:timers/promises";
import type { ParsedConversation } from "#services/domain/conversation.ts";
import { unavailable } from "#services/domain/errors.ts";
import { openBudget } from "./budget.ts";
import type { Checkpoint, FilePlace, Known } from "./checkpoint.ts";
import { openEmptyCount } from "./empty-messages.ts";
import type { ParseEvent, ParseLimits, ParseOptions, WantedColumns } from "./events.ts";
import { defaultLimits } from "./limits.ts";

const PROGRESS_BYTES = 2 * 1024 * 1024;
/** Problems of one code told one by one; of the others only the first place and the number is told. */
const SHOWN_PER_CODE = 20;
/** Reading keeps the thread for no longer than this: timers, signals and messages of the parent process come in between. */
const TURN_MS = 25;

/** Problems that stand for records of which no message could be made. */
const unreadable = new Set([
  "bad-json",
  "bad-line",
  "too-deep",
  "too-large",
  "unknown-message",
  "unknown-record",
]);

/** Problems that stand for records that were lost to damage, or were too much to be read. */
const losses = new Set(["bad-json", "damaged-entry", "too-deep", "too-large", "truncated"]);

export interface Found {
  readonly code: string;
  readonly place: string;
  readonly reason: string;
  readonly count?: number | undefined;
}

/** Where reading stands among the files of the upload, and what is known of them. */
export type Turn = () => Omit<Checkpoint, "known" | "place">;

export interface Reading {
  readonly limits: ParseLimits;
  readonly zone: string;
  readonly columns: WantedColumns;
  /** Whether the upload may hold several tables: files of an archive, sheets of a workbook. Set once it is opened. */
  several: boolean;
  /** The upload's name, as the person gave it: for names that formats keep in names of files. */
  readonly upload: string;
  /** Where long records may be put for as long as they are read: beside the upload. */
  readonly folder: string;
  /** Counts bytes of the upload as they are taken from the disk. @throws ParlanceError as `check` */
  took(bytes: number): void;
  /** Counts bytes as they are unpacked. @throws ParlanceError rejected `archive-ratio`, `archive-too-large`. */
  unpacked(bytes: number): void;
  /** Counts bytes of text as a format's reader is given them. */
  gave(bytes: number): void;
  /** Bytes of text between two places of which `checkpoint` tells; infinity where it tells of none. */
  readonly checkpointBytes: number;
  /** Set to the file that is read; undefined where reading cannot go on in it or after it. */
  turn: Turn | undefined;
  /** Tells of a place at which reading can go on, where it is time for one. @param place in the file of this turn; undefined for its beginning */
  checkpoint(place?: () => FilePlace | undefined): Generator<ParseEvent>;
  /** Goes on with what was known at a checkpoint. */
  restore(known: Known): void;
  /** Counts a conversation's messages as it is passed on. @throws ParlanceError rejected `archive-ratio`. */
  passed(conversation: ParsedConversation): void;
  /**
   * To be called after each piece of work of some milliseconds: lets others have the thread where it is time, and gives a progress
   * event where one is due.
   * @throws ParlanceError unavailable `aborted`; rejected `reading-too-long`, `no-messages`
   */
  tick(): AsyncGenerator<ParseEvent>;
  /** @throws ParlanceError rejected `no-messages` */
  problem(found: Found): readonly ParseEvent[];
  /** How many problems so far stand for something that was lost. */
  readonly lost: number;
  /** Whether a problem of this code was met. */
  met(code: string): boolean;
  /** The problems that were only counted since the last time, one event a code: then all that was met has been told. */
  counted(): readonly ParseEvent[];
  /** The time from `pause` to `resume` is not the reader's own. */
  pause(): void;
  resume(): void;
  /** The last progress. @throws ParlanceError rejected `mostly-empty` */
  end(): ParseEvent;
}

const nothing: readonly ParseEvent[] = [];

/** @param total bytes of the upload as it came. */
export const openReading = (
  total: number,
  options: ParseOptions,
  { folder, upload }: Pick<Reading, "folder" | "upload">,
): Reading => {
  const { signal, now = () => performance.now() } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const budget = openBudget(total, limits, now);
  const filled = openEmptyCount();
  const met = new Map<string, { shown: number; count: number; first: Found | undefined }>();
  let consumed = 0;
  let lost = 0;
  const reported = { consumed: 0, text: 0, checkpoint: 0 };
  const { checkpointBytes = Number.POSITIVE_INFINITY } = options;
  let turnEnds = now() + TURN_MS;

  const check = () => {
    if (signal?.aborted)
      throw unavailable("The reading was stopped.", { code: "aborted", cause: signal.reason });
    budget.check();
  };
  const progressDue = () =>
    consumed - reported.consumed >= PROGRESS_BYTES ||
    budget.textBytes - reported.text >= PROGRESS_BYTES;

  const counted = (): readonly ParseEvent[] => {
    const events: ParseEvent[] = [];
    for (const same of met.values()) {
      const { first, count } = same;
      if (!first || count === 0) continue;
      same.count = 0;
      const problem = { ...first, count, place: `${first.place} and after` };
      events.push({ kind: "problem", problem });
    }
    return events;
  };
  /** To be asked when all problems are told. */
  const known = (): Known => ({
    ...budget.used(),
    ...filled.counts(),
    consumed,
    lost,
    met: [...met].map(([code, { shown, first }]) => ({ code, shown, ...(first && { first }) })),
  });

  return {
    limits,
    turn: undefined,
    checkpointBytes,
    *checkpoint(place) {
      if (!this.turn || budget.textBytes - reported.checkpoint < checkpointBytes) return;
      const at = place?.();
      if (place && !at) return;
      reported.checkpoint = budget.textBytes;
      yield* counted();
      const checkpoint = { ...this.turn(), ...(at && { place: at }), known: known() };
      yield { kind: "checkpoint", checkpoint };
    },
    restore(from) {
      budget.restore(from);
      filled.restore(from);
      ({ consumed, lost } = from);
      met.clear();
      for (const { code, shown, first } of from.met) met.set(code, { shown, count: 0, first });
      reported.checkpoint = budget.textBytes;
    },
    folder,
    upload,
    zone: options.zone ?? "UTC",
    columns: options.columns ?? {},
    several: false,
    took(bytes) {
      check();
      consumed += bytes;
    },
    unpacked: budget.unpacked,
    gave: budget.text,
    passed(conversation) {
      budget.messages(conversation.messages.length);
      filled.add(conversation);
    },
    async *tick() {
      if (now() >= turnEnds) {
        await setImmediate();
        turnEnds = now() + TURN_MS;
      }
      check();
      if (!progressDue()) return;
      reported.consumed = consumed;
      reported.text = budget.textBytes;
      yield { kind: "progress", bytes: Math.min(consumed, total), total };
    },
    problem(found) {
      const { count = 1 } = found;
      if (losses.has(found.code)) lost += 1;
      if (unreadable.has(found.code)) budget.unreadable(count);
      const same = met.get(found.code) ?? { shown: 0, count: 0, first: undefined };
      met.set(found.code, same);
      if (same.shown < SHOWN_PER_CODE) {
        same.shown += 1;
        return [{ kind: "problem", problem: { ...found, count } }];
      }
      same.first ??= found;
      same.count += count;
      return nothing;
    },
    get lost() {
      return lost;
    },
    met: (code) => met.has(code),
    counted,
    pause: budget.pause,
    resume: budget.resume,
    end() {
      check();
      filled.check();
      return { kind: "progress", bytes: total, total };
    },
  };
};
