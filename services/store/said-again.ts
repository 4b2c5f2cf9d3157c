// Conversations of which an export says just what the newest one said: found by a digest each, and saved many at once.
import type { ConversationId, MessageId, OriginId } from "#services/domain/ids.ts";
import { inPieces, insertMany } from "./compiled.ts";
import {
  type BroughtConversation,
  originColumns,
  type Said,
  type StoredConversation,
  type StoredConversations,
} from "./conversation-origins.ts";
import { digest } from "./digest.ts";
import { contentColumns } from "./message-states.ts";
import { isNewer, outranks } from "./newest.ts";
import { type Rows, runCompiled } from "./rows.ts";
import type { ConversationOriginRow, MessageRow } from "./tables.ts";

const placeColumns = [
  "id",
  "parent_id",
  "reply_to_id",
  "on_main_path",
  "gone",
  "position",
] as const satisfies readonly (keyof MessageRow)[];
const saidColumns = [...placeColumns, ...contentColumns] as const;

/** What an export says of a conversation. */
interface Part {
  readonly conversation: BroughtConversation;
  readonly messages: readonly MessageRow[];
  readonly titleSource?: unknown;
  readonly authors?: unknown;
}

/** A digest of all that an export says of a conversation, but for when it was made. */
export const saidKey = ({ conversation, messages, authors, titleSource }: Part): string => {
  const { as_of: _, ...said } = conversation;
  const rows = messages.map((message) => saidColumns.map((column) => message[column]));
  return digest(JSON.stringify([said, authors, titleSource, rows]));
};

interface Again<P extends Part> {
  readonly part: P;
  readonly stored: StoredConversation;
}

/** As the newest export said it, and unchanged since: a change of its messages raises the revision. */
const isAgain = ({ part, stored }: Again<Part>): boolean => {
  const { title, tree } = part.conversation;
  return (
    stored.said_key !== null &&
    stored.said_revision === stored.revision &&
    stored.newest_id !== null &&
    (title === null || title === stored.title) &&
    tree === stored.tree &&
    stored.said_key === saidKey(part)
  );
};

type Told = Pick<
  ConversationOriginRow,
  "conversation_id" | "origin_id" | "ordinal" | "as_of" | "partial"
>;

/** What others than the shown one say of these conversations. */
const toldOf = async (
  rows: Rows,
  ids: readonly ConversationId[],
): Promise<Map<ConversationId, Told[]>> => {
  const told = new Map<ConversationId, Told[]>();
  for (const piece of inPieces(ids)) {
    const { rows: found } = await runCompiled<Told>(
      rows,
      `told of conversations ${piece.length}`,
      (db) =>
        db
          .selectFrom("conversation_origins")
          .select(["conversation_id", "origin_id", "ordinal", "as_of", "partial"])
          .where("conversation_id", "in", piece)
          .orderBy("ordinal"),
      piece,
    );
    for (const one of found) {
      const of = told.get(one.conversation_id);
      if (of) of.push(one);
      else told.set(one.conversation_id, [one]);
    }
  }
  return told;
};

/** Of which of these messages others brought what is there. */
const othersOf = async (
  rows: Rows,
  ids: readonly MessageId[],
  origin: OriginId,
): Promise<MessageId[]> => {
  const others: MessageId[] = [];
  for (const piece of inPieces(ids)) {
    const { rows: found } = await runCompiled<Pick<MessageRow, "id" | "origin_id">>(
      rows,
      `origins of messages ${piece.length}`,
      (db) => db.selectFrom("messages").select(["id", "origin_id"]).where("id", "in", piece),
      piece,
    );
    for (const one of found) if (one.origin_id !== origin) others.push(one.id);
  }
  // A piece may repeat an id.
  return [...new Set(others)];
};

/** Whether the origin is the newest export now, where it says nothing that was not said before. */
const isNewest = (
  { part, stored }: Again<Part>,
  before: Pick<Said, "as_of" | "partial"> | undefined,
): boolean => {
  const { source, partial, as_of } = part.conversation;
  const newer = isNewer(as_of, before?.as_of ?? stored.last_at, false);
  return outranks(source, partial, before) ?? newer;
};

/**
 * Saves what says the same again: that this origin brought it too. Nothing of it changes, so that nothing has to be cut again, and
 * nothing can be gone.
 * @param leaf where the part's main path ends
 * @returns the parts that are saved; the others are to be compared message by message
 */
export const saveSaidAgain = async <P extends Part>(
  rows: Rows,
  parts: readonly P[],
  of: {
    readonly origin: OriginId;
    readonly there: StoredConversations;
    readonly leaf: (part: P) => MessageId | null;
  },
): Promise<ReadonlySet<P>> => {
  const { origin, there } = of;
  const times = new Map<ConversationId, number>();
  for (const { conversation } of parts)
    times.set(conversation.id, (times.get(conversation.id) ?? 0) + 1);
  const alike = parts.flatMap((part): Again<P>[] => {
    const { id } = part.conversation;
    const stored = there.get(id);
    const isOnce = times.get(id) === 1 && stored !== undefined && stored.origin_id !== origin;
    return isOnce && isAgain({ part, stored }) ? [{ part, stored }] : [];
  });
  if (alike.length === 0) return new Set();
  const told = await toldOf(
    rows,
    alike.map(({ part }) => part.conversation.id),
  );
  const again = alike.filter(({ part }) =>
    (told.get(part.conversation.id) ?? []).every((one) => one.origin_id !== origin),
  );
  const brought = again.flatMap(({ part }) => part.messages.map(({ id }) => id));
  const held = (await othersOf(rows, brought, origin)).map((message_id) => ({
    message_id,
    origin_id: origin,
    state: 0,
  }));
  await insertMany(rows, "message_origins", ["message_id", "origin_id", "state"], held);
  const newest: ConversationId[] = [];
  const kept = again.map(({ part, stored }): ConversationOriginRow => {
    const { id, title, channel, raw, as_of, partial } = part.conversation;
    const others = told.get(id) ?? [];
    const before = [stored, ...others].find(({ origin_id }) => origin_id === stored.newest_id);
    if (isNewest({ part, stored }, before)) newest.push(id);
    const ordinal = (others.at(-1)?.ordinal ?? -1) + 1;
    const own = { title, channel, raw, as_of, partial, leaf_id: of.leaf(part) };
    return { ...own, conversation_id: id, origin_id: origin, ordinal };
  });
  await insertMany(rows, "conversation_origins", originColumns, kept);
  for (const piece of inPieces(newest))
    await rows
      .updateTable("conversations")
      .set({ newest_id: origin })
      .where("id", "in", piece)
      .execute();
  return new Set(again.map(({ part }) => part));
};
