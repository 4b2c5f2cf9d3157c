// Parsed conversations → rows: texts normalised, ids made from the source's own or from the content, references followed.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import {
  type CollectionId,
  type ConversationId,
  conversationId,
  type MessageId,
  messageIdByContent,
  messageIdBySource,
  type UploadId,
} from "#services/domain/ids.ts";
import { titleFrom } from "#services/domain/made-title.ts";
import { SeenKeys } from "#services/domain/seen-keys.ts";
import { digest, type IngestPart, type MessageRow } from "#services/store/store.ts";
import { normaliseText } from "#services/text/text.ts";
import { SeenIds } from "./seen-ids.ts";
import { endKey, startKey } from "./starts.ts";

export interface ResolvedPart extends IngestPart {
  /** More parts of this conversation follow. */
  readonly continues: boolean;
}

/** As JSON, without what tells where the files are in this upload: another one has the same message with other places. */
const storedAttachments = (attachments: ParsedMessage["attachments"]): string | null =>
  attachments.length === 0
    ? null
    : JSON.stringify(attachments.map(({ file: _, content: __, ...stored }) => stored));

interface Owner {
  readonly collection: CollectionId;
  readonly upload: UploadId;
}

/** Sources of talk with an assistant, where a conversation is about its first question. */
const asked = new Set([
  "chatgpt",
  "claude",
  "claude-code",
  "codex",
  "copilot",
  "cursor",
  "gemini",
  "gemini-cli",
  "grok",
  "librechat",
  "openai",
  "openwebui",
  "perplexity",
  "sharegpt",
]);

type Named = Pick<ParsedConversation, "title" | "titleSource">;

/** The source's own title; without one, the beginning of what the person asked first: a list of ids helps nobody. */
const titleOf = (parsed: ParsedConversation): Named => {
  const { title, titleSource } = parsed;
  if (title !== null && title.trim() !== "")
    return { title: normaliseText(title), ...(titleSource ? { titleSource } : {}) };
  if (!asked.has(parsed.source)) return { title: null };
  const first = parsed.messages.find(
    ({ role, kind, text }) => role === "user" && kind === "text" && text.trim() !== "",
  );
  const made = titleFrom({ lead: "", text: normaliseText(first?.text ?? "") });
  return made.title === "" ? { title: null } : made;
};

/**
 * Makes the ids of parts in the order they are read in. What earlier parts of a conversation said (which key is which message,
 * how often an equal message came) is remembered until its last part, so that parts and whole give the same ids.
 */
export const openResolver = (owner: Owner) => {
  const keys = new SeenIds();
  const equals = new SeenKeys();

  const idOf = (conversation: ConversationId, message: ParsedMessage, text: string): MessageId => {
    if (message.sourceId !== null) return messageIdBySource(digest, conversation, message.sourceId);
    const { at, author } = message;
    const identity = `${at}\u0000${author}\u0000${text}`;
    const ordinal = equals.get(identity) ?? 0;
    equals.set(identity, ordinal + 1);
    return messageIdByContent(digest, conversation, { at, author, text, ordinal });
  };

  const rowOf = (
    conversation: ConversationId,
    message: ParsedMessage,
    made: { readonly id: MessageId; readonly text: string },
  ): MessageRow => ({
    id: made.id,
    collection_id: owner.collection,
    conversation_id: conversation,
    origin_id: owner.upload,
    source_id: message.sourceId,
    parent_id: message.parent === null ? null : (keys.get(message.parent) ?? null),
    reply_to_id: message.replyTo === null ? null : (keys.get(message.replyTo) ?? null),
    on_main_path: message.onMainPath && !message.gone ? 1 : 0,
    gone: message.gone ? 1 : 0,
    position: message.position,
    author: message.author,
    unmasked_author: null,
    author_id: message.authorId,
    role: message.role,
    kind: message.kind,
    at: message.at,
    zone_known: message.zoneKnown ? 1 : 0,
    local_time: message.localTime,
    text: made.text,
    unmasked: null,
    edited_at: message.editedAt,
    model: message.model,
    attachments: storedAttachments(message.attachments),
    raw: message.raw,
  });

  /** Of the conversation of which more follows: it is that of its first part. */
  let openTitle: Named | undefined;

  return (parsed: ParsedConversation): ResolvedPart => {
    const named = openTitle ?? titleOf(parsed);
    openTitle = parsed.continues ? named : undefined;
    const id = conversationId(digest, owner.collection, parsed.source, parsed.sourceId);
    const made = parsed.messages.map((message) => {
      const text = normaliseText(message.text);
      const entry = { id: idOf(id, message, text), text };
      keys.set(message.key, entry.id);
      return entry;
    });
    // Rows come after all keys of the part are known: a parent may stand after its child in the file.
    const messages = parsed.messages.map((message, at) =>
      rowOf(id, message, made[at] ?? { id: idOf(id, message, ""), text: "" }),
    );
    if (!parsed.continues) {
      keys.clear();
      equals.clear();
    }
    return {
      conversation: {
        id,
        source: parsed.source,
        source_id: parsed.sourceId,
        title: named.title,
        channel: parsed.channel,
        tree: parsed.tree ? 1 : 0,
        raw: parsed.raw,
        as_of: parsed.asOf,
        partial: parsed.partial ? 1 : 0,
        start_key: parsed.hasId ? null : startKey(parsed.messages),
        end_key: parsed.hasId ? null : endKey(parsed.messages),
      },
      messages,
      ...(named.titleSource === undefined ? {} : { titleSource: named.titleSource }),
      ...(parsed.authors === undefined ? {} : { authors: parsed.authors }),
      ...(parsed.owners === undefined ? {} : { owners: parsed.owners }),
      continues: parsed.continues,
    };
  };
};
