// Conversations and messages, in requests and responses.
import { z } from "zod";
import { foundKinds } from "#services/domain/cleaning.ts";
import { foundSpan } from "./cleaning.ts";
import { instant, kindName, pageQuery, roleName, sourceName } from "./common.ts";

/** How many names a conversation keeps; where it has so many, there may be more. */
export const mostParticipants = 50;

export const conversationSummary = z
  .object({
    id: z.string(),
    collection: z.string(),
    source: sourceName,
    sourceId: z.string(),
    title: z.string().nullable(),
    channel: z.string().nullable(),
    tree: z.boolean(),
    /** Messages on its main path, without system prompts, thinking, tool messages, joins and leaves: what is counted everywhere. */
    messages: z.int(),
    /** What else is kept of it: messages of other branches, and of the kinds that are not counted. */
    others: z.int(),
    /** People by what they are shown as, those with most messages first. */
    participants: z.array(z.object({ name: z.string(), role: roleName, messages: z.int() })),
    /** Whether there may be more: at most 50 names are kept of a conversation. */
    moreParticipants: z.boolean(),
    /** Of the counted messages. */
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
  })
  .meta({ id: "ConversationSummary" });
export type ConversationSummary = z.infer<typeof conversationSummary>;

export const conversationList = z
  .object({
    conversations: z.array(conversationSummary),
    nextCursor: z.string().nullable(),
    /** Conversations with at least one counted message, and those without one, which are listed last. */
    total: z.int(),
    empty: z.int(),
  })
  .meta({ id: "ConversationList" });

export const conversationListQuery = pageQuery.extend({
  /** Words in the title or channel. */
  title: z.string().max(200).optional(),
  source: sourceName.optional(),
  sort: z.enum(["newest", "oldest", "longest"]).default("newest"),
});

export const attachment = z.object({
  name: z.string(),
  mediaType: z.string().nullable(),
  size: z.int().nullable(),
  /** The file itself, where it is kept: at `/attachments/{id}`. */
  kept: z
    .object({
      id: z.string(),
      /** As its first bytes say. */
      mediaType: z.string(),
      size: z.int(),
    })
    .optional(),
});
export type Attachment = z.infer<typeof attachment>;

export const message = z
  .object({
    id: z.string(),
    sourceId: z.string().nullable(),
    parent: z.string().nullable(),
    replyTo: z.string().nullable(),
    onMainPath: z.boolean(),
    /** True where the newest export of the conversation does not have it any more. It is kept, and on no path. */
    gone: z.boolean(),
    position: z.number(),
    /** The name that it is written under. */
    author: z.string(),
    /** The person whose name that is, where they are shown under another one. */
    person: z.string().optional(),
    bot: z.literal(true).optional(),
    /** The source's id of the author, where it has one. */
    authorId: z.string().nullable(),
    role: roleName,
    kind: kindName,
    at: instant.nullable(),
    zoneKnown: z.boolean(),
    localTime: z.string().nullable(),
    text: z.string(),
    editedAt: instant.nullable(),
    model: z.string().nullable(),
    attachments: z.array(attachment),
    /** Personal data and secrets that the collection marks: places in `text`, in UTF-16 units. */
    marks: z.array(foundSpan).optional(),
    /** What it was refused for: the collection keeps nothing else of it. */
    refused: z.array(z.enum(foundKinds)).optional(),
    /** Ids of all messages with the same parent, in order, including itself; at most one where there is no branch. */
    siblings: z.array(z.string()),
  })
  .meta({ id: "Message" });
export type Message = z.infer<typeof message>;

/**
 * path=main: the main path; path=all: all messages; leaf=ID: the path from the root through that message and on along main children.
 * around=ID centres the page on a message, around=last gives the last page; otherwise the page starts at the beginning, or at `cursor`.
 */
export const conversationQuery = z.object({
  path: z.enum(["main", "all"]).default("main"),
  leaf: z.string().max(60).optional(),
  around: z.string().max(60).optional(),
  /** Also show joins, leaves, thinking and tool messages. */
  kinds: z.enum(["visible", "all"]).default("visible"),
  /** Also show messages that the newest export does not have any more, each in its place. */
  gone: z.enum(["hide", "show"]).default("hide"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
});

export const conversationPage = z
  .object({
    conversation: conversationSummary,
    messages: z.array(message),
    /** Number of all messages on this path, and the place of the first one in this page. */
    total: z.int(),
    offset: z.int(),
    /** Number of messages of these kinds that the newest export does not have any more, shown or not. */
    gone: z.int(),
    previousCursor: z.string().nullable(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "ConversationPage" });
export type ConversationPage = z.infer<typeof conversationPage>;

export const rawRecord = z
  .object({ message: z.string(), raw: z.string() })
  .meta({ id: "RawRecord" });
