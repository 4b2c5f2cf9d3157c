// The answer to a question: passages quoted from messages, or a text that a language model wrote from them.
import { z } from "zod";
import { instant, sourceName } from "./common.ts";
import { searchAnswer, searchRequest, span } from "./search.ts";

export const answerRequest = searchRequest
  .pick({ query: true, filters: true, version: true, collections: true })
  .extend({
    /** Passages, at most. */
    limit: z.int().min(1).max(8).default(3),
  })
  .meta({ id: "AnswerRequest" });
export type AnswerRequest = z.infer<typeof answerRequest>;

/** A request without what has a default. */
export type AnswerQuestion = Omit<z.input<typeof answerRequest>, "limit"> & {
  readonly query: string;
};

/** One to three sentences of one message, word for word. */
export const passage = z
  .object({
    text: z.string(),
    /** Words of the question in the text. */
    highlights: z.array(span),
    message: z.string(),
    conversation: z.string(),
    collection: z.string(),
    title: z.string().nullable(),
    channel: z.string().nullable(),
    source: sourceName,
    author: z.string(),
    at: instant.nullable(),
    /** The question that it answers, in the words of who asked; null for a passage that stands for itself. */
    answers: z.string().nullable(),
  })
  .meta({ id: "Passage" });
export type Passage = z.infer<typeof passage>;

export const answer = z
  .object({
    /** The best first; empty where no hit is certain enough. */
    passages: z.array(passage),
    /** As in a search: why nothing is a good match. */
    noMatch: searchAnswer.shape.noMatch,
    notices: z.array(z.string()),
    /** True where a language model is configured, so that /answer/written can write one. */
    canWrite: z.boolean(),
    /** Server time, milliseconds. */
    tookMs: z.number(),
  })
  .meta({ id: "Answer" });
export type Answer = z.infer<typeof answer>;

/**
 * The events of /answer/written, in order: `sources` once (the passages that [1], [2] … cite), `text` for each part that is written,
 * then `end`; or `refused` where there is nothing to answer from, or `failed` where the language model did not answer.
 */
export const writtenEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("sources"), data: z.object({ passages: z.array(passage) }) }),
  z.object({ event: z.literal("text"), data: z.object({ text: z.string() }) }),
  z.object({
    event: z.literal("end"),
    /** Numbers of the sources that the text cites. */
    data: z.object({ cited: z.array(z.int()) }),
  }),
  z.object({ event: z.literal("refused"), data: z.object({ reason: z.string() }) }),
  z.object({ event: z.literal("failed"), data: z.object({ reason: z.string() }) }),
]);
export type WrittenEvent = z.infer<typeof writtenEvent>;
