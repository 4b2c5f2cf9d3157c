// Titles and channels of a conversation as the cleaning rules have them: those that are shown, and those that other origins say.
import { type Cleaner, type CleaningRules, changesTexts } from "#services/domain/cleaning.ts";
import { findTitleSource, type TitleSource, titleFromText } from "#services/domain/made-title.ts";
import type { Rows } from "../rows.ts";
import type { ConversationOriginRow, ConversationRow } from "../tables.ts";
import type { Holds } from "./refused-records.ts";

export type Titled = Pick<ConversationRow, "title" | "channel" | "raw">;
type Conversation = Titled & Pick<ConversationRow, "id">;
type Beside = Titled & Pick<ConversationOriginRow, "origin_id">;

/** What the rules change of the titles of a conversation, and of its records. */
export interface CleanedTitles {
  /** Undefined where it stays as it is. */
  readonly shown: Titled | undefined;
  readonly beside: readonly Beside[];
}

/**
 * A title with something refused in it takes the record of its conversation along. One that a source has given may be the name of a
 * person, as a channel may.
 * @param source what the title is the beginning of: it is cleaned before it is cut
 */
export const cleanTitle = (
  { title, channel: named, raw }: Titled,
  { rules, cleaner }: { readonly rules: CleaningRules; readonly cleaner: Cleaner },
  source?: TitleSource,
): Titled => {
  const channel = named === null ? null : cleaner.name(named, rules);
  if (title === null) return { title, channel, raw };
  const cleaned = source
    ? source.lead + titleFromText(cleaner.title(source.text, rules))
    : cleaner.name(title, rules);
  return {
    title: cleaned,
    channel,
    raw: cleaner.isRefused(source?.text ?? title, rules) ? null : raw,
  };
};

const isSame = (one: Titled, other: Titled): boolean =>
  one.title === other.title && one.channel === other.channel && one.raw === other.raw;

/** @param texts those of the conversation as they came */
export const readCleanedTitles = async (
  rows: Rows,
  conversation: Conversation,
  by: {
    readonly rules: CleaningRules;
    readonly cleaner: Cleaner;
    readonly holds: Holds;
    readonly texts: readonly string[];
  },
): Promise<CleanedTitles> => {
  if (!changesTexts(by.rules)) return { shown: undefined, beside: [] };
  const clean = (one: Titled): Titled => {
    const source = one.title === null ? undefined : findTitleSource(one.title, by.texts);
    const { title, channel, raw } = cleanTitle(one, by, source);
    return { title, channel, raw: raw !== null && by.holds(raw) ? null : raw };
  };
  const shown = clean(conversation);
  const others = await rows
    .selectFrom("conversation_origins")
    .select(["origin_id", "title", "channel", "raw"])
    .where("conversation_id", "=", conversation.id)
    .execute();
  const beside = others.map((one) => ({ ...one, ...clean(one) }));
  return {
    shown: isSame(shown, conversation) ? undefined : shown,
    beside: beside.filter((one, at) => !isSame(one, others[at] ?? one)),
  };
};

export const saveCleanedTitles = async (
  rows: Rows,
  { id }: Pick<Conversation, "id">,
  { shown, beside }: CleanedTitles,
): Promise<void> => {
  if (shown) await rows.updateTable("conversations").set(shown).where("id", "=", id).execute();
  for (const { origin_id, title, channel, raw } of beside)
    await rows
      .updateTable("conversation_origins")
      .set({ title, channel, raw })
      .where("conversation_id", "=", id)
      .where("origin_id", "=", origin_id)
      .execute();
};
