// What is computed from an analysis over HTTP: figures, the messages behind them, comparisons, the overview, the report.
import { setImmediate } from "node:timers/promises";
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { figuresOf, openView } from "#services/analyse/figures/figures.ts";
import { facetsOf, pageOf, sizeOf } from "#services/analyse/frame/frame.ts";
import {
  type Figure,
  type FigureName,
  figureList,
  figureName,
  figuresRequest,
  messagesRequest,
  overview,
  selectedMessages,
} from "#services/contract/figures.ts";
import { languageForm } from "#services/contract/language.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type EnglishForm, usualForm } from "#services/domain/english.ts";
import { printReport } from "#services/report/report.ts";
import type { CollectionRow } from "#services/store/store.ts";
import {
  loadExamples,
  maskOf,
  showMessages,
  type View,
  viewOverview,
  viewTopic,
} from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Trends"];

/** Figures that a report holds, in its order. */
const reported: readonly FigureName[] = [
  "volume",
  "topics-over-time",
  "rising-fading",
  "hours",
  "people",
  "response-times",
  "thread-lengths",
  "languages",
  "sentiment",
  "longest",
  "liveliest",
  "models",
  "refusals",
  "frustration",
];

export const figureRoutes = (app: ApiApp, parts: ApiParts): void => {
  /** Concepts and labels of the page stay selected when a datum is opened, so the mask is made of the whole selection. */
  const figuresFor = async (
    { parlance }: ScopedParts,
    row: CollectionRow,
    view: View,
    wanted: {
      readonly selection: Selection;
      readonly names: readonly FigureName[];
      readonly step?: z.infer<typeof figuresRequest>["step"];
      readonly top?: number;
      readonly level?: number | undefined;
      readonly language?: EnglishForm | undefined;
    },
  ): Promise<{ messages: number; figures: Figure[] }> => {
    const { selection, names, step, top, level, language } = wanted;
    const mask = await maskOf(parlance, view, { row, selection });
    const over = openView(view.frame, view.frameTopics, {
      mask,
      zone: row.zone,
      form: language,
      step,
      top,
      level,
    });
    const figures: Figure[] = [];
    for (const name of names) {
      // Sources and roles are what the log's formats and the domain name them: of the contract's own.
      figures.push(...(figuresOf(over, [name]) as Figure[]));
      // All of them take half a second of a quarter of a million messages: others get a turn.
      await setImmediate();
    }
    return { messages: over.rows.length, figures };
  };

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/figures",
      summary: "Figures of a collection, or of the messages selected",
      description:
        "Each figure is a table with a drawing; every row names the selection that opens the messages behind it.",
      tags,
      request: { params, body: jsonBody(figuresRequest) },
      responses: answers(200, figureList, "The figures, in the order asked for"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { selection = {}, figures, ...wanted } = c.req.valid("json");
      const view = await scoped.analyses.view(row.id);
      if (!view) return c.json({ analysis: null, messages: 0, figures: [] }, 200);
      const names = figures ?? [...figureName.options];
      const found = await figuresFor(scoped, row, view, { selection, names, ...wanted });
      return c.json({ analysis: view.analysis.id, ...found }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/messages",
      summary: "The messages that a selection holds",
      description: "The messages behind a datum of a figure, a lasso on the map, or a topic.",
      tags,
      request: { params, body: jsonBody(messagesRequest) },
      responses: answers(200, selectedMessages, "A page of messages, and counts of all of them"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { selection = {}, sort, limit, cursor, facets } = c.req.valid("json");
      const view = await scoped.analyses.view(row.id);
      if (!view)
        return c.json(
          {
            analysis: null,
            total: 0,
            conversations: 0,
            points: 0,
            messages: [],
            facets: null,
            nextCursor: null,
          },
          200,
        );
      const mask = await maskOf(scoped.parlance, view, { row, selection });
      const size = sizeOf(view.frame, mask);
      const page = pageOf(view.frame, mask, { sort, limit, cursor });
      return c.json(
        {
          analysis: view.analysis.id,
          total: size.messages,
          conversations: size.conversations,
          points: size.points,
          messages: await showMessages(scoped.parlance, view, page.rows),
          facets: facets ? facetsOf(view.frame, view.frameTopics, mask) : null,
          nextCursor: page.nextCursor,
        },
        200,
      );
    },
  );

  const overviewOf = async (
    { parlance, analyses }: ScopedParts,
    row: CollectionRow,
    form: EnglishForm | undefined,
  ) => viewOverview(parlance, row, { view: await analyses.view(row.id), form });

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/overview",
      summary: "What is in a collection, what is new, what changed",
      tags,
      request: { params, query: z.object({ language: languageForm.optional() }) },
      responses: answers(200, overview, "The collection at a glance"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(await overviewOf(scoped, row, c.req.valid("query").language), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/report",
      summary: "A report of a collection as one file: HTML, or Markdown",
      tags,
      request: {
        params,
        query: z.object({
          format: z.enum(["html", "md"]).default("html"),
          language: languageForm.optional(),
        }),
      },
      responses: {
        200: {
          description: "The report",
          content: { "text/html": { schema: z.string() }, "text/markdown": { schema: z.string() } },
        },
      },
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { format, language } = c.req.valid("query");
      const view = await scoped.analyses.view(row.id);
      const shown = (view?.topics ?? []).filter(({ hidden }) => !hidden);
      const examples = await loadExamples(
        scoped.parlance.store.rows,
        shown.flatMap(({ typical }) => typical.slice(0, 1)),
      );
      const all = view?.topics ?? [];
      const messages = view?.frame.messages.count ?? 0;
      const text = printReport(
        {
          collection: { name: row.name, description: row.description, zone: row.zone },
          overview: await overviewOf(scoped, row, language),
          topics: shown.map((topic) => viewTopic(topic, { all, messages, examples })),
          figures:
            view === undefined
              ? []
              : (await figuresFor(scoped, row, view, { selection: {}, names: reported, language }))
                  .figures,
          madeAt: scoped.parlance.now(),
          form: language ?? usualForm,
        },
        format,
      );
      const name = row.name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-+|-+$/gu, "");
      c.header(
        "content-disposition",
        `attachment; filename="report.${format}"; filename*=UTF-8''${encodeURIComponent(name || "report")}.${format}`,
      );
      c.header("content-type", `text/${format === "html" ? "html" : "markdown"}; charset=utf-8`);
      return c.body(text) as never;
    },
  );
};
