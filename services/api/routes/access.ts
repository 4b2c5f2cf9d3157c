// Who may open a collection, and the audit log, over HTTP.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { accessOfCollection, readingOf, setAccess } from "#services/accounts/accounts.ts";
import { csvCell } from "#services/contract/figure-csv.ts";
import {
  type AuditEntry,
  auditCheck,
  auditList,
  auditQuery,
  collectionAccess,
  collectionAccessPut,
} from "#services/contract/organizations.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import { type ApiApp, type ApiParts, answers, collectionOfPath, jsonBody } from "../api-app.ts";
import { streamAnswer } from "../stream.ts";

const params = z.object({ id: z.string() });

export const accessRoutes = (
  app: ApiApp,
  parts: ApiParts,
  { accounts }: AccountRouteParts,
): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/access",
      summary: "Who may open a collection",
      tags: ["Collections"],
      request: { params },
      responses: answers(200, collectionAccess, "Everybody in the organization, or who is named"),
    }),
    async (c) => {
      const { id } = await collectionOfPath(parts.within(c), c.req.valid("param").id);
      const { parts: held } = await accounts();
      return c.json(await accessOfCollection(held, c.get("scope").organization, id), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/collections/{id}/access",
      summary: "Say who may open a collection",
      tags: ["Collections"],
      request: { params, body: jsonBody(collectionAccessPut) },
      responses: answers(200, collectionAccess, "As it is now"),
    }),
    async (c) => {
      const { id } = await collectionOfPath(parts.within(c), c.req.valid("param").id);
      const { parts: held } = await accounts();
      await setAccess(held, c.get("scope"), id, c.req.valid("json"));
      return c.json(await accessOfCollection(held, c.get("scope").organization, id), 200);
    },
  );

  auditRoutes(app, parts, { accounts });
};

const inCsv = (value: unknown): string =>
  csvCell(typeof value === "object" && value !== null ? JSON.stringify(value) : `${value ?? ""}`);

const columns = [
  "seq",
  "at",
  "actor",
  "actorId",
  "action",
  "target",
  "details",
  "network",
] as const;

const lineOf = (format: "csv" | "jsonl", entry: AuditEntry): string => {
  if (format === "jsonl") return `${JSON.stringify(entry)}\n`;
  const shown = { ...entry, at: new Date(entry.at).toISOString() };
  return `${columns.map((name) => inCsv(shown[name])).join(",")}\r\n`;
};

const auditRoutes = (
  app: ApiApp,
  parts: ApiParts,
  { accounts }: Pick<AccountRouteParts, "accounts">,
): void => {
  const tags = ["Audit log"];

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/audit",
      summary: "What was done, and by whom",
      description: "`action` also finds what begins with it: `member` finds `member.role`.",
      tags,
      request: { query: auditQuery },
      responses: answers(200, auditList, "The newest first"),
    }),
    async (c) => {
      const { cursor, limit, ...question } = c.req.valid("query");
      const below = cursor === undefined ? undefined : Number(cursor);
      if (below !== undefined && !Number.isInteger(below)) throw badCursor();
      const { parts: held } = await accounts();
      const entries = await held.audit.list(readingOf(held, c.get("scope").organization), {
        ...question,
        below,
        limit: limit + 1,
      });
      const shown = entries.slice(0, limit);
      const last = shown.at(-1);
      return c.json(
        {
          entries: shown,
          nextCursor: entries.length > limit && last !== undefined ? String(last.seq) : null,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/audit/check",
      summary: "Whether the log is as it was written",
      tags,
      responses: answers(200, auditCheck, "What was found"),
    }),
    async (c) => {
      const { parts: held } = await accounts();
      return c.json(await held.audit.check(readingOf(held, c.get("scope").organization)), 200);
    },
  );

  const query = z.object({ format: z.enum(["csv", "jsonl"]).default("csv") });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/audit/export",
    summary: "The whole log as a file",
    tags,
    request: { query },
    responses: { 200: { description: "CSV, or a JSON object a line" } },
  });
  app.get("/api/v1/audit/export", async (c) => {
    const { format } = query.parse(c.req.query());
    const { parts: held } = await accounts();
    const rows = readingOf(held, c.get("scope").organization);
    const bytes = async function* () {
      const encoder = new TextEncoder();
      if (format === "csv") yield encoder.encode(`${columns.join(",")}\r\n`);
      for await (const page of held.audit.all(rows))
        yield encoder.encode(page.map((entry) => lineOf(format, entry)).join(""));
    };
    return streamAnswer(c, parts, {
      headers: {
        "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl",
        "content-disposition": `attachment; filename="audit.${format}"`,
      },
      bytes,
    });
  });
};
