// Which export of a conversation is the newest, and what it does not have any more: main path and thread are those of the newest.
import { sourcesOfWholeConversations, sourcesOfWholeDays } from "#services/domain/conversation.ts";
import {
  type ConversationId,
  isUploadId,
  type MessageId,
  type OriginId,
} from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import { type Said, saidOf } from "./conversation-origins.ts";
import { checkRevisions, ifUnchanged } from "./rechunk.ts";
import { touch } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import type { ConversationRow, MessageRow } from "./tables.ts";

/**
 * Whether what is brought is newer than the newest export so far.
 * @param news whether it says something that no export has said before: decides where the times do not
 */
export const isNewer = (brought: number | null, newest: number | null, news: boolean): boolean =>
  brought !== null && newest !== null && brought !== newest ? brought > newest : news;

/** Whether what is brought is the newest export whatever the times say, or is not: one that was read in part never comes before a whole one. */
export const outranks = (
  source: string,
  partial: number,
  newest: Pick<Said, "partial"> | undefined,
): boolean | undefined =>
  sourcesOfWholeConversations.has(source) && newest !== undefined && newest.partial !== partial
    ? newest.partial > partial
    : undefined;

type Place = Pick<
  MessageRow,
  "id" | "parent_id" | "origin_id" | "on_main_path" | "gone" | "at" | "position"
>;

interface Held {
  readonly places: readonly Place[];
  /** Whether an origin brought a message. */
  readonly has: (origin: OriginId, message: MessageId) => boolean;
  readonly bySession: (message: MessageId) => boolean;
}

const read = async (rows: Rows, id: ConversationId): Promise<Held> => {
  const places = await rows
    .selectFrom("messages")
    .select(["id", "parent_id", "origin_id", "on_main_path", "gone", "at", "position"])
    .where("conversation_id", "=", id)
    .orderBy("position")
    .orderBy("id")
    .execute();
  const held = new Map(places.map((place) => [place.id, new Set([place.origin_id])]));
  for (const piece of inPieces(places.map((place) => place.id)))
    for (const { message_id, origin_id } of await rows
      .selectFrom("message_origins")
      .select(["message_id", "origin_id"])
      .where("message_id", "in", piece)
      .execute())
      held.get(message_id)?.add(origin_id);
  return {
    places,
    has: (origin, message) => held.get(message)?.has(origin) === true,
    bySession: (message) => [...(held.get(message) ?? [])].some((origin) => !isUploadId(origin)),
  };
};

/** The messages that an export of a stretch of time lacks, though others were written before and after them. */
const missingIn = (origin: OriginId, { places, has }: Held): MessageId[] => {
  const times = places.flatMap(({ id, at }) => (at !== null && has(origin, id) ? [at] : []));
  const first = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = times.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  return places.flatMap(({ id, at }) =>
    at !== null && at >= first && at <= last && !has(origin, id) ? [id] : [],
  );
};

type Conversation = Pick<ConversationRow, "source">;

/** What the exports of a conversation say together. */
interface Exports {
  readonly newest: Said | undefined;
  /** Of all of them, those that were read whole. */
  readonly complete: readonly Said[];
  /** Whether there are others. */
  readonly hasPartial: boolean;
  /** Those that were read in part, and are newer than the newest one. */
  readonly additions: readonly Said[];
}

const exportsOf = async (
  rows: Rows,
  newest_id: OriginId | null,
  said: readonly Said[],
): Promise<Exports> => {
  const exports = said.filter(({ origin_id }) => isUploadId(origin_id));
  const newest = exports.find(({ origin_id }) => origin_id === newest_id);
  const complete = exports.filter(({ partial }) => partial === 0);
  const others = exports.filter((one) => one.partial === 1 && one !== newest);
  const found = { newest, complete, hasPartial: complete.length < exports.length };
  if (!newest || others.length === 0) return { ...found, additions: [] };
  const came = await rows
    .selectFrom("uploads")
    .select(["id", "created_at"])
    .where("id", "in", [newest, ...others].map(({ origin_id }) => origin_id).filter(isUploadId))
    .execute();
  const times = new Map<OriginId, number>(came.map(({ id, created_at }) => [id, created_at]));
  const since = ({ origin_id }: Said) => times.get(origin_id) ?? 0;
  const additions = others.filter((one) =>
    isNewer(one.as_of, newest.as_of, since(one) > since(newest)),
  );
  return { ...found, additions };
};

const brings = (held: Held, additions: readonly Said[], id: MessageId): boolean =>
  additions.some(({ origin_id }) => held.has(origin_id, id));

