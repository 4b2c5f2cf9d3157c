// What origins say of a conversation itself: the newest title is in `conversations`, what others say is kept beside it.
import type { CollectionId, ConversationId, MessageId, OriginId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import { mergedInto } from "./merged/rule.ts";
import type { Rows } from "./rows.ts";
import type { ConversationOriginRow, ConversationRow } from "./tables.ts";

export type BroughtConversation = Pick<
  ConversationRow,
  | "id"
  | "source"
  | "source_id"
  | "title"
  | "channel"
  | "tree"
  | "raw"
  | "as_of"
  | "partial"
  | "start_key"
  | "end_key"
>;

const storedColumns = [
  "title",
  "channel",
  "tree",
  "raw",
  "origin_id",
  "as_of",
  "partial",
  "leaf_id",
  "newest_id",
  "last_at",
  "revision",
  "said_key",
  "said_revision",
] as const satisfies readonly (keyof ConversationRow)[];

/** Of what origins say beside the newest title. */
export const originColumns = [
  "conversation_id",
  "origin_id",
  "ordinal",
  "title",
  "channel",
  "raw",
  "as_of",
  "partial",
  "leaf_id",
] as const satisfies readonly (keyof ConversationOriginRow)[];

export type StoredConversation = Pick<ConversationRow, (typeof storedColumns)[number]>;
export type StoredConversations = Map<ConversationId, StoredConversation>;

/** What is stored of those of these conversations that are there. */
export const conversationsThere = async (
  rows: Rows,
  parts: readonly { readonly conversation: Pick<BroughtConversation, "id"> }[],
): Promise<StoredConversations> => {
  const ids = [...new Set(parts.map((part) => part.conversation.id))];
  const there: StoredConversations = new Map();
  for (const piece of inPieces(ids))
    for (const { id, ...stored } of await rows
      .selectFrom("conversations")
      .select(["id", ...storedColumns])
      .where("id", "in", piece)
      .execute())
      there.set(id, stored);
  return there;
};

/** What one origin says of a conversation. */
export type Said = Pick<
  ConversationOriginRow,
  "origin_id" | "title" | "channel" | "raw" | "as_of" | "partial" | "leaf_id"
>;

/** What all origins say of a conversation, in the order in which they came: the one whose title is shown is the first. */
export const saidOf = async (
  rows: Rows,
  id: ConversationId,
  stored: Said,
): Promise<readonly Said[]> => {
  const others = await rows
    .selectFrom("conversation_origins")
    .select(["origin_id", "title", "channel", "raw", "as_of", "partial", "leaf_id"])
    .where("conversation_id", "=", id)
    .orderBy("ordinal")
    .execute();
  return [stored, ...others];
};

const dropSaid = (rows: Rows, id: ConversationId, origin: OriginId) =>
  rows
    .deleteFrom("conversation_origins")
    .where("conversation_id", "=", id)
    .where("origin_id", "=", origin)
    .execute();

const keepBeside = async (rows: Rows, id: ConversationId, said: Said): Promise<void> => {
  const last = await rows
    .selectFrom("conversation_origins")
    .select((make) => make.fn.max<number | null>("ordinal").as("ordinal"))
    .where("conversation_id", "=", id)
    .executeTakeFirst();
  const { origin_id, title, channel, raw, as_of, partial, leaf_id } = said;
  const ordinal = (last?.ordinal ?? -1) + 1;
  await rows
    .insertInto("conversation_origins")
    .values({
      conversation_id: id,
      origin_id,
      ordinal,
      title,
      channel,
      raw,
      as_of,
      partial,
      leaf_id,
    })
    .execute();
};

/** Writes a conversation that is not there yet. */
export const insertConversation = async (
  rows: Rows,
  brought: BroughtConversation,
  of: {
    readonly origin: OriginId;
    readonly collection: CollectionId;
    readonly leaf: MessageId | null;
    /** Whether the origin is an export. */
    readonly whole: boolean;
    /** A digest of what the origin says; null where that is not to be compared. */
    readonly key: string | null;
  },
): Promise<StoredConversation> => {
  const newest_id = of.whole ? of.origin : null;
  const said = { said_key: of.key, said_revision: 0, revision: 0 };
  const stored = { origin_id: of.origin, leaf_id: of.leaf, newest_id, last_at: null, ...said };
  const { id, title, channel, tree, raw, as_of, partial } = brought;
  const into = await mergedInto(rows, id);
  await rows
    .insertInto("conversations")
    .values({
      ...brought,
      ...stored,
      hidden: into === undefined ? 0 : 1,
      collection_id: of.collection,
      message_count: 0,
      other_count: 0,
      first_at: null,
      participants: "[]",
    })
    .execute();
  return { ...stored, title, channel, tree, raw, as_of, partial };
};

/**
 * Writes what an origin says of a conversation that is there: its title is shown where `shown`, otherwise it is kept beside.
 * @param said what all origins said of it before
 * @param newest whether the origin is the newest export now
 */
export const saveSaid = async (
  rows: Rows,
  id: ConversationId,
  of: {
    readonly brought: Pick<BroughtConversation, "tree" | "start_key" | "end_key">;
    readonly own: Said;
    readonly stored: StoredConversation;
    readonly said: readonly Said[];
    readonly shown: boolean;
    readonly newest: boolean;
  },
): Promise<StoredConversation> => {
  const { brought, own, stored, said } = of;
  const before = said.find(({ origin_id }) => origin_id === own.origin_id);
  const mine = {
    ...own,
    leaf_id: own.leaf_id ?? before?.leaf_id ?? null,
    partial: Math.max(own.partial, before?.partial ?? 0),
  };
  const { leaf_id, partial } = mine;
  let now: StoredConversation = {
    ...stored,
    // A conversation has no branches while it is live; an export of it may have.
    tree: Math.max(brought.tree, stored.tree),
    newest_id: of.newest ? own.origin_id : stored.newest_id,
  };
  if (of.shown) {
    if (stored.origin_id !== own.origin_id) {
      await dropSaid(rows, id, own.origin_id);
      await keepBeside(rows, id, stored);
    }
    now = { ...now, ...mine };
  } else if (before === undefined) await keepBeside(rows, id, mine);
  else if (stored.origin_id === own.origin_id) now = { ...now, leaf_id, partial };
  else if (before.leaf_id !== leaf_id || before.partial !== partial)
    await rows
      .updateTable("conversation_origins")
      .set({ leaf_id, partial })
      .where("conversation_id", "=", id)
      .where("origin_id", "=", own.origin_id)
      .execute();
  const { last_at: _, revision: __, said_key: ___, said_revision: ____, ...columns } = now;
  const changed = Object.entries(columns).some(
    ([name, value]) => stored[name as keyof typeof columns] !== value,
  );
  const keys = of.newest && brought.end_key !== null;
  if (changed || keys)
    await rows
      .updateTable("conversations")
      .set(keys ? { ...columns, start_key: brought.start_key, end_key: brought.end_key } : columns)
      .where("id", "=", id)
      .execute();
  return now;
};

/** Of two origins' titles, the newer export's is shown, the one that came later where they do not tell; one is better than none. */
const isShownBefore = (row: ConversationOriginRow, other: ConversationOriginRow | undefined) => {
  if (other === undefined) return true;
  if (row.title === null || other.title === null) return row.title !== null;
  return row.as_of === null || other.as_of === null || row.as_of >= other.as_of;
};

/** What the remaining origins say of these conversations: the newest title, if any of them has one. */
export const saidByOthers = async (
  rows: Rows,
  ids: readonly ConversationId[],
  erasing: readonly OriginId[],
): Promise<Map<ConversationId, ConversationOriginRow>> => {
  const said = new Map<ConversationId, ConversationOriginRow>();
  for (const piece of inPieces(ids))
    for (const row of await rows
      .selectFrom("conversation_origins")
      .select(["conversation_id", "origin_id", "ordinal", "title", "channel", "raw"])
      .select(["as_of", "partial", "leaf_id"])
      .where("conversation_id", "in", piece)
      .where("origin_id", "not in", erasing)
      .orderBy("ordinal")
      .execute())
      if (isShownBefore(row, said.get(row.conversation_id))) said.set(row.conversation_id, row);
  return said;
};

/** Titles and channels of these conversations as shown while some origins are erased: what only those said is left out. */
export const withoutErasedTitles = async <
  C extends Pick<ConversationRow, "id" | "title" | "channel" | "origin_id">,
>(
  rows: Rows,
  conversations: readonly C[],
  erasing: readonly OriginId[],
): Promise<C[]> => {
  const theirs = conversations.filter(({ origin_id }) => erasing.includes(origin_id));
  if (theirs.length === 0) return [...conversations];
  const ids = theirs.map(({ id }) => id);
  const said = await saidByOthers(rows, ids, erasing);
  const hidden = new Set(ids);
  return conversations.map((row) => {
    const { title = null, channel = null } = said.get(row.id) ?? {};
    return hidden.has(row.id) ? { ...row, title, channel } : row;
  });
};

/**
 * Takes back what an origin said of a conversation. Where nobody else says anything of it, it belongs to `heir`, without a title;
 * without an heir it stays with the origin, to be deleted with it.
 */
export const takeBackTitle = async (
  rows: Rows,
  id: ConversationId,
  of: {
    readonly origin: OriginId;
    readonly erasing: readonly OriginId[];
    readonly heir: OriginId | undefined;
  },
): Promise<void> => {
  await dropSaid(rows, id, of.origin);
  const said = (await saidByOthers(rows, [id], of.erasing)).get(id);
  const origin = said?.origin_id ?? of.heir;
  if (origin === undefined) return;
  const { numUpdatedRows } = await rows
    .updateTable("conversations")
    .set({
      title: said?.title ?? null,
      channel: said?.channel ?? null,
      raw: said?.raw ?? null,
      as_of: said?.as_of ?? null,
      partial: said?.partial ?? 0,
      leaf_id: said?.leaf_id ?? null,
      origin_id: origin,
    })
    .where("id", "=", id)
    .where("origin_id", "=", of.origin)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await dropSaid(rows, id, origin);
};
