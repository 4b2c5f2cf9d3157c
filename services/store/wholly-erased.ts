// Conversations that only origins that are being erased brought: all of them goes, so that none of their messages has to be looked at.
import type { ExpressionBuilder } from "kysely";
import type { CollectionId, ConversationId, OriginId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow, Tables } from "./tables.ts";

/** True where an origin that stays brought the conversation `v`. */
export const isBroughtByOthers =
  (erasing: readonly OriginId[]) =>
  (test: ExpressionBuilder<Tables & { v: ConversationRow }, "v">) =>
    test.or([
      test("v.origin_id", "not in", erasing),
      test.exists(
        test
          .selectFrom("conversation_origins as o")
          .select("o.conversation_id")
          .whereRef("o.conversation_id", "=", "v.id")
          .where("o.origin_id", "not in", erasing),
      ),
    ]);

const ofThese = (rows: Rows, erasing: readonly OriginId[]) =>
  rows
    .selectFrom("conversations as v")
    .select("v.id")
    .where((test) => test.not(isBroughtByOthers(erasing)(test)));

/** The conversations of a collection of which nothing stays. */
export const whollyErasedIn = async (
  rows: Rows,
  collection: CollectionId,
  erasing: readonly OriginId[],
): Promise<ReadonlySet<ConversationId>> =>
  new Set(
    erasing.length === 0
      ? []
      : (await ofThese(rows, erasing).where("v.collection_id", "=", collection).execute()).map(
          ({ id }) => id,
        ),
  );

/** Those of these conversations of which nothing stays. */
export const whollyErased = async (
  rows: Rows,
  conversations: readonly ConversationId[],
  erasing: readonly OriginId[],
): Promise<ReadonlySet<ConversationId>> => {
  const whole = new Set<ConversationId>();
  if (erasing.length === 0) return whole;
  for (const piece of inPieces(conversations))
    for (const { id } of await ofThese(rows, erasing).where("v.id", "in", piece).execute())
      whole.add(id);
  return whole;
};
