// How much is searched in an organization, and with what outcome, in requests and responses.
import { z } from "zod";

export const searchesQuery = z.object({
  /** Days back from today, today included. */
  days: z.coerce.number().int().min(1).max(366).default(30),
});

const counts = z.object({
  searches: z.int(),
  /** Without a hit. */
  empty: z.int(),
  /** That took more than a second. */
  slow: z.int(),
  /** An upper bound in milliseconds for half of them, and for 19 in 20; null where there are none. */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  /** After which a hit was opened. */
  opened: z.int(),
});

const changedText = z.object({
  text: z.string(),
  searches: z.int(),
  /** In as many days before. */
  before: z.int(),
});

export const searches = z
  .object({
    /** One for each day, the first one first; a day without searches too. */
    days: z.array(counts.extend({ day: z.iso.date() })),
    all: counts,
    /** As many days before these. */
    before: counts,
    modes: z.array(counts.extend({ mode: z.string() })),
    /** How often the first hit was opened, the second …; the last number is of all behind the tenth. */
    places: z.array(z.int()),
    /** Null where the organization keeps no texts. */
    texts: z
      .object({
        frequent: z.array(z.object({ text: z.string(), searches: z.int(), empty: z.int() })),
        empty: z.array(z.object({ text: z.string(), searches: z.int(), empty: z.int() })),
        /** Searched for more often than in as many days before, or less often, by more than chance makes it; the most first. */
        rising: z.array(changedText),
        falling: z.array(changedText),
      })
      .nullable(),
  })
  .meta({ id: "Searches", description: "Of everybody who did not opt out, without names" });
export type Searches = z.infer<typeof searches>;

/** A hit was opened: its place in the list, 1 for the first. */
export const openedHit = z.object({
  place: z.int().min(1).max(10_000),
  mode: z.enum(["semantic", "lexical", "hybrid"]),
});
