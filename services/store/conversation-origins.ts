// What origins say of a conversation itself: the newest title is in `conversations`, what others say is kept beside it.
import type { CollectionId, ConversationId, OriginId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";
import type { ConversationOriginRow, ConversationRow } from "./tables.ts";

export type BroughtConversation = Pick<
  ConversationRow,
  "id" | "source" | "source_id" | "title" | "channel" | "tree" | "raw"
>;

type Stored = Pick<ConversationRow, "title" | "channel" | "tree" | "origin_id">;
export type StoredConversations = Map<ConversationId, Stored>;

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
      .select(["id", "title", "channel", "tree", "origin_id"])
      .where("id", "in", piece)
      .execute())
      there.set(id, stored);
  return there;
};

type Said = Pick<ConversationOriginRow, "title" | "channel" | "raw">;

const keepBeside = async (
  rows: Rows,
  { id, origin }: { readonly id: ConversationId; readonly origin: OriginId },
  { title, channel, raw }: Said,
): Promise<void> => {
  const last = await rows
    .selectFrom("conversation_origins")
    .select((make) => make.fn.max<number | null>("ordinal").as("ordinal"))
    .where("conversation_id", "=", id)
    .executeTakeFirst();
  const ordinal = (last?.ordinal ?? -1) + 1;
  await rows
    .insertInto("conversation_origins")
    .values({ conversation_id: id, origin_id: origin, ordinal, title, channel, raw })
    .execute();
};

const isKept = async (rows: Rows, id: ConversationId, origin: OriginId): Promise<boolean> =>
  (await rows
    .selectFrom("conversation_origins")
    .select("ordinal")
    .where("conversation_id", "=", id)
    .where("origin_id", "=", origin)
    .executeTakeFirst()) !== undefined;

/** Another origin's title takes the place of the stored one, which is kept beside it. */
const retitle = async (rows: Rows, brought: BroughtConversation, origin: OriginId) => {
  const { id, title, channel, raw } = brought;
  const before = await rows
    .selectFrom("conversations")
    .select(["title", "channel", "raw", "origin_id"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  if (before.origin_id !== origin) {
    await rows
      .deleteFrom("conversation_origins")
      .where("conversation_id", "=", id)
      .where("origin_id", "=", origin)
      .execute();
    await keepBeside(rows, { id, origin: before.origin_id }, before);
  }
  await rows
    .updateTable("conversations")
    .set({ title, channel, raw, origin_id: origin })
    .where("id", "=", id)
    .execute();
};

/** @returns true where the conversation was not there */
export const saveConversation = async (
  rows: Rows,
  brought: BroughtConversation,
  of: { readonly origin: OriginId; readonly collection: CollectionId },
  there: StoredConversations,
): Promise<boolean> => {
  const { id, title, channel, tree } = brought;
  const stored = there.get(id);
  if (!stored) {
    await rows
      .insertInto("conversations")
      .values({
        ...brought,
        collection_id: of.collection,
        origin_id: of.origin,
        message_count: 0,
        other_count: 0,
        first_at: null,
        last_at: null,
        participants: "[]",
        revision: 0,
      })
      .execute();
    there.set(id, { title, channel, tree, origin_id: of.origin });
    return true;
  }
  const renamed = title !== null && title !== stored.title;
  if (renamed) await retitle(rows, brought, of.origin);
  else if (stored.origin_id !== of.origin && !(await isKept(rows, id, of.origin)))
    await keepBeside(rows, { id, origin: of.origin }, brought);
  // A conversation has no branches while it is live; an export of it may have.
  if (tree > stored.tree)
    await rows.updateTable("conversations").set({ tree }).where("id", "=", id).execute();
  there.set(id, {
    ...(renamed ? { title, channel, origin_id: of.origin } : stored),
    tree: Math.max(tree, stored.tree),
  });
  return false;
};

/** What the remaining origins say of these conversations: the title that came last, if any of them has one. */
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
      .where("conversation_id", "in", piece)
      .where("origin_id", "not in", erasing)
      .orderBy("ordinal")
      .execute())
      if (row.title !== null || !said.has(row.conversation_id)) said.set(row.conversation_id, row);
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
  const drop = (origin: OriginId) =>
    rows
      .deleteFrom("conversation_origins")
      .where("conversation_id", "=", id)
      .where("origin_id", "=", origin)
      .execute();
  await drop(of.origin);
  const said = (await saidByOthers(rows, [id], of.erasing)).get(id);
  const origin = said?.origin_id ?? of.heir;
  if (origin === undefined) return;
  const { numUpdatedRows } = await rows
    .updateTable("conversations")
    .set({
      title: said?.title ?? null,
      channel: said?.channel ?? null,
      raw: said?.raw ?? null,
      origin_id: origin,
    })
    .where("id", "=", id)
    .where("origin_id", "=", of.origin)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await drop(origin);
};