/** An export that was read in part says of no message that it is gone. */
const goneOf = (
  { source }: Conversation,
  held: Held,
  { newest, complete, additions }: Exports,
): ReadonlySet<MessageId> => {
  const missing = sourcesOfWholeDays.has(source)
    ? complete.flatMap(({ origin_id }) => missingIn(origin_id, held))
    : sourcesOfWholeConversations.has(source) && newest?.partial === 0
      ? held.places.flatMap(({ id }) =>
          held.has(newest.origin_id, id) || brings(held, additions, id) ? [] : [id],
        )
      : [];
  return new Set(missing.filter((id) => !held.bySession(id)));
};

/** Undefined where its format does not tell what is gone. */
const findToSettle = async (rows: Rows, id: ConversationId) => {
  const row = await rows
    .selectFrom("conversations")
    .select(["source", "tree", "newest_id", "origin_id", "title", "channel", "raw", "revision"])
    .select(["as_of", "partial", "leaf_id"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row && (sourcesOfWholeConversations.has(row.source) || sourcesOfWholeDays.has(row.source))
    ? row
    : undefined;
};

const save = async (
  rows: Rows,
  ids: readonly MessageId[],
  now: Partial<Pick<MessageRow, "gone" | "on_main_path">>,
): Promise<void> => {
  for (const piece of inPieces(ids))
    await rows.updateTable("messages").set(now).where("id", "in", piece).execute();
};

/** A message that is gone stands before the one that took its place. */
const BEFORE = 0.5;

const standAside = async (rows: Rows, gone: readonly Place[], all: readonly Place[]) => {
  const out = new Set(gone.map(({ id }) => id));
  const taken = new Set(all.filter(({ id }) => !out.has(id)).map(({ position }) => position));
  for (const { id, position } of gone)
    if (taken.has(position))
      await rows
        .updateTable("messages")
        .set({ position: position - BEFORE })
        .where("id", "=", id)
        .execute();
};

/** From the last message of the main path up to its root. */
const pathTo = (leaf: MessageId | null, places: readonly Place[]): ReadonlySet<MessageId> => {
  const parents = new Map(places.map(({ id, parent_id }) => [id, parent_id]));
  const path = new Set<MessageId>();
  for (let at = leaf; at !== null && parents.has(at) && !path.has(at); ) {
    path.add(at);
    at = parents.get(at) ?? null;
  }
  return path;
};

/** That of the newest export, and what others add to its end; undefined where its end is not known. */
const mainPath = (
  { newest, additions }: Exports,
  places: readonly Place[],
): ReadonlySet<MessageId> | undefined => {
  const end = newest?.leaf_id ?? null;
  if (end === null) return undefined;
  return [end, ...additions.map(({ leaf_id }) => leaf_id)]
    .map((leaf) => pathTo(leaf, places))
    .reduce((path, longer) => (longer.has(end) && longer.size > path.size ? longer : path));
};

interface Moved {
  readonly id: MessageId;
  readonly now: Pick<MessageRow, "gone" | "on_main_path">;
}

interface Marks {
  readonly revision: number;
  /** Messages that are gone now. */
  readonly marked: readonly Place[];
  /** Messages of which an export that was read in part says something else than the newest one. */
  readonly moved: readonly Moved[];
  /** All messages, where those that are gone may share a place with others. */
  readonly all: readonly Place[];
}

/** What exports that were read in part add: messages that are there again, and the end of the main path. */
const movedIn = (
  { tree }: Pick<ConversationRow, "tree">,
  held: Held,
  { exports, gone }: { readonly exports: Exports; readonly gone: ReadonlySet<MessageId> },
): Moved[] => {
  if (!exports.hasPartial) return [];
  const path = tree === 1 ? mainPath(exports, held.places) : undefined;
  return held.places.flatMap((place) => {
    const { id, on_main_path } = place;
    const isBack = place.gone === 1 && brings(held, exports.additions, id);
    if (gone.has(id) || held.bySession(id) || (place.gone === 1 && !isBack)) return [];
    const onPath = path?.has(id) ?? (on_main_path === 1 || tree === 0);
    const now = { gone: 0, on_main_path: onPath ? 1 : 0 };
    return isBack || on_main_path !== now.on_main_path ? [{ id, now }] : [];
  });
};

/** Whether the newest export lacks anything: asked of the database, since most lack nothing, and a conversation may be long. */
const lacksAny = async (rows: Rows, id: ConversationId, newest: OriginId): Promise<boolean> =>
  (await rows
    .selectFrom("messages as m")
    .select("m.id")
    .where("m.conversation_id", "=", id)
    .where("m.gone", "=", 0)
    .where("m.origin_id", "!=", newest)
    .where((test) =>
      test.not(
        test.exists(
          test
            .selectFrom("message_origins as s")
            .select("s.message_id")
            .whereRef("s.message_id", "=", "m.id")
            .where("s.origin_id", "=", newest),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()) !== undefined;

const toMark = async (rows: Rows, id: ConversationId): Promise<Marks | undefined> => {
  const row = await findToSettle(rows, id);
  if (!row) return undefined;
  const exports = await exportsOf(rows, row.newest_id, await saidOf(rows, id, row));
  const mayLack =
    exports.hasPartial ||
    !sourcesOfWholeConversations.has(row.source) ||
    (row.newest_id !== null && (await lacksAny(rows, id, row.newest_id)));
  if (!mayLack) return undefined;
  const held = await read(rows, id);
  const gone = goneOf(row, held, exports);
  return {
    revision: row.revision,
    marked: held.places.filter((place) => place.gone === 0 && gone.has(place.id)),
    moved: movedIn(row, held, { exports, gone }),
    all: row.tree === 0 && sourcesOfWholeConversations.has(row.source) ? held.places : [],
  };
};

/**
 * After an export of a conversation was read that others had brought before: marks what the newest export does not have any more.
 * @returns whether anything was marked
 */
export const markGone = async (store: Store, id: ConversationId): Promise<boolean> => {
  for (;;) {
    // Read first, outside of the transaction, since a channel may be long.
    const found = await toMark(store.rows, id);
    if (!found || (found.marked.length === 0 && found.moved.length === 0)) return false;
    const { revision, marked, moved, all } = found;
    const how = await ifUnchanged(store, async (rows) => {
      await checkRevisions(rows, [{ conversation: id, revision }]);
      const ids = marked.map((place) => place.id);
      await save(rows, ids, { gone: 1, on_main_path: 0 });
      await standAside(rows, marked, all);
      for (const { id: message, now } of moved) await save(rows, [message], now);
      await touch(rows, id);
    });
    if (how === "saved") return true;
  }
};

/** The newest by its own time, of those that were read whole if there are any; among those that tell none, the one that came last. */
const newestOf = (source: string, said: readonly Said[]): Said | undefined =>
  said
    .filter(({ origin_id }) => isUploadId(origin_id))
    .reduce<Said | undefined>(
      (best, one) =>
        best === undefined ||
        (outranks(source, one.partial, best) ?? (one.as_of ?? 0) >= (best.as_of ?? 0))
          ? one
          : best,
      undefined,
    );

/** Where the end of an export's main path is not known: up from the last of its messages; all of them where they have no parents. */
const ownPath = ({ origin_id }: Said, { places, has }: Held): ReadonlySet<MessageId> => {
  const own = places.filter(({ id }) => has(origin_id, id));
  return own.some(({ parent_id }) => parent_id !== null)
    ? pathTo(own.at(-1)?.id ?? null, places)
    : new Set(own.map(({ id }) => id));
};

const hasGone = async (rows: Rows, id: ConversationId): Promise<boolean> =>
  (await rows
    .selectFrom("messages")
    .select("id")
    .where("conversation_id", "=", id)
    .where("gone", "=", 1)
    .limit(1)
    .executeTakeFirst()) !== undefined;

/**
 * After an origin was erased: where it was the newest export, the newest of those that are left takes its place, with its main path.
 * @param erasing origins that are gone, or will be
 * @returns the messages that are shown elsewhere now
 */
export const settleAgain = async (
  rows: Rows,
  id: ConversationId,
  erasing: readonly OriginId[],
): Promise<readonly MessageId[]> => {
  const row = await findToSettle(rows, id);
  if (!row) return [];
  const all = await saidOf(rows, id, row);
  const isErased = ({ origin_id }: Pick<Said, "origin_id">) => erasing.includes(origin_id);
  const lost = row.newest_id !== null && isErased({ origin_id: row.newest_id });
  const lostPart = all.some((one) => one.partial === 1 && isErased(one));
  if (!lost && !lostPart && !(sourcesOfWholeDays.has(row.source) && (await hasGone(rows, id))))
    return [];
  const said = all.filter((one) => !isErased(one));
  const newest_id = lost ? (newestOf(row.source, said)?.origin_id ?? null) : row.newest_id;
  if (lost)
    await rows.updateTable("conversations").set({ newest_id }).where("id", "=", id).execute();
  const held = await read(rows, id);
  const exports = await exportsOf(rows, newest_id, said);
  const gone = goneOf(row, held, exports);
  const isTree = row.tree === 1 && (lost || lostPart);
  const path =
    isTree && exports.newest
      ? (mainPath(exports, held.places) ?? ownPath(exports.newest, held))
      : undefined;
  const moved: MessageId[] = [];
  for (const place of held.places) {
    const isGone = gone.has(place.id);
    const onPath = !isGone && (path?.has(place.id) ?? (row.tree === 0 || place.on_main_path === 1));
    const now = { gone: isGone ? 1 : 0, on_main_path: onPath ? 1 : 0 };
    if (place.gone === now.gone && place.on_main_path === now.on_main_path) continue;
    await save(rows, [place.id], now);
    moved.push(place.id);
  }
  return moved;
};
