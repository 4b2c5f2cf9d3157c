// Concepts over HTTP: a meaning refined by thumbs, ranked, drawn over time, watched; and the alerts it raises.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { figuresOf, openView } from "#services/analyse/figures/figures.ts";
import {
  concept,
  conceptExample,
  conceptHits,
  conceptList,
  conceptPatch,
  conceptTrend,
  newConcept,
  webhookTest,
} from "#services/contract/concepts.ts";
import type { Figure } from "#services/contract/figures.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { rejected } from "#services/domain/errors.ts";
import { readChunkId } from "#services/domain/ids.ts";
import { levelIn } from "#services/domain/scope.ts";
import {
  changeConcept,
  createConcept,
  deleteConcept,
  judgeExample,
  listConcepts,
  type StoredExample,
  unseenAlerts,
} from "#services/store/store.ts";
import { loadExamples, maskOf, matchesOf, rankBy, trainOn } from "#services/views/views.ts";
import { postWebhook, webhookSecret } from "#services/webhooks/webhook.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  unknown,
} from "../api-app.ts";
import {
  conceptOfPath,
  recounted,
  retrained,
  searcherOf,
  viewConcept,
  viewOne,
} from "../concept-of-path.ts";

const params = z.object({ id: z.string() });
const conceptParams = params.extend({ concept: z.string() });
const tags = ["Concepts"];

/** Further down nothing is like it any more, and each page ranks all above it again. */
const DEEPEST = 10_000;

const offsetOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  const offset = /^\d{1,9}$/u.test(cursor) ? Number(cursor) : Number.NaN;
  if (offset <= DEEPEST) return offset;
  throw badCursor();
};

