// Records that hold what was refused: one record of a source may be kept with several messages, so it goes from all of them.
import { type Cleaner, type CleaningRules, wordsOf } from "#services/domain/cleaning.ts";
import type { ConversationId, MessageId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import { packRaw, type StoredRaw, unpackRaw } from "../raw-record.ts";
import type { Rows } from "../rows.ts";
import type { MessageStateRow } from "../tables.ts";

type StatePlace = Pick<MessageStateRow, "message_id" | "state">;

/** Messages and earlier states whose record is emptied. */
export interface RefusedRecords {
  readonly messages: readonly MessageId[];
  readonly states: readonly StatePlace[];
}

export type Holds = (raw: string) => boolean;

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** What stands between the quotes of JSON, as it is read. */
const readable = (raw: string): string =>
  raw.replaceAll(/\\(["\\/nrt])/gu, (_, one: string) => escapes[one] ?? one);

/** Whether a record is one of the refused ones, or holds what the rules refuse. */
export const openHolds = (
  refused: ReadonlySet<string>,
  rules: CleaningRules,
  cleaner: Cleaner,
): Holds => {
  const known = new Map<string, boolean>();
  return (raw) => {
    if (raw === "") return false;
    if (refused.has(raw)) return true;
    const before = known.get(raw);
    if (before !== undefined) return before;
    const holds =
      cleaner.isRefused(raw, rules) ||
      (raw.includes("\\") && cleaner.isRefused(readable(raw), rules));
    // Those of one record follow each other.
    known.clear();
    known.set(raw, holds);
    return holds;
  };
};

interface Stored {
  readonly raw: StoredRaw;
  readonly text: string;
  readonly unmasked: string | null;
}

const rawOf = (row: Stored): string => unpackRaw(row.raw, wordsOf(row));

/** The records of these messages, without empty ones. */
export const recordsOf = async (rows: Rows, ids: readonly MessageId[]): Promise<Set<string>> => {
  const records = new Set<string>();
  for (const piece of inPieces(ids))
    for (const row of await rows
      .selectFrom("messages")
      .select(["raw", "text", "unmasked"])
      .where("id", "in", [...new Set(piece)])
      .execute())
      records.add(rawOf(row));
  records.delete("");
  return records;
};

/** Of these messages, and of their earlier states. */
export const refusedRecords = async (
  rows: Rows,
  ids: readonly MessageId[],
  holds: Holds,
): Promise<RefusedRecords> => {
  const messages: MessageId[] = [];
  const states: StatePlace[] = [];
  for (const piece of inPieces(ids)) {
    const some = [...new Set(piece)];
    for (const { id, ...row } of await rows
      .selectFrom("messages")
      .select(["id", "raw", "text", "unmasked"])
      .where("id", "in", some)
      .orderBy("position")
      .execute())
      if (holds(rawOf(row))) messages.push(id);
    for (const { message_id, state, ...row } of await rows
      .selectFrom("message_states")
      .select(["message_id", "state", "raw", "text", "unmasked"])
      .where("message_id", "in", some)
      .execute())
      if (holds(rawOf(row))) states.push({ message_id, state });
  }
  return { messages, states };
};

export const emptyRecords = async (
  rows: Rows,
  { messages, states }: RefusedRecords,
): Promise<void> => {
  const raw = packRaw("", "");
  for (const piece of inPieces(messages))
    await rows
      .updateTable("messages")
      .set({ raw })
      .where("id", "in", [...new Set(piece)])
      .execute();
  for (const { message_id, state } of states)
    await rows
      .updateTable("message_states")
      .set({ raw })
      .where("message_id", "=", message_id)
      .where("state", "=", state)
      .execute();
};

/** Of messages of a conversation that were stored before a message with the same record was refused. */
export const emptySameRecords = async (
  rows: Rows,
  conversation: ConversationId,
  refused: ReadonlySet<string>,
): Promise<void> => {
  const stored = await rows
    .selectFrom("messages")
    .select("id")
    .where("conversation_id", "=", conversation)
    .execute();
  const ids = stored.map(({ id }) => id);
  await emptyRecords(rows, await refusedRecords(rows, ids, (raw) => refused.has(raw)));
};
