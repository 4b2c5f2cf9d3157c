// Conversations as they come out of an export, before they have ids of ours: a tree of messages with a main path.
import type { Millis } from "./units.ts";

/** The formats that are read, and what came from no export but a live session. The word is stored, shown and filtered on. */
export const sourceKinds = [
  "chatgpt",
  "claude",
  "slack",
  "openai",
  "sharegpt",
  "irc",
  "live",
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Who speaks: a role where the log has roles, `person` where it has people. */
export const roles = ["user", "assistant", "system", "tool", "person"] as const;
export type Role = (typeof roles)[number];

/**
 * text: what was said · thinking: a model's reasoning · tool: calls and results · system: joins, leaves, notices ·
 * attachment: a placeholder for a file, with its extracted text where the export has it.
 */
export const messageKinds = ["text", "thinking", "tool", "system", "attachment"] as const;
export type MessageKind = (typeof messageKinds)[number];

export interface Attachment {
  readonly name: string;
  readonly mediaType: string | null;
  /** Bytes, where the export says so. */
  readonly size: number | null;
}

export interface ParsedMessage {
  /** Unique within the conversation; what `parent` and `replyTo` point to. The source's id where it has one. */
  readonly key: string;
  /** The source's own id, a string always; null where the format has none. Parts of one source message: `id`, `id/1`, … */
  readonly sourceId: string | null;
  /** The tree's parent; null at a root and in logs that are no tree. */
  readonly parent: string | null;
  /** The message this one answers: a thread's root, an addressed person's last message. */
  readonly replyTo: string | null;
  readonly onMainPath: boolean;
  /** Sorts the messages of a conversation. Stable when the same conversation is exported again later, larger. */
  readonly position: number;
  /** As shown. */
  readonly author: string;
  /** The source's id of the author, where it has one. */
  readonly authorId: string | null;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly at: Millis | null;
  /** False where the log wrote a local time and the zone was assumed. */
  readonly zoneKnown: boolean;
  /** The time as the log wrote it, where the zone is not known. */
  readonly localTime: string | null;
  readonly text: string;
  readonly editedAt: Millis | null;
  /** The model that wrote it, where the log says so. */
  readonly model: string | null;
  readonly attachments: readonly Attachment[];
  /** The record as it stood in the file: JSON text or the line. */
  readonly raw: string;
}

export interface ParsedConversation {
  readonly source: SourceKind;
  /** The source's id, or a fingerprint of its start; the same again for the same conversation exported later. */
  readonly sourceId: string;
  readonly title: string | null;
  /** True where `parent` makes a tree with branches. */
  readonly tree: boolean;
  /** The channel, room or project it belongs to, where there is one. */
  readonly channel: string | null;
  readonly messages: readonly ParsedMessage[];
  /** The conversation's own record without its messages, JSON text; null where the format has none. */
  readonly raw: string | null;
  /** More messages of this same conversation follow in the next event (a long channel comes in parts, bounded in memory). */
  readonly continues: boolean;
}
