// One reading of one upload: its limits, how far it has come, when to stop, and the problems met on the way.
import { unavailable } from "#services/domain/errors.ts";
import type { ParseEvent, ParseLimits, ParseOptions } from "./events.ts";
import { defaultLimits } from "./limits.ts";

const PROGRESS_BYTES = 2 * 1024 * 1024;
/** Problems of one code shown one by one; the others are counted together at the end. */
const SHOWN_PER_CODE = 20;

export interface Found {
  readonly code: string;
  readonly place: string;
  readonly reason: string;
  readonly count?: number;
}

export interface Reading {
  readonly limits: ParseLimits;
  readonly zone: string;
  /** Counts bytes of the upload as they are taken from the disk. @throws ParlanceError unavailable `aborted`. */
  took(bytes: number): void;
  /** A progress event where one is due. @throws ParlanceError unavailable `aborted`. */
  tick(): Generator<ParseEvent>;
  problem(found: Found): Generator<ParseEvent>;
  /** Whether a problem of this code was met. */
  met(code: string): boolean;
  /** The folded problems and the last progress. */
  end(): Generator<ParseEvent>;
}

export const openReading = (total: number, options: ParseOptions): Reading => {
  const { signal } = options;
  const folded = new Map<string, { shown: number; count: number; first: Found | undefined }>();
  let consumed = 0;
  let reported = 0;

  const check = () => {
    if (signal?.aborted)
      throw unavailable("The reading was stopped.", { code: "aborted", cause: signal.reason });
  };

  return {
    limits: { ...defaultLimits, ...options.limits },
    zone: options.zone ?? "UTC",
    took(bytes) {
      check();
      consumed += bytes;
    },
    *tick() {
      check();
      if (consumed - reported < PROGRESS_BYTES) return;
      reported = consumed;
      yield { kind: "progress", bytes: Math.min(consumed, total), total };
    },
    *problem(found) {
      const { count = 1 } = found;
      const fold = folded.get(found.code) ?? { shown: 0, count: 0, first: undefined };
      folded.set(found.code, fold);
      if (fold.shown < SHOWN_PER_CODE) {
        fold.shown += 1;
        yield { kind: "problem", problem: { ...found, count } };
      } else {
        fold.first ??= found;
        fold.count += count;
      }
    },
    met: (code) => folded.has(code),
    *end() {
      check();
      for (const { count, first } of folded.values())
        if (first)
          yield {
            kind: "problem",
            problem: { ...first, count, place: `${first.place} and after` },
          };
      yield { kind: "progress", bytes: total, total };
    },
  };
};
