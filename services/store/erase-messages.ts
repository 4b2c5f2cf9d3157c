// Takes back what an origin brought of messages: those that nobody else brought are deleted, the others are as if it had never come.
import type { ConversationId, MessageId, OriginId } from "#services/domain/ids.ts";
import { deleteAttachmentsOf } from "./attachments.ts";
import { erasingOrigins } from "./being-erased.ts";
import { forgetFindings } from "./cleaning/findings.ts";
import { inPieces } from "./compiled.ts";
import { messagesOfChunk } from "./gone-chunks.ts";
import { contentOf, newestOf, otherOriginsOf, statesOf } from "./message-states.ts";
import type { Origin } from "./origins.ts";
import { packed } from "./raw-record.ts";
import { touch } from "./revisions.ts";
import type { Rows } from "./rows.ts";
import { sumsOf } from "./sums.ts";
import type { MessageOriginRow, MessageStateRow } from "./tables.ts";

/** The messages of a conversation that an origin brought, whoever else did. */
export const messagesBy = async (
  rows: Rows,
  origin: OriginId,
  conversation: ConversationId,
): Promise<MessageId[]> =>
  (
    await rows
      .selectFrom("messages as m")
      .select("m.id")
      .where("m.conversation_id", "=", conversation)
      .where((test) =>
        test.or([
          test("m.origin_id", "=", origin),
          test.exists(
            test
              .selectFrom("message_origins as s")
              .select("s.message_id")
              .whereRef("s.message_id", "=", "m.id")
              .where("s.origin_id", "=", origin),
          ),
        ]),
      )
      .execute()
  ).map(({ id }) => id);

const deleteState = async (rows: Rows, { message_id, state }: MessageStateRow): Promise<void> => {
  await rows
    .deleteFrom("message_states")
    .where("message_id", "=", message_id)
    .where("state", "=", state)
    .execute();
};

/** Makes the origin that brought a state the owner of the message: it has no row of its own then. */
const assign = async (rows: Rows, { message_id, origin_id, state }: MessageOriginRow) => {
  await rows.updateTable("messages").set({ origin_id }).where("id", "=", message_id).execute();
  await rows
    .deleteFrom("message_origins")
    .where("message_id", "=", message_id)
    .where("origin_id", "=", origin_id)
    .where("state", "=", state)
    .execute();
};

/** Another state takes the place of the current one, which nobody has any more. */
const restore = async (rows: Rows, state: MessageStateRow, by: MessageOriginRow): Promise<void> => {
  const { message_id } = state;
  await assign(rows, by);
  await rows
    .updateTable("messages")
    .set(packed(contentOf(state)))
    .where("id", "=", message_id)
    .execute();
  await rows
    .updateTable("message_origins")
    .set({ state: 0 })
    .where("message_id", "=", message_id)
    .where("state", "=", state.state)
    .execute();
  await deleteState(rows, state);
};

type Fate = "same" | "less" | "other" | "none";

/**
 * @param held by others, once those that are being erased are left out
 * @returns what is left: the "same", "less" (a state that was not shown is gone), an"other" state than was shown, or "none"
 */
const takeBack = async (
  rows: Rows,
  of: {
    readonly stays: boolean;
    readonly held: readonly MessageOriginRow[];
    readonly states: readonly MessageStateRow[];
  },
): Promise<Fate> => {
  const { held } = of;
  const current = held.find(({ state }) => state === 0);
  if (!of.stays && held.length === 0) return "none";
  const kept = new Set(held.map(({ state }) => state));
  const left = of.states.filter(({ state }) => kept.has(state));
  for (const state of of.states) if (!kept.has(state.state)) await deleteState(rows, state);
  const fate = left.length < of.states.length ? "less" : "same";
  if (of.stays) return fate;
  if (current) {
    await assign(rows, current);
    return fate;
  }
  const newest = newestOf(left);
  const by = held.find(({ state }) => state === newest?.state);
  if (!newest || !by) return "none";
  await restore(rows, newest, by);
  return "other";
};

