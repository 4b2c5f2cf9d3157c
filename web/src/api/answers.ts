// Answers to questions: passages by one request, a written answer as a stream of events.
import { queryOptions } from "@tanstack/react-query";
import { type AnswerQuestion, answer, type WrittenEvent } from "#services/contract/answers.ts";
import { readWrittenEvents } from "../shape/texts/event-stream.ts";
import { base, reading } from "./plain-request.ts";
import { ask, open } from "./request.ts";

const path = (collection: string | undefined) =>
  collection === undefined
    ? `${base}/answer`
    : `${base}/collections/${encodeURIComponent(collection)}/answer`;

export const answerQuery = (collection: string | undefined, question: AnswerQuestion) =>
  queryOptions({
    queryKey: ["answer", collection ?? "all", question],
    queryFn: ({ signal }) =>
      ask(answer, path(collection), { method: "POST", body: question, signal }),
    staleTime: 15_000,
  });

const textOf = async function* (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reading(() => reader.read(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
};

/**
 * The events of a written answer as they come.
 * @throws as `ask` does; Error where the stream ends too soon
 */
export const writtenEvents = async function* (
  collection: string | undefined,
  question: AnswerQuestion,
  signal: AbortSignal,
): AsyncGenerator<WrittenEvent, void, undefined> {
  const response = await open(`${path(collection)}/written`, {
    method: "POST",
    body: question,
    signal,
  });
  if (response.body !== null) yield* readWrittenEvents(textOf(response.body, signal));
};
