// Erases conversations that nobody else brought: nothing has to be compared or made again, however long they are.
import { setImmediate } from "node:timers/promises";
import type { ConversationId } from "#services/domain/ids.ts";
import { erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { deleteMessages } from "./erase-messages.ts";
import type { Origin } from "./origins.ts";
import { beyond } from "./places.ts";
import { release } from "./release.ts";
import { touch } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { sumsOf } from "./sums.ts";
import type { ChunkRow } from "./tables.ts";
import { whollyErased } from "./wholly-erased.ts";

/** Rows per transaction: few enough that other writers wait only for milliseconds. */
const AT_ONCE = 1000;

type ChunkPlace = Pick<ChunkRow, "message_id" | "id">;

/** Hides some chunks of a conversation. @returns the last one; undefined where there are none after `after` */
const purgeSome = async (
  rows: Rows,
  conversation: ConversationId,
  after: ChunkPlace | undefined,
): Promise<ChunkPlace | undefined> => {
  const chunks = await rows
    .selectFrom("chunks")
    .select(["message_id", "id"])
    .where("conversation_id", "=", conversation)
    .$if(after !== undefined, (query) =>
      query.where(beyond(["message_id", "id"], ">", [after?.message_id ?? "", after?.id ?? ""])),
    )
    .orderBy("message_id")
    .orderBy("id")
    .limit(AT_ONCE)
    .execute();
  for (const piece of inPieces(chunks.map(({ id }) => id)))
    await rows.updateTable("chunks").set({ state: "purge" }).where("id", "in", piece).execute();
  return chunks.at(-1);
};

/** Whether no other origin, apart from those that are being erased too, brought the conversation. */
const isWhole = async (rows: Rows, origin: Origin, conversation: ConversationId) => {
  const erasing = [...(await erasingOrigins(rows, origin.collection)), origin.id];
  return (await whollyErased(rows, [conversation], erasing)).has(conversation);
};

const deleteSomeMessages = async (rows: Rows, conversation: ConversationId): Promise<number> => {
  const messages = await rows
    .selectFrom("messages")
    .select("id")
    .where("conversation_id", "=", conversation)
    .limit(AT_ONCE)
    .execute();
  await deleteMessages(
    rows,
    messages.map(({ id }) => id),
  );
  return messages.length;
};

/**
 * Removes a conversation of which nothing stays: nothing has to be compared or made again, however long it is. Its row stays until
 * the origin is deleted. After a crash it goes on.
 * @returns "shared" where another origin brings the conversation, or begins to meanwhile: the rest of it is still to be erased
 */
export const eraseWhole = async (
  store: Store,
  origin: Origin,
  conversation: ConversationId,
): Promise<"erased" | "shared"> => {
  if (!(await isWhole(store.rows, origin, conversation))) return "shared";
  /** @returns what the work found; "shared" where the conversation is */
  const step = <T>(work: (rows: Rows) => Promise<T>): Promise<T | "shared"> =>
    store.transaction(async (rows) => {
      if (!(await isWhole(rows, origin, conversation))) return "shared" as const;
      // Chunks that are made of it meanwhile are not written.
      await touch(rows, conversation);
      return work(rows);
    });
  // Chunks first: as long as their messages are there, they are hidden.
  for (let last: ChunkPlace | undefined; ; await setImmediate()) {
    const after = last;
    // What a step found counts once it is committed: until then it may be run again.
    const purged = await step((rows) => purgeSome(rows, conversation, after));
    if (purged === "shared") return "shared";
    if (purged === undefined) break;
    last = purged;
  }
  for (; ; await setImmediate()) {
    const deleted = await step((rows) => deleteSomeMessages(rows, conversation));
    if (deleted === "shared") return "shared";
    if (deleted === 0) break;
  }
  return step(async (rows) => {
    await rows
      .updateTable("conversations")
      .set(sumsOf([]))
      .where("id", "=", conversation)
      .execute();
    await release(rows, origin, conversation);
    return "erased" as const;
  });
};