const forgetOrigins = async (
  rows: Rows,
  messages: readonly MessageId[],
  erasing: readonly OriginId[],
): Promise<void> => {
  for (const piece of inPieces(messages))
    await rows
      .deleteFrom("message_origins")
      .where("message_id", "in", piece)
      .where("origin_id", "in", erasing)
      .execute();
};

export const deleteMessages = async (rows: Rows, messages: readonly MessageId[]): Promise<void> => {
  await deleteAttachmentsOf(rows, messages);
  for (const piece of inPieces(messages)) {
    await forgetFindings(rows, piece);
    await rows.deleteFrom("message_states").where("message_id", "in", piece).execute();
    await rows.deleteFrom("message_origins").where("message_id", "in", piece).execute();
    await rows.deleteFrom("merged_messages").where("message_id", "in", piece).execute();
    await rows.deleteFrom("messages").where("id", "in", piece).execute();
  }
};

/** Chunks of what is gone wait to be purged; chunks in older versions may be of it too. */
export const purgeChunks = async (
  rows: Rows,
  conversation: ConversationId,
  gone: ReadonlySet<string>,
): Promise<void> => {
  await rows
    .updateTable("chunks")
    .set({ state: "purge" })
    .where("conversation_id", "=", conversation)
    .where("state", "in", ["removed", "superseded"])
    .execute();
  if (gone.size === 0) return;
  const chunks = await rows
    .selectFrom("chunks")
    .select(["id", "message_id", "message_ids"])
    .where("conversation_id", "=", conversation)
    .execute();
  const covering = chunks.filter((chunk) => messagesOfChunk(chunk).some((id) => gone.has(id)));
  for (const piece of inPieces(covering.map(({ id }) => id)))
    await rows.updateTable("chunks").set({ state: "purge" }).where("id", "in", piece).execute();
};

/** Makes the sums of a conversation again. */
export const saveSums = async (rows: Rows, conversation: ConversationId): Promise<void> => {
  const left = await rows
    .selectFrom("messages")
    .select(["author", "role", "kind", "at", "on_main_path"])
    .where("conversation_id", "=", conversation)
    .orderBy("position")
    .orderBy("id")
    .execute();
  await rows
    .updateTable("conversations")
    .set(sumsOf(left))
    .where("id", "=", conversation)
    .execute();
};

/**
 * Takes back what an origin brought of these messages of one conversation, in a transaction. Other origins that are being erased
 * count as gone already. Chunks of what is gone are hidden until `eraseFromConversation` has made others in their place.
 * @param isLast with these, all that the origin brought of the conversation is taken back: its sums are made again
 * @returns whether chunks were hidden
 */
export const takeBackMessages = async (
  rows: Rows,
  origin: Origin,
  of: {
    readonly conversation: ConversationId;
    readonly ids: readonly MessageId[];
    readonly isLast: boolean;
  },
): Promise<boolean> => {
  const erasing = [...(await erasingOrigins(rows, origin.collection)), origin.id];
  const [held, states] = [await otherOriginsOf(rows, of.ids), await statesOf(rows, of.ids)];
  await forgetOrigins(rows, of.ids, erasing);
  const gone = new Set<MessageId>();
  const deleted: MessageId[] = [];
  let less = false;
  for (const piece of inPieces(of.ids))
    for (const message of await rows
      .selectFrom("messages")
      .select(["id", "origin_id"])
      .where("id", "in", piece)
      .execute()) {
      const fate = await takeBack(rows, {
        stays: !erasing.includes(message.origin_id),
        held: (held.get(message.id) ?? []).filter(({ origin_id }) => !erasing.includes(origin_id)),
        states: states.get(message.id) ?? [],
      });
      if (fate === "none") deleted.push(message.id);
      if (fate === "none" || fate === "other") gone.add(message.id);
      less ||= fate !== "same";
    }
  await deleteMessages(rows, deleted);
  // Of the state that was shown until now; the next application of the rules finds what the other one has.
  await forgetFindings(rows, [...gone]);
  if (!less) return false;
  await touch(rows, of.conversation);
  await purgeChunks(rows, of.conversation, gone);
  if (of.isLast) await saveSums(rows, of.conversation);
  return true;
};
