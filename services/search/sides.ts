// The two units of the collections asked, as rows that are searched: messages and exchanges, each with the rows that pass.
import type { Found, RowSet, Searcher } from "#index-store/index-store.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import type { Asked, Place } from "./asked.ts";
import type { Candidate } from "./rank.ts";

/** One unit of one collection. */
export interface Side {
  readonly asked: Asked;
  readonly searcher: Searcher;
  readonly within: RowSet | undefined;
  /** Rows with whose lengths those of this unit are compared; undefined: the searcher has rows of one unit only. */
  readonly lengthsOf: RowSet | undefined;
}

export type Sides = Readonly<Record<ChunkUnit, readonly Side[]>>;

const sideOf = (asked: Asked, unit: ChunkUnit): Side | undefined => {
  const { searcher, within, exchanges } = asked;
  // Where only exchanges are searched, its own rows are counted, and not ranked.
  if (unit === "message") return { asked, searcher, within, lengthsOf: undefined };
  return (
    exchanges && {
      asked,
      searcher: exchanges.searcher,
      within: exchanges.within,
      lengthsOf: exchanges.rows,
    }
  );
};

/** Collections without a unit are missing there. */
export const sidesOf = (asked: readonly Asked[]): Sides => {
  const sides = (unit: ChunkUnit) => asked.flatMap((one) => sideOf(one, unit) ?? []);
  return { message: sides("message"), exchange: sides("exchange") };
};

const KEYS = 2 ** 32;

/** Gives rows keys that are unique in the whole question, and finds them again by these. */
export const openPlaces = (except: ReadonlySet<string>) => {
  const places = new Map<number, Place>();
  return {
    /** Without the excepted rows. */
    candidates: (asked: Asked, found: readonly Found[]): Candidate[] => {
      const candidates: Candidate[] = [];
      for (const one of found) {
        if (except.has(one.id)) continue;
        const key = asked.place * KEYS + one.ordinal;
        if (!places.has(key)) places.set(key, { asked, found: one });
        candidates.push({ key, id: one.id, score: one.score });
      }
      return candidates;
    },
    placeOf: (key: number): Place | undefined => places.get(key),
  };
};
export type Places = ReturnType<typeof openPlaces>;
