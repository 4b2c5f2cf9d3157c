// Which export of a conversation is the newest, and what it does not have any more: main path and thread are those of the newest.
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

/** Formats whose exports contain a conversation whole: what one of them lacks was deleted, or written again. */
const whole: ReadonlySet<string> = new Set(["chatgpt", "claude", "deepseek", "openai", "sharegpt"]);
/** Formats whose exports contain a stretch of time whole, by the messages' own times. */
const stretches: ReadonlySet<string> = new Set(["slack"]);

/**
 * Whether what is brought is newer than the newest export so far.
 * @param news whether it says something that no export has said before: decides where the times do not
 */
export const isNewer = (brought: number | null, newest: number | null, news: boolean): boolean =>
  brought !== null && newest !== null && brought !== newest ? brought > newest : news;

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

type Conversation = Pick<ConversationRow, "source" | "tree" | "newest_id">;

/** @param exports the uploads that brought the conversation */
const goneOf = (
  { source, newest_id }: Conversation,
  held: Held,
  exports: readonly OriginId[],
): ReadonlySet<MessageId> => {
  const missing = stretches.has(source)
    ? exports.flatMap((origin) => missingIn(origin, held))
    : whole.has(source) && newest_id !== null
      ? held.places.flatMap(({ id }) => (held.has(newest_id, id) ? [] : [id]))
      : [];
  return new Set(missing.filter((id) => !held.bySession(id)));
};

/** Undefined where its format does not tell what is gone. */
const findToSettle = async (rows: Rows, id: ConversationId) => {
  const row = await rows
    .selectFrom("conversations")
    .select(["source", "tree", "newest_id", "origin_id", "title", "channel", "raw", "revision"])
    .select(["as_of", "leaf_id"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row && (whole.has(row.source) || stretches.has(row.source)) ? row : undefined;
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

interface Marks {
  readonly revision: number;
  readonly marked: readonly Place[];
  /** All messages, where those that are gone may share a place with others. */
  readonly all: readonly Place[];
}

const toMark = async (rows: Rows, id: ConversationId): Promise<Marks | undefined> => {
  const row = await findToSettle(rows, id);
  if (!row) return undefined;
  const held = await read(rows, id);
  const gone = goneOf(row, held, exportsOf(await saidOf(rows, id, row)));
  return {
    revision: row.revision,
    marked: held.places.filter((place) => place.gone === 0 && gone.has(place.id)),
    all: row.tree === 0 && whole.has(row.source) ? held.places : [],
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
    if (!found || found.marked.length === 0) return false;
    const { revision, marked, all } = found;
    const how = await ifUnchanged(store, async (rows) => {
      await checkRevisions(rows, [{ conversation: id, revision }]);
      const ids = marked.map((place) => place.id);
      await save(rows, ids, { gone: 1, on_main_path: 0 });
      await standAside(rows, marked, all);
      await touch(rows, id);
    });
    if (how === "saved") return true;
  }
};

const exportsOf = (said: readonly Said[]): OriginId[] =>
  said.map(({ origin_id }) => origin_id).filter(isUploadId);

/** The newest by its own time; among those that tell none, the one that came last. */
const newestOf = (said: readonly Said[]): Said | undefined =>
  said
    .filter(({ origin_id }) => isUploadId(origin_id))
    .reduce<Said | undefined>(
      (best, one) => (best === undefined || (one.as_of ?? 0) >= (best.as_of ?? 0) ? one : best),
      undefined,
    );

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

/** The main path of an export: to the leaf that it names, or to the last of its messages; all of them where they have no parents. */
const mainPathOf = (
  { origin_id, leaf_id }: Said,
  { places, has }: Held,
): ReadonlySet<MessageId> => {
  if (leaf_id !== null) return pathTo(leaf_id, places);
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
  const lost = row.newest_id !== null && erasing.includes(row.newest_id);
  if (!lost && !(stretches.has(row.source) && (await hasGone(rows, id)))) return [];
  const said = (await saidOf(rows, id, row)).filter(
    ({ origin_id }) => !erasing.includes(origin_id),
  );
  const newest = lost ? newestOf(said) : undefined;
  const newest_id = lost ? (newest?.origin_id ?? null) : row.newest_id;
  if (lost)
    await rows.updateTable("conversations").set({ newest_id }).where("id", "=", id).execute();
  const held = await read(rows, id);
  const gone = goneOf({ ...row, newest_id }, held, exportsOf(said));
  const path = row.tree === 1 && newest ? mainPathOf(newest, held) : undefined;
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
