// The URL parameters of the analysis pages; a value that is not valid is dropped, the others stay.
import { z } from "zod";
import { selectionAddress, selectionFields } from "./selection-address.ts";

export const topicsAddress = z.object({
  /** Words that a title or keyword must contain. */
  q: z.string().max(200).optional().catch(undefined),
  sort: z.enum(["size", "rising", "fading", "fit", "newest", "name"]).optional().catch(undefined),
  /** The topics of one level as a list; the tree where it is left out. */
  level: z.int().min(0).max(2).optional().catch(undefined),
  hidden: z.boolean().optional().catch(undefined),
  view: z.enum(["topics", "history", "quality"]).optional().catch(undefined),
});
export type TopicsAddress = z.infer<typeof topicsAddress>;
export type TopicsSort = NonNullable<TopicsAddress["sort"]>;

/** A figure and the row whose messages are shown: "hours.31". */
const openedDatum = z
  .string()
  .regex(/^[a-z-]+\.\d{1,5}$/)
  .optional()
  .catch(undefined);

export const topicAddress = z.object({
  view: z.enum(["messages", "figures", "history"]).optional().catch(undefined),
  sort: z.enum(["newest", "oldest", "typical", "longest"]).optional().catch(undefined),
  open: openedDatum,
});
export type TopicAddress = z.infer<typeof topicAddress>;

export const peopleAddress = z.object({
  /** Words of a name. */
  q: z.string().max(300).optional().catch(undefined),
  kind: z.enum(["person", "bot", "assistant", "me"]).optional().catch(undefined),
  sort: z.enum(["messages", "name", "last"]).optional().catch(undefined),
});
export type PeopleAddress = z.infer<typeof peopleAddress>;

export const trendsAddress = z.object({
  ...selectionFields,
  step: z.enum(["hour", "day", "week", "month", "quarter", "year"]).optional().catch(undefined),
  /** Level of the topics that are shown. */
  level: z.int().min(0).max(2).optional().catch(undefined),
  /** Names of figures shown as tables. Plain strings, so that the first page's script does not load the contract of figures. */
  table: z.array(z.string().max(40)).min(1).optional().catch(undefined),
  open: openedDatum,
});
export type TrendsAddress = z.infer<typeof trendsAddress>;

export const compareAddress = z.object({
  a: selectionAddress.optional().catch(undefined),
  b: selectionAddress.optional().catch(undefined),
  /** The kind of differences that is listed; all kinds by default. */
  kind: z
    .enum(["topic", "word", "author", "source", "channel", "language", "role", "measure"])
    .optional()
    .catch(undefined),
  /** Lists differences that are not significant too. */
  all: z.boolean().optional().catch(undefined),
  /** A side and a difference, whose messages on that side are shown: "a.topic.top_x". */
  open: z.string().max(400).optional().catch(undefined),
});
export type CompareAddress = z.infer<typeof compareAddress>;

export const conceptsAddress = z.object({
  /** A description for a new concept: the form opens with it. */
  new: z.string().max(4000).optional().catch(undefined),
});
export type ConceptsAddress = z.infer<typeof conceptsAddress>;
