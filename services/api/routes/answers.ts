// Answers to questions over HTTP: passages of messages, and a text that a language model writes from them, streamed.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import {
  type AnswerRequest,
  answer,
  answerRequest,
  type Passage,
  type WrittenEvent,
} from "#services/contract/answers.ts";
import { rejected } from "#services/domain/errors.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import type { Llm } from "#services/llm/llm.ts";
import type { Target } from "#services/search/search.ts";
import { settingsOf } from "#services/store/store.ts";
import { maskText } from "#services/text/text.ts";
import { type ApiApp, type ApiParts, answers, jsonBody, type ScopedParts } from "../api-app.ts";
import type { Variables } from "../guard.ts";
import { fromZod } from "../problem.ts";
import { eventAnswer } from "../stream.ts";
import { openTargets } from "./targets.ts";

const tags = ["Search"];
/** Sources that a model is given. */
const SOURCES = 8;

const description =
  "Quotes of one to three sentences from messages; none where no hit is certain enough. Needs no language model.";
const writtenDescription =
  "Server-sent events: `sources`, then `text` for each part, then `end`; or `refused` where no hit is certain enough or the sources do not answer the question; or `failed`. Texts are masked before they are sent to the configured language model; collections whose settings forbid one are not sent. Citations [1], [2] … are numbers of the sources.";

/** Whether a model may be sent passages of this collection, and what is hidden in them. */
const rulesOf = async ({ parlance }: ScopedParts, collection: string) => {
  const id = readCollectionId(collection);
  return id && settingsOf(parlance.store.rows, id);
};

/** Passages that may be sent, as the model is to see them. */
const sourcesOf = async (scoped: ScopedParts, passages: readonly Passage[]) => {
  const allowed: { passage: Passage; text: string; answers: string | null }[] = [];
  for (const passage of passages) {
    const rules = await rulesOf(scoped, passage.collection);
    if (rules === undefined || !rules.llm) continue;
    const hide = (text: string) => maskText(text, rules.mask);
    allowed.push({
      passage,
      text: hide(passage.text),
      answers: passage.answers === null ? null : hide(passage.answers),
    });
  }
  return allowed;
};

/** The events of one written answer. */
const written = async function* (
  scoped: ScopedParts,
  { question, passages }: { readonly question: string; readonly passages: readonly Passage[] },
  { llm, signal }: { readonly llm: Llm; readonly signal: AbortSignal },
): AsyncGenerator<WrittenEvent, void, undefined> {
  const sources = await sourcesOf(scoped, passages);
  if (sources.length === 0) {
    const reason =
      passages.length === 0
        ? "No message is certain enough to answer from."
        : "The settings of these collections do not let a language model read them.";
    yield { event: "refused", data: { reason } };
    return;
  }
  yield { event: "sources", data: { passages: sources.map(({ passage }) => passage) } };
  const request = { question: maskText(question), sources };
  for await (const piece of llm.writeAnswer(request, signal))
    switch (piece.kind) {
      case "text":
        yield { event: "text", data: { text: piece.text } };
        break;
      case "end":
        yield { event: "end", data: { cited: [...piece.cited] } };
        break;
      case "refused":
        yield {
          event: "refused",
          data: { reason: "The messages found do not answer the question, says the model." },
        };
        break;
      case "failed":
        yield { event: "failed", data: { reason: piece.message } };
        break;
    }
};

export const answerRoutes = (app: ApiApp, parts: ApiParts): void => {
  const targets = openTargets(parts);

  const passagesFor = async (scoped: ScopedParts, request: AnswerRequest, target: Target) => ({
    ...(await scoped.search.answer(request, target)),
    canWrite: scoped.parlance.llm !== undefined,
  });

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/answer",
      summary: "Answer a question with quotes from a collection's messages",
      description,
      tags,
      request: { params: z.object({ id: z.string() }), body: jsonBody(answerRequest) },
      responses: answers(200, answer, "Quotes, the best first"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const target = await targets.one(scoped, c.req.valid("param").id);
      return c.json(await passagesFor(scoped, c.req.valid("json"), target), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/answer",
      summary: "Answer a question with quotes from several collections, or of all of them",
      description,
      tags,
      request: { body: jsonBody(answerRequest) },
      responses: answers(200, answer, "Quotes, the best first"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const request = c.req.valid("json");
      const target = await targets.several(scoped, request.collections);
      return c.json(await passagesFor(scoped, request, target), 200);
    },
  );

  /** The passages come from the route beside this one: a thread that has the index open answers it, whoever has the connection. */
  const stream = async (c: Context<{ Variables: Variables }>): Promise<Response> => {
    const scoped = parts.within(c);
    const { llm } = scoped.parlance;
    if (llm === undefined)
      throw rejected("No language model is configured.", {
        code: "no-language-model",
        status: 409,
        hint: "Set PARLANCE_LLM_BASE_URL and PARLANCE_LLM_MODEL, or ask for quotes alone.",
      });
    const asked = answerRequest.safeParse(await c.req.json());
    if (!asked.success) throw fromZod(asked.error, "json");
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-length");
    const found = await app.request(
      c.req.url.replace(/\/written(?=$|\?)/u, ""),
      { method: "POST", headers, body: JSON.stringify({ ...asked.data, limit: SOURCES }) },
      c.env,
    );
    if (!found.ok) return found;
    const { passages } = answer.parse(await found.json());
    c.set(
      "readFrom",
      passages.map(({ collection }) => collection),
    );
    const question = asked.data.query;
    return eventAnswer(c, parts, async function* (gone) {
      const signal = AbortSignal.any([gone, parts.stopping]);
      for await (const { event, data } of written(scoped, { question, passages }, { llm, signal }))
        yield { event, data: JSON.stringify(data) };
    });
  };

  const events = {
    200: {
      description: "The answer as it is written",
      content: { "text/event-stream": { schema: z.string() } },
    },
    409: { description: "No language model is configured" },
  };
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/api/v1/collections/{id}/answer/written",
    summary: "Have a language model write an answer from a collection's messages",
    description: writtenDescription,
    tags,
    request: { params: z.object({ id: z.string() }), body: jsonBody(answerRequest) },
    responses: events,
  });
  app.post("/api/v1/collections/:id/answer/written", stream);
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/api/v1/answer/written",
    summary: "Have a language model write an answer from several collections, or from all",
    description: writtenDescription,
    tags,
    request: { body: jsonBody(answerRequest) },
    responses: events,
  });
  app.post("/api/v1/answer/written", stream);
};
