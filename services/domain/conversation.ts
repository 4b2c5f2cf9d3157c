// Conversations as parsers read them from an export, before they get our ids: a tree of messages with a main path.
import type { Millis } from "./units.ts";

/** The formats that can be read, and `live` for live sessions. The word is stored, shown and used in filters. */
export const sourceKinds = [
  "chatgpt",
  "claude",
  "deepseek",
  "claude-code",
  "codex",
  "gemini-cli",
  "openwebui",
  "librechat",
  "grok",
  "gemini",
  "perplexity",
  "copilot",
  "cursor",
  "slack",
  "openai",
  "sharegpt",
  "irc",
  "whatsapp",
  "signal",
  "telegram",
  "discord",
  "messenger",
  "mattermost",
  "zulip",
  "skype",
  "google-chat",
  "matrix",
  "rocketchat",
  "line",
  "kakaotalk",
  "intercom",
  "zendesk",
  "mail",
  "transcript",
  "table",
  "captions",
  "live",
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/**
 * Formats of talk among people in one stream, a channel's or a group's: their system messages are joins, leaves and notices, no
 * prompts; their titles name the place, not what is talked about.
 */
export const talkSources: ReadonlySet<string> = new Set<SourceKind>([
  "slack",
  "irc",
  "whatsapp",
  "signal",
  "telegram",
  "discord",
  "messenger",
  "mattermost",
  "zulip",
  "skype",
  "google-chat",
  "matrix",
  "rocketchat",
  "line",
  "kakaotalk",
]);

/**
 * Exports of one's own chats with assistants: whoever asks in them is whoever made the export. Not Perplexity's: what is saved there
 * is a thread, which may be somebody else's, or of several people.
 */
export const sourcesOfOwner: ReadonlySet<string> = new Set<SourceKind>([
  "chatgpt",
  "claude",
  "deepseek",
  "claude-code",
  "codex",
  "gemini-cli",
  "openwebui",
  "librechat",
  "grok",
  "gemini",
  "copilot",
  "cursor",
]);

/** Formats whose exports contain a conversation whole: what one of them lacks was deleted, or written again. */
export const sourcesOfWholeConversations: ReadonlySet<string> = new Set<SourceKind>([
  "chatgpt",
  "claude",
  "deepseek",
  "grok",
  "openai",
  "openwebui",
  "sharegpt",
]);
/** Formats whose exports contain a stretch of time whole, by the messages' own times. */
export const sourcesOfWholeDays: ReadonlySet<string> = new Set<SourceKind>(["slack"]);

/** The role of an author: one of the log's roles, or `person` where the log has people. */
export const roles = ["user", "assistant", "system", "tool", "person"] as const;
export type Role = (typeof roles)[number];

/**
 * text: an ordinary message · thinking: a model's reasoning · tool: calls and results · system: joins, leaves, notices ·
 * attachment: a placeholder for a file, with its extracted text where the export has it.
 */
export const messageKinds = ["text", "thinking", "tool", "system", "attachment"] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Kinds that are hidden by default, and not counted as messages: joins and leaves, reasoning, calls and their results. */
export const hiddenKinds = ["system", "thinking", "tool"] as const;

export interface Attachment {
  readonly name: string;
  readonly mediaType: string | null;
  /** Bytes, where the export contains the size. */
  readonly size: number | null;
  /** What the export calls it among its own files: a path, from the log's own folder where it begins with `./`, a part of one, or an id. Not stored. */
  readonly file?: string;
  /** The file itself, where it stands in the message's record. Not stored with the message. */
  readonly content?: Uint8Array;
}

export interface ParsedMessage {
  /** Unique within the conversation; `parent` and `replyTo` refer to it. The source's id where it has one. */
  readonly key: string;
  /** The source's own id, always a string; null where the format has none. Parts of one source message: `id`, `id/1`, … */
  readonly sourceId: string | null;
  /** The parent in the tree; null at a root and in logs that are no tree. */
  readonly parent: string | null;
  /** The message that this one answers: the start of a thread, or the last message of an addressed person. */
  readonly replyTo: string | null;
  readonly onMainPath: boolean;
  /** True where the file says of it that the newest export does not have it any more. */
  readonly gone: boolean;
  /** Order of the messages in a conversation. Stays the same when the same conversation is exported again later, with more messages. */
  readonly position: number;
  /** The name to show. */
  readonly author: string;
  /** The source's id of the author, where it has one. */
  readonly authorId: string | null;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly at: Millis | null;
  /** False where the log has a local time and its zone was assumed. */
  readonly zoneKnown: boolean;
  /** The time as written in the log, where the zone is not known. */
  readonly localTime: string | null;
  readonly text: string;
  readonly editedAt: Millis | null;
  /** The model that wrote it, where the log names one. */
  readonly model: string | null;
  readonly attachments: readonly Attachment[];
  /** The original record in the file: JSON text or the line. */
  readonly raw: string;
}

/** An author whom a source knows by several names. */
export interface AuthorNames {
  /** The source's id, as in `authorId`. */
  readonly id: string;
  /** The name under which the author's messages are shown. */
  readonly shown: string;
  /** All others: a user name, a full name, the id itself. */
  readonly others: readonly string[];
}

export interface ParsedConversation {
  readonly source: SourceKind;
  /** The source's id, or a fingerprint of the record where it has none. */
  readonly sourceId: string;
  /** True where `sourceId` is the source's own, which is the same when the conversation is exported again later. */
  readonly hasId: boolean;
  /**
   * When the conversation was as it is here: its last change, or its last message. Of two exports the one with the later time is
   * newer. null where the file tells no time, and in formats whose files are parts of a log.
   */
  readonly asOf: Millis | null;
  /** True where some of the conversation could not be read: that a message is not in it says nothing. */
  readonly partial?: boolean;
  readonly title: string | null;
  /** True where `parent` makes a tree with branches. */
  readonly tree: boolean;
  /** The channel, room or project, where there is one. */
  readonly channel: string | null;
  readonly messages: readonly ParsedMessage[];
  /** What else authors of these messages are called, where the format says it and no earlier part of the file did. */
  readonly authors?: readonly AuthorNames[];
  /** Names of whoever made the export in these messages, where it tells. */
  readonly owners?: readonly string[];
  /** The conversation's own record without its messages, as JSON text; null where the format has none. */
  readonly raw: string | null;
  /** True where more messages of this conversation follow in the next event (a long channel comes in parts, to bound memory). */
  readonly continues: boolean;
}
