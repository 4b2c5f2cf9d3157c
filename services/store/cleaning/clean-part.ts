// A part of a conversation as the cleaning rules have it: its messages, its title, and what was found.
import { type Cleaner, type CleaningRules, wantedKinds } from "#services/domain/cleaning.ts";
import type { AuthorNames } from "#services/domain/conversation.ts";
import type { MessageId } from "#services/domain/ids.ts";
import type { TitleSource } from "#services/domain/made-title.ts";
import type { MessageRow } from "../tables.ts";
import { cleanTitle, type Titled } from "./clean-titles.ts";
import type { FoundIn } from "./findings.ts";
import { cleanAuthor, cleanAuthors, openNames } from "./names.ts";
import { openHolds } from "./refused-records.ts";

interface Part {
  readonly conversation: Titled;
  readonly messages: readonly MessageRow[];
  readonly titleSource?: TitleSource;
  readonly authors?: readonly AuthorNames[];
  readonly owners?: readonly string[];
}

export type CleanPart<P extends Part> = P & {
  foundIn(messages: readonly Pick<MessageRow, "id">[]): readonly FoundIn[];
  /** Records of messages that were refused, as they came. */
  readonly refused: ReadonlySet<string>;
};

export const cleanPart = <P extends Part>(
  part: P,
  rules: CleaningRules,
  cleaner: Cleaner,
): CleanPart<P> => {
  if (wantedKinds(rules).length === 0) return { ...part, foundIn: () => [], refused: new Set() };
  const found = new Map<MessageId, FoundIn>();
  const refused = new Set<string>();
  const cleanName = openNames(rules, cleaner);
  const cleaned = part.messages.map((brought) => {
    const { isRefused, findings, ...message } = cleaner.message(brought, rules);
    if (findings.length > 0) found.set(brought.id, { message: brought, findings });
    if (isRefused && brought.raw !== "") refused.add(brought.raw);
    const author = cleanAuthor(brought, cleanName);
    return { ...brought, ...message, ...author, raw: isRefused ? "" : brought.raw };
  });
  const holds = openHolds(refused, rules, cleaner);
  const messages =
    refused.size === 0
      ? cleaned
      : cleaned.map((message) => (holds(message.raw) ? { ...message, raw: "" } : message));
  const { conversation, authors, owners } = part;
  const titled = cleanTitle(conversation, { rules, cleaner }, part.titleSource);
  const isHeld = refused.size > 0 && titled.raw !== null && holds(titled.raw);
  return {
    ...part,
    conversation: { ...conversation, ...titled, raw: isHeld ? null : titled.raw },
    messages,
    ...(authors === undefined ? {} : { authors: cleanAuthors(authors, cleanName) }),
    ...(owners === undefined ? {} : { owners: owners.map(cleanName) }),
    refused,
    foundIn: (some) => some.flatMap(({ id }) => found.get(id) ?? []),
  };
};
