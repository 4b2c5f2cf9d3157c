// What a record says of itself as a conversation: its id, and when it was as it is here.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import { type Millis, millis } from "#services/domain/units.ts";
import { fingerprint, type Json } from "./message.ts";
import type { Times } from "./times.ts";

const changes = ["update_time", "updated_at", "updatedAt", "update_at"] as const;

/** The record's own time of its last change, or that of its last message, whichever is later; null where it tells neither. */
export const asOf = (
  record: Json,
  messages: readonly Pick<ParsedMessage, "at" | "editedAt">[],
  times?: Times,
): Millis | null => {
  const changed = changes.map((name) => times?.read(record[name]).at ?? null);
  let latest = Number.NEGATIVE_INFINITY;
  for (const time of changed) latest = Math.max(latest, time ?? latest);
  for (const { at, editedAt } of messages)
    latest = Math.max(latest, at ?? latest, editedAt ?? latest);
  return Number.isFinite(latest) ? millis(latest) : null;
};

/**
 * @param id the record's own
 * @param otherwise makes a fingerprint of the record, which stands for the id where it has none
 */
export const identity = (
  record: Json,
  id: string | null,
  otherwise: () => string = () => fingerprint(JSON.stringify(record)),
): Pick<ParsedConversation, "sourceId" | "hasId"> =>
  id === null ? { sourceId: otherwise(), hasId: false } : { sourceId: id, hasId: true };
