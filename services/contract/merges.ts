// Conversations that are merged by hand, in requests and responses.
import { z } from "zod";
import { conversationSummary } from "./conversations.ts";

/** How many may be merged at once. */
export const MOST_AT_ONCE = 20;

export const mergeState = z.enum(["asked", "merged", "ending"]).meta({
  description:
    "asked: it is being merged, in the background; merged; ending: it is being undone, in the background.",
});

export const merge = z
  .object({
    /** Of the merged conversation. It is there from when it is merged. */
    id: z.string(),
    state: mergeState,
    /** Those in it, the one whose title, names and clock are shown first. Only this list and their ids name them until it is undone. */
    conversations: z.array(conversationSummary),
  })
  .meta({ id: "Merge" });
export type Merge = z.infer<typeof merge>;

export const mergeList = z.object({ merges: z.array(merge) }).meta({ id: "MergeList" });

export const mergeWish = z
  .strictObject({
    /** Ids of conversations of the collection: the one whose title, names of people and clock are kept first. A merged one may be among them. */
    conversations: z.array(z.string().max(60)).min(2).max(MOST_AT_ONCE),
  })
  .meta({ id: "MergeRequest" });

export const mergeAccepted = z
  .object({ id: z.string(), state: mergeState })
  .meta({ id: "MergeAccepted" });

const fit = z.object({
  conversation: conversationSummary,
  /** Messages that one of the conversations before it has too, and that none of them has. Of the first one: 0, and all. */
  same: z.int(),
  only: z.int(),
  /** What is added to its times, in minutes, and for how many of the messages that are the same; most first. */
  shifts: z.array(z.object({ minutes: z.int(), messages: z.int() })),
  /** Its names of people whom the conversations before it call otherwise. */
  names: z.array(z.object({ name: z.string(), shown: z.string() })),
});

export const mergePreview = z
  .object({
    /** How many the merged conversation will have. */
    messages: z.int(),
    conversations: z.array(fit),
  })
  .meta({ id: "MergePreview" });
export type MergePreview = z.infer<typeof mergePreview>;

export const mergeSuggestionQuery = z.object({ conversation: z.string().max(60) });

export const mergeSuggestions = z
  .object({
    suggestions: z.array(
      z.object({
        conversation: conversationSummary,
        /** Of the messages that were looked for, how many it has word for word. */
        shared: z.int(),
        of: z.int(),
      }),
    ),
  })
  .meta({ id: "MergeSuggestions" });
export type MergeSuggestions = z.infer<typeof mergeSuggestions>;
