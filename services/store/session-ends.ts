// The end of a live session's conversation: read from a place where a chunk begins, cut, and written, a bounded piece a transaction.
import type { Chunk, ChunkUnit } from "#services/domain/chunk.ts";
import type { ConversationId, SessionId } from "#services/domain/ids.ts";
import { closeOpenBatch, dueForIndex } from "./batches.ts";
import { type IndexRules, indexRulesOf } from "./cleaning/rules.ts";
import { findConversation } from "./find-conversation.ts";
import { beyond } from "./places.ts";
import { fillBatches, type StoredMessage, saveDifference, storedColumns } from "./rechunk.ts";
import type { Rows, Store } from "./rows.ts";
import { findSession } from "./sessions.ts";
import type { ConversationRow } from "./tables.ts";

/** Messages read before the first one that changed: what is said just before tells the language of short ones. */
const RUN_UP = 32;
/** Messages cut a transaction: other writers wait for as long as that takes. */
const AT_ONCE = 500;

type Place = (
  conversation: ConversationRow,
  messages: readonly StoredMessage[],
  changed: number,
) => number | undefined;

export interface Cutter {
  /**
   * Where chunks of each unit begin whatever came before, at most at `changed`, the place of the first message that is new; undefined
   * where there is no such place in the list. Chunks that begin before it are as they were.
   */
  readonly beginning: Readonly<Record<ChunkUnit, Place>>;
  readonly cut: Readonly<
    Record<
      ChunkUnit,
      (conversation: ConversationRow, messages: readonly StoredMessage[]) => readonly Chunk[]
    >
  >;
}

const placed = (rows: Rows, conversation: ConversationId) =>
  rows
    .selectFrom("messages")
    .select(storedColumns)
    .where("conversation_id", "=", conversation)
    // What the newest export does not have any more is cut by imports, apart from the rest.
    .where("gone", "=", 0);

/** Where the next piece begins: messages that share a place, on branches of a tree, are cut together. */
const endOfPiece = async (rows: Rows, id: ConversationId, from: number) => {
  const of = () => placed(rows, id).orderBy("position").limit(1);
  const further = await of().where("position", ">=", from).offset(AT_ONCE).executeTakeFirst();
  if (further?.position !== from) return further?.position;
  return (await of().where("position", ">", from).executeTakeFirst())?.position;
};

/** The end of a conversation that has grown, read further and further back. */
class End {
  readonly #rows: Rows;
  readonly #conversation: ConversationRow;
  #messages: readonly StoredMessage[];
  /** The place of the first message that is new. */
  #changed = 0;
  #isWhole = false;

  constructor(rows: Rows, conversation: ConversationRow, messages: readonly StoredMessage[]) {
    this.#rows = rows;
    this.#conversation = conversation;
    this.#messages = messages;
  }

  async #readBack(): Promise<void> {
    const [first] = this.#messages;
    if (first === undefined) return;
    // As many again each time.
    const limit = Math.max(RUN_UP, this.#changed);
    const page = await placed(this.#rows, this.#conversation.id)
      .where(beyond(["position", "id"], "<", [first.position, first.id]))
      .orderBy("position", "desc")
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    this.#messages = [...page.reverse(), ...this.#messages];
    this.#changed += page.length;
    this.#isWhole = page.length < limit;
  }

  /** All that is read, and the messages that chunks of a unit may begin with; reads back until both are known. */
  async from(beginning: Place): Promise<{
    readonly messages: readonly StoredMessage[];
    readonly first: readonly StoredMessage[];
  }> {
    for (;;) {
      const start = this.#isWhole
        ? 0
        : beginning(this.#conversation, this.#messages, this.#changed);
      if (start !== undefined)
        return { messages: this.#messages, first: this.#messages.slice(start) };
      await this.#readBack();
    }
  }
}

/** The messages that wait, at most 500, and where the next piece begins; undefined where this is the last one. */
const readWaiting = async (rows: Rows, id: ConversationId, from: number) => {
  const next = await endOfPiece(rows, id, from);
  const messages = await placed(rows, id)
    .where("position", ">=", from)
    .where("position", "<", next ?? Number.MAX_VALUE)
    .orderBy("position")
    .orderBy("id")
    .execute();
  return { messages, next: messages.length === 0 ? undefined : next };
};

const none: ReadonlySet<string> = new Set();

const idsOf = (messages: readonly StoredMessage[]): ReadonlySet<string> =>
  new Set(messages.map(({ id }) => id));

/** The chunks of both units at the end of a conversation, and the messages that they may begin with. */
const cutEnd = async (
  rows: Rows,
  conversation: ConversationRow,
  messages: readonly StoredMessage[],
  { beginning, cut }: Cutter,
) => {
  if (messages.length === 0) return { chunks: [], end: { message: none, exchange: none } };
  const end = new End(rows, conversation, messages);
  const own = await end.from(beginning.message);
  const shared = await end.from(beginning.exchange);
  const firsts = idsOf(shared.first);
  return {
    chunks: [
      ...cut.message(conversation, own.first),
      // What was said before its beginning is looked at too, where that is not after a pause.
      ...cut
        .exchange(conversation, shared.messages)
        .filter(({ messages: [first] }) => first !== undefined && firsts.has(first)),
    ],
    end: { message: idsOf(own.first), exchange: firsts },
  };
};

/**
 * Cuts the messages of a session that wait, at most 500, together with those just before, whose last chunk may have grown; chunks
 * before that are not looked at. What is new goes into a batch of the session.
 * @returns "more" where messages still wait
 */
export const cutSession = (
  store: Store,
  id: SessionId,
  cutterBy: (rules: IndexRules) => Cutter,
): Promise<"more" | "done"> =>
  store.transaction(async (rows) => {
    const session = await findSession(rows, id);
    const conversation = session && (await findConversation(rows, session.conversation_id));
    if (!conversation || session.pending_from === null) return "done";
    const { messages, next } = await readWaiting(rows, conversation.id, session.pending_from);
    const of = { origin: id, collection: session.collection_id };
    const cutter = cutterBy(await indexRulesOf(rows, of.collection));
    const { fresh, vanished } = await saveDifference(rows, {
      conversation: conversation.id,
      ...(await cutEnd(rows, conversation, messages, cutter)),
    });
    await fillBatches(store, rows, of, fresh);
    if (vanished > 0) await dueForIndex(store, rows, of.collection);
    const left =
      next === undefined
        ? { pending: 0, pending_since: null, pending_from: null }
        : { pending_from: next };
    await rows.updateTable("sessions").set(left).where("id", "=", id).execute();
    if (next !== undefined) return "more";
    await closeOpenBatch(store, rows, id);
    return "done";
  });
