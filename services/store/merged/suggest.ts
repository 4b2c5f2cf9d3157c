// Conversations that may be the same chat as one: of the same time, with some of its longer messages word for word.
import { setImmediate } from "node:timers/promises";
import { hiddenKinds } from "#services/domain/conversation.ts";
import { erasingOrigins, withoutErased } from "../being-erased.ts";
import type { Rows } from "../rows.ts";
import type { ConversationRow } from "../tables.ts";
import { MOST_MERGED } from "./requests.ts";

/** Clocks of two phones differ by no more. */
const MOST_SHIFT = 26 * 3_600_000;
/** Conversations that are looked through, the longest first. */
const MOST_CANDIDATES = 200;
/** Messages of theirs that are looked through: others of the server wait for each statement. */
const MOST_LOOKED_THROUGH = 300_000;
/** In one statement. */
const CONVERSATIONS_AT_ONCE = 10;
/** Messages that are looked for, out of so many of the conversation. */
const SAMPLE = 40;
const SAMPLED_FROM = 4000;
/** Shorter ones are in any chat. */
const TELLING = 20;
const MOST_SUGGESTED = 5;

export interface MergeSuggestion {
  readonly conversation: ConversationRow;
  readonly shared: number;
  readonly of: number;
}

const sampleOf = async (rows: Rows, { id }: ConversationRow): Promise<string[]> => {
  const found = await rows
    .selectFrom("messages")
    .select("text")
    .where("conversation_id", "=", id)
    .where("on_main_path", "=", 1)
    .where("kind", "not in", hiddenKinds)
    .orderBy("position", "desc")
    .limit(SAMPLED_FROM)
    .execute();
  const texts = [...new Set(found.map(({ text }) => text))].filter(
    (text) => text.length >= TELLING && text.length <= 1000,
  );
  const step = Math.max(1, texts.length / SAMPLE);
  return texts.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
};

const keptOf = ({ message_count, other_count }: ConversationRow) => message_count + other_count;

const candidatesOf = (rows: Rows, of: ConversationRow): Promise<ConversationRow[]> =>
  rows
    .selectFrom("conversations")
    .selectAll()
    .where("collection_id", "=", of.collection_id)
    .where("hidden", "=", 0)
    .where("tree", "=", 0)
    .where("id", "!=", of.id)
    .where((make) =>
      make(make("message_count", "+", make.ref("other_count")), "<=", MOST_MERGED - keptOf(of)),
    )
    .where("first_at", "<=", (of.last_at ?? 0) + MOST_SHIFT)
    .where("last_at", ">=", (of.first_at ?? 0) - MOST_SHIFT)
    .orderBy("message_count", "desc")
    .orderBy("id")
    .limit(MOST_CANDIDATES)
    .execute();

/** Not more at once than others can wait for; those that are too long for what is left are not looked through. */
const inTurns = (candidates: readonly ConversationRow[]): ConversationRow[][] => {
  let left = MOST_LOOKED_THROUGH;
  const looked = candidates.filter((one) => {
    const fits = keptOf(one) <= left;
    if (fits) left -= keptOf(one);
    return fits;
  });
  const turns: ConversationRow[][] = [];
  for (let from = 0; from < looked.length; from += CONVERSATIONS_AT_ONCE)
    turns.push(looked.slice(from, from + CONVERSATIONS_AT_ONCE));
  return turns;
};

/** Those with most of them first; none where the conversation has no longer messages, or no times. */
export const suggestMerges = async (
  rows: Rows,
  of: ConversationRow,
): Promise<MergeSuggestion[]> => {
  if (of.first_at === null || of.last_at === null || of.tree === 1) return [];
  const sample = await sampleOf(rows, of);
  if (sample.length === 0) return [];
  const candidates = await candidatesOf(rows, of);
  const erasing = await erasingOrigins(rows, of.collection_id);
  const shared = new Map<string, number>();
  const least = sample.length > 4 ? 2 : 1;
  for (const turn of inTurns(candidates)) {
    for (const { id, texts } of await rows
      .selectFrom("messages")
      .select((make) => [
        "conversation_id as id",
        make.fn.count<number>("text").distinct().as("texts"),
      ])
      .where(
        "conversation_id",
        "in",
        turn.map(({ id }) => id),
      )
      .where("text", "in", sample)
      .groupBy("conversation_id")
      .execute())
      if (Number(texts) >= least) shared.set(id, Number(texts));
    await setImmediate();
  }
  const found = (await withoutErased(rows, candidates, erasing)).flatMap((conversation) => {
    const texts = shared.get(conversation.id);
    return texts === undefined ? [] : [{ conversation, shared: texts, of: sample.length }];
  });
  return found.sort((a, b) => b.shared - a.shared).slice(0, MOST_SUGGESTED);
};
