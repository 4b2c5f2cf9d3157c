// Long conversations, a segment at a time: read from a position on, cut, and written in a transaction with how far it has come.
import { setImmediate } from "node:timers/promises";
import type { Chunk } from "#services/domain/chunk.ts";
import type { ConversationId } from "#services/domain/ids.ts";
import { beyond } from "./places.ts";
import {
  type Cutting,
  checkRevisions,
  ifUnchanged,
  type StoredMessage,
  saveCut,
  saveDifference,
  storedColumns,
} from "./rechunk.ts";
import type { Rows, Store } from "./rows.ts";
import { openSums, type Sums } from "./sums.ts";

/** Messages of a page, where a whole conversation is gone through for its sums. */
const A_PAGE = 5000;

/** Messages of a conversation in order from a position on, and its revision before them; undefined where it has been erased or is not shown. */
export const readSegment = async (
  rows: Rows,
  conversation: ConversationId,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<{ readonly revision: number; readonly messages: StoredMessage[] } | undefined> => {
  const row = await rows
    .selectFrom("conversations")
    .select("revision")
    .where("id", "=", conversation)
    .where("hidden", "=", 0)
    .executeTakeFirst();
  return (
    row && {
      revision: row.revision,
      messages: await rows
        .selectFrom("messages")
        .select(storedColumns)
        .where("conversation_id", "=", conversation)
        .where("position", ">=", from)
        .orderBy("position")
        .orderBy("id")
        .limit(limit)
        .execute(),
    }
  );
};

/** The sums of a conversation, a page of its messages at a time. */
export const sumsInPages = async (rows: Rows, conversation: ConversationId): Promise<Sums> => {
  const sums = openSums();
  for (let after = { position: -Number.MAX_VALUE, id: "" }; ; ) {
    const page = await rows
      .selectFrom("messages")
      .select(["id", "position", "author", "role", "kind", "at", "on_main_path"])
      .where("conversation_id", "=", conversation)
      .where(beyond(["position", "id"], ">", [after.position, after.id]))
      .orderBy("position")
      .orderBy("id")
      .limit(A_PAGE)
      .execute();
    sums.add(page);
    const last = page.at(-1);
    if (last === undefined || page.length < A_PAGE) return sums.read();
    after = last;
    await setImmediate();
  }
};

export interface Segment {
  readonly conversation: ConversationId;
  /** Revision of the conversation that the chunks were made from. */
  readonly revision: number;
  readonly messages: readonly StoredMessage[];
  readonly chunks: readonly Chunk[];
  /** The position from which the conversation is still to be cut. */
  readonly next: number;
  /** Its messages are not in the conversation's sums yet: they are added, and what is shown while it is read grows with it. */
  readonly addToSums: boolean;
}

/** Exact where no more people speak than are named; all of it is added up again at the conversation's end. */
const growSums = async (rows: Rows, { conversation, messages }: Segment): Promise<void> => {
  const before = await rows
    .selectFrom("conversations")
    .select(["message_count", "other_count", "first_at", "last_at", "participants"])
    .where("id", "=", conversation)
    .executeTakeFirstOrThrow();
  const sums = openSums(before);
  sums.add(messages);
  await rows.updateTable("conversations").set(sums.read()).where("id", "=", conversation).execute();
};

/**
 * Writes the chunks of a segment and how far the conversation is cut, in one transaction.
 * @param of.after number of conversations done before; if another worker has done more, this one stops.
 * @returns "changed", and writes nothing, where an erasure changed the conversation since it was read: read the segment again
 * @throws ParlanceError unavailable `superseded`
 */
export const saveSegment = (
  store: Store,
  of: Cutting,
  segment: Segment,
): Promise<"saved" | "changed"> =>
  ifUnchanged(store, async (rows) => {
    await checkRevisions(rows, [segment]);
    const { conversation, chunks, next } = segment;
    const ids = new Set(segment.messages.map(({ id }) => id));
    const end = { message: ids, exchange: ids };
    const difference = await saveDifference(rows, { conversation, chunks, end });
    if (segment.addToSums) await growSums(rows, segment);
    const progress = { cut_conversation: conversation, cut_from: next };
    await saveCut(store, rows, { of, difference, progress });
  });