export const conceptRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/concepts",
      summary: "List the concepts of a collection",
      tags,
      request: { params },
      responses: answers(200, conceptList, "All of them"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const [concepts, unseen] = await Promise.all([
        listConcepts(scoped.parlance.store.rows, row.id),
        unseenAlerts(scoped.parlance.store.rows, row.id),
      ]);
      const level = levelIn(scoped.parlance.scope, row.id);
      const shown = concepts.map((one) =>
        viewConcept(one, { unseen: unseen.get(one.id) ?? 0, level }),
      );
      return c.json({ concepts: shown }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/concepts",
      summary: "Make a concept from a query, and examples where there are some",
      tags,
      request: { params, body: jsonBody(newConcept) },
      responses: answers(201, concept, "The concept, trained"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { name, query, up, down } = c.req.valid("json");
      const judged = (chunks: readonly string[], verdict: StoredExample["verdict"]) =>
        chunks
          .map(readChunkId)
          .filter((chunk) => chunk !== undefined)
          .map((chunk) => ({ chunk, verdict }));
      const examples = [...judged(up, "up"), ...judged(down, "down")];
      const searcher = await searcherOf(scoped, row);
      const training = await trainOn(scoped.parlance, searcher, {
        query,
        examples,
        model: row.model_id,
      });
      const made = await createConcept(scoped.parlance.store, row.id, {
        name,
        query,
        examples,
        training,
        onMade: c.get("tellMade"),
      });
      return c.json(await viewOne(scoped, await recounted(scoped, row, made)), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/concepts/{concept}",
      summary: "One concept, counted over the newest version",
      tags,
      request: { params: conceptParams },
      responses: answers(200, concept, "The concept"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const stored = await conceptOfPath(scoped, row, text);
      const counted = stored.training === null ? retrained : recounted;
      return c.json(
        await viewOne(scoped, await counted(scoped, row, stored).catch(() => stored)),
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/collections/{id}/concepts/{concept}",
      summary: "Change a concept: its name, words, threshold, watch, webhook",
      tags,
      request: { params: conceptParams, body: jsonBody(conceptPatch) },
      responses: answers(200, concept, "The concept as it is now"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const { threshold, ...change } = c.req.valid("json");
      const stored = await conceptOfPath(scoped, row, text);
      const changed = await changeConcept(
        scoped.parlance.store,
        stored.id,
        { ...change, personThreshold: threshold },
        webhookSecret,
      );
      scoped.wake();
      const meansElse = change.query !== undefined && change.query !== stored.query;
      const counted = meansElse || changed.training === null ? retrained : recounted;
      return c.json(await viewOne(scoped, await counted(scoped, row, changed)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/concepts/{concept}",
      summary: "Delete a concept with its alerts",
      tags,
      request: { params: conceptParams },
      responses: answers(200, z.object({ id: z.string() }), "It is gone"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const stored = await conceptOfPath(scoped, row, text);
      await deleteConcept(scoped.parlance.store, row.id, stored.id);
      return c.json({ id: stored.id }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/concepts/{concept}/examples",
      summary: "A thumb up or down on a message; null takes it back. Trains at once",
      tags,
      request: { params: conceptParams, body: jsonBody(conceptExample) },
      responses: answers(200, concept, "The concept, trained anew"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const { chunk, verdict } = c.req.valid("json");
      const known = readChunkId(chunk);
      const searcher = await searcherOf(scoped, row);
      if (!known || (verdict !== null && searcher.vector(known) === undefined))
        throw unknown("chunk");
      const stored = await conceptOfPath(scoped, row, text);
      const judged = await judgeExample(scoped.parlance.store, stored.id, {
        chunk: known,
        verdict,
      });
      return c.json(await viewOne(scoped, await retrained(scoped, row, judged)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/concepts/{concept}/test-webhook",
      summary: "Send a signed test post to the concept's webhook",
      tags,
      request: { params: conceptParams },
      responses: answers(200, webhookTest, "What came of it"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const { webhook, secret, name, id: own } = await conceptOfPath(scoped, row, text);
      if (webhook === null || secret === null)
        throw rejected("This concept has no webhook.", {
          code: "no-webhook",
          status: 409,
          hint: "Save an address first.",
        });
      const outcome = await postWebhook(
        {
          url: webhook,
          secret,
          id: `test_${scoped.parlance.newId()}`,
          at: scoped.parlance.now(),
          body: JSON.stringify({
            type: "concept.test",
            timestamp: new Date(scoped.parlance.now()).toISOString(),
            data: { concept: { id: own, name } },
          }),
        },
        { allowPrivate: scoped.parlance.config.webhookPrivate },
      );
      return c.json({ ok: outcome.kind === "accepted", says: outcome.says }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/concepts/{concept}/hits",
      summary: "What a concept finds, likeliest first",
      tags,
      request: {
        params: conceptParams,
        query: z.object({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(20).optional(),
        }),
      },
      responses: answers(200, conceptHits, "A page of messages with probabilities"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const stored = await conceptOfPath(scoped, row, text);
      const { limit, cursor } = c.req.valid("query");
      const offset = offsetOf(cursor);
      const searcher = await searcherOf(scoped, row);
      const ranked = await rankBy(searcher, stored, offset + limit + 1);
      const page = ranked.slice(offset, offset + limit);
      const verdicts = new Map(stored.examples.map((one) => [one.chunk as string, one.verdict]));
      const examples = await loadExamples(
        scoped.parlance.store.rows,
        page.map(({ chunk }) => readChunkId(chunk)).filter((chunk) => chunk !== undefined),
      );
      return c.json(
        {
          hits: page.flatMap(({ chunk, probability }) => {
            const shown = examples.get(chunk);
            return shown === undefined
              ? []
              : [{ ...shown, probability, verdict: verdicts.get(chunk) ?? null }];
          }),
          matches: (await matchesOf(searcher, stored)).size,
          nextCursor:
            ranked.length > offset + limit && offset + limit <= DEEPEST
              ? String(offset + limit)
              : null,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/concepts/{concept}/trend",
      summary: "How often a concept was said over time",
      tags,
      request: { params: conceptParams },
      responses: answers(200, conceptTrend, "A figure"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, concept: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const stored = await conceptOfPath(scoped, row, text);
      const analysed = await scoped.analyses.view(row.id);
      if (!analysed) throw unknown("analysis");
      const own = { concepts: [stored.id as string] };
      const mask = await maskOf(scoped.parlance, analysed, { row, selection: own });
      const over = openView(analysed.frame, analysed.frameTopics, { mask, zone: row.zone });
      const [figure] = figuresOf(over, ["volume"]);
      if (!figure) throw unknown("figure");
      const selections = figure.selections.map((one) => (one === null ? null : { ...one, ...own }));
      const shown = { ...figure, title: stored.name, selections } as Figure;
      return c.json({ figure: shown }, 200);
    },
  );
};
