// A part of a conversation as the cleaning rules have it: its messages, its title, and what was found.
import { type Cleaner, type CleaningRules, wantedKinds } from "#services/domain/cleaning.ts";
import type { MessageId } from "#services/domain/ids.ts";
import type { ConversationRow, MessageRow } from "../tables.ts";
import type { FoundIn } from "./findings.ts";

type Titled = Pick<ConversationRow, "title" | "raw">;

interface Part {
  readonly conversation: Titled;
  readonly messages: readonly MessageRow[];
}

export type CleanPart<P extends Part> = P & {
  foundIn(messages: readonly Pick<MessageRow, "id">[]): readonly FoundIn[];
};

/** A title with something refused in it takes the record of its conversation along. */
export const cleanTitle = (
  { title, raw }: Titled,
  rules: CleaningRules,
  cleaner: Cleaner,
): Titled =>
  title === null
    ? { title, raw }
    : { title: cleaner.title(title, rules), raw: cleaner.isRefused(title, rules) ? null : raw };

export const cleanPart = <P extends Part>(
  part: P,
  rules: CleaningRules,
  cleaner: Cleaner,
): CleanPart<P> => {
  if (wantedKinds(rules).length === 0) return { ...part, foundIn: () => [] };
  const found = new Map<MessageId, FoundIn>();
  const messages = part.messages.map((brought) => {
    const { isRefused, findings, ...cleaned } = cleaner.message(brought, rules);
    if (findings.length > 0) found.set(brought.id, { message: brought, findings });
    return { ...brought, ...cleaned, raw: isRefused ? "" : brought.raw };
  });
  return {
    ...part,
    conversation: { ...part.conversation, ...cleanTitle(part.conversation, rules, cleaner) },
    messages,
    foundIn: (some) => some.flatMap(({ id }) => found.get(id) ?? []),
  };
};
