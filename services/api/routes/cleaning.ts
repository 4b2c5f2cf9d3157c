// Cleaning of a collection over HTTP: its rules, what others would do, what was found. For whoever manages the collection.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  cleaning,
  cleaningPreview,
  cleaningRules,
  findingList,
  findingQuery,
  findingReportQuery,
} from "#services/contract/cleaning.ts";
import { csvTable } from "#services/contract/figure-csv.ts";
import { findingHeadings, findingLines } from "#services/contract/finding-report.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { type FoundKind, foundKinds } from "#services/domain/cleaning.ts";
import { type CollectionId, readMessageId } from "#services/domain/ids.ts";
import {
  type FindingPlace,
  findCollection,
  listFindings,
  type Rows,
  saveCleaning,
} from "#services/store/store.ts";
import { previewCleaning, viewCleaning, viewFinding } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  unknown,
} from "../api-app.ts";
import { downloadHeaders } from "../disposition.ts";
import { fromZod } from "../problem.ts";
import { streamAnswer } from "../stream.ts";

const params = z.object({ id: z.string() });
const tags = ["Cleaning"];

/** Findings that are read at once for a report. */
const A_PAGE = 500;

const cursorOf = ({ message, kind }: FindingPlace): string => `${message} ${kind}`;

const placeOf = (cursor: string | undefined): FindingPlace | undefined => {
  if (cursor === undefined) return undefined;
  const [text = "", name] = cursor.split(" ");
  const message = readMessageId(text);
  const kind = foundKinds.find((one): one is FoundKind => one === name);
  if (message === undefined || kind === undefined) throw badCursor();
  return { message, kind };
};

const pages = async function* (rows: Rows, collection: CollectionId) {
  for (let after: FindingPlace | undefined; ; ) {
    const { findings, next } = await listFindings(rows, collection, { after, limit: A_PAGE });
    yield findings.map(viewFinding);
    if (next === undefined) return;
    after = next;
  }
};

const inCsv = async function* (rows: Rows, collection: CollectionId) {
  yield csvTable([findingHeadings]);
  for await (const page of pages(rows, collection)) yield findingLines(page);
};

const inJson = async function* (rows: Rows, collection: CollectionId) {
  let before = "[";
  for await (const page of pages(rows, collection))
    for (const one of page) {
      yield `${before}\n${JSON.stringify(one)}`;
      before = ",";
    }
  yield before === "[" ? "[]\n" : "\n]\n";
};

const encoded = async function* (texts: AsyncIterable<string>) {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
};

export const cleaningRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/cleaning",
      summary: "The cleaning rules, how far they are applied, and what was found",
      tags,
      request: { params },
      responses: answers(200, cleaning, "Rules and counts"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(await viewCleaning(scoped.parlance.store.rows, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/collections/{id}/cleaning",
      summary: "Change the cleaning rules",
      description:
        "They hold for what comes from now on, and are applied to what is there in the background: only what they change is indexed again. What is refused is deleted for good, with the files that it came in; what is masked is kept as it came for whoever manages the collection.",
      tags,
      request: { params, body: jsonBody(cleaningRules) },
      responses: answers(202, cleaning, "The rules are being applied"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const { store } = scoped.parlance;
      await saveCleaning(store, id, c.req.valid("json"));
      scoped.wake();
      const row = await findCollection(store.rows, id);
      if (row === undefined) throw unknown("collection");
      return c.json(await viewCleaning(store.rows, row), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/cleaning/preview",
      summary: "Count what rules would do, without applying them",
      description:
        "Counted on the messages as they came, so that the numbers are the same before and after; of a collection with more than 50,000 messages or 10 MB of text on a sample of whole conversations.",
      tags,
      request: { params, body: jsonBody(cleaningRules) },
      responses: answers(200, cleaningPreview, "The counts"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const { rows } = scoped.parlance.store;
      return c.json(await previewCleaning(rows, id, c.req.valid("json")), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/cleaning/findings",
      summary: "Messages in which something was found, in pages; values are masked",
      tags,
      request: { params, query: findingQuery },
      responses: answers(200, findingList, "A page of them"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const { kind, limit, cursor } = c.req.valid("query");
      const { findings, next } = await listFindings(scoped.parlance.store.rows, id, {
        kind,
        after: placeOf(cursor),
        limit,
      });
      return c.json(
        {
          findings: findings.map(viewFinding),
          nextCursor: next === undefined ? null : cursorOf(next),
        },
        200,
      );
    },
  );

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/collections/{id}/cleaning/report",
    summary: "All messages in which something was found, as a download; values are masked",
    tags,
    request: { params, query: findingReportQuery },
    responses: {
      200: {
        description: "CSV, or a JSON array",
        content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
      },
    },
  });
  app.get("/api/v1/collections/:id/cleaning/report", async (c) => {
    const scoped = parts.within(c);
    const row = await collectionOfPath(scoped, c.req.param("id"));
    const query = findingReportQuery.safeParse({ format: c.req.query("format") });
    if (!query.success) throw fromZod(query.error, "query");
    const { format } = query.data;
    const { rows } = scoped.parlance.store;
    return streamAnswer(c, parts, {
      headers: downloadHeaders(`${row.name} cleaning.${format}`),
      bytes: () => encoded(format === "csv" ? inCsv(rows, row.id) : inJson(rows, row.id)),
    });
  });
};
