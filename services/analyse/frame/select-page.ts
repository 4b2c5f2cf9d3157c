// One page of selected messages in a given order, without sorting all of them, and the cursor of the next page.
import { badCursor } from "#services/domain/bad-cursor.ts";
import type { Frame, MessageMask } from "./frame-columns.ts";

export const sortNames = ["newest", "oldest", "typical", "longest"] as const;
export type SortName = (typeof sortNames)[number];

export interface PageWanted {
  readonly sort: SortName;
  readonly limit: number;
  /** The cursor that an earlier page of the same frame returned. */
  readonly cursor?: string | undefined;
}

export interface MessagePage {
  /** Rows of `messages`, in the order asked for. */
  readonly rows: Uint32Array;
  readonly nextCursor: string | null;
}

/** The sort key of a row; larger keys come first, rows without a key last. */
const keyOf = ({ messages, points }: Frame, sort: SortName): ((row: number) => number) => {
  if (sort === "longest") return (row) => messages.length[row] ?? 0;
  if (sort === "typical")
    return (row) => {
      const point = messages.point[row] ?? -1;
      if (point < 0) return -10;
      const similarity = points.similarity[point] ?? -1;
      // Outliers are typical of no topic: below every member of a topic (a cosine is at least −1).
      return (points.topic[point] ?? -1) < 0 ? similarity - 4 : similarity;
    };
  const sign = sort === "newest" ? 1 : -1;
  return (row) => {
    const at = messages.at[row] ?? Number.NaN;
    return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : sign * at;
  };
};

interface Place {
  readonly key: number;
  readonly row: number;
}

const printCursor = (sort: SortName, { key, row }: Place): string => `${sort}~${key}~${row}`;

const readCursor = (text: string, sort: SortName): Place => {
  const [name, key = "", row = ""] = text.split("~");
  const place = { key: Number(key), row: Number(row) };
  if (name !== sort || key === "" || Number.isNaN(place.key) || !Number.isInteger(place.row))
    throw badCursor();
  return place;
};

/**
 * The next `limit` messages of the mask: newest or oldest first, nearest to the centre of their topic, or longest. Equal ones
 * keep the order of the frame. A cursor stays valid as long as the frame is the same, whatever is selected.
 * @throws ParlanceError rejected `bad-cursor`
 */
export const pageOf = (
  frame: Frame,
  mask: MessageMask,
  { sort, limit, cursor }: PageWanted,
): MessagePage => {
  const key = keyOf(frame, sort);
  const from = cursor === undefined ? undefined : readCursor(cursor, sort);
  const follows = (a: Place, b: Place) => a.key < b.key || (a.key === b.key && a.row > b.row);
  const order = (a: Place, b: Place) => (follows(a, b) ? 1 : -1);
  // A buffer larger than `limit`, reduced to the best whenever it is full; rows that sort after the last kept one are skipped.
  let best: Place[] = [];
  let last: Place | undefined;
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] !== 1) continue;
    const place = { key: key(row), row };
    if (last !== undefined && follows(place, last)) continue;
    if (from !== undefined && !follows(place, from)) continue;
    best.push(place);
    if (best.length > 4 * limit + 4) {
      best = best.sort(order).slice(0, limit + 1);
      last = best[limit];
    }
  }
  best.sort(order);
  const shown = best.slice(0, limit);
  const end = shown.at(-1);
  return {
    rows: Uint32Array.from(shown, ({ row }) => row),
    nextCursor: best.length > limit && end !== undefined ? printCursor(sort, end) : null,
  };
};
