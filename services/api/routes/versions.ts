// The versions of a collection's index over HTTP: list, compare, name.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { IndexError, type IndexStore, type VersionSummary } from "#index-store/index-store.ts";
import {
  newTag,
  type Version,
  version,
  versionDiff,
  versionList,
} from "#services/contract/collections.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionRow } from "#services/store/store.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
  unknown,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["Versions"];
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(20).optional(),
});
const diffQuery = z.object({
  from: z.string().min(1).max(100),
  to: z.string().min(1).max(100),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

const view = (summary: VersionSummary): Version => ({
  number: summary.number,
  id: summary.id,
  message: summary.message,
  at: summary.at,
  tags: [...summary.tags],
  rows: summary.rows,
  segments: summary.segments,
  bytes: summary.bytes,
  added: summary.added,
  removed: summary.removed,
});

/** The number of the last version of the page before. @throws ParlanceError rejected `bad-cursor` */
const readCursor = (cursor: string): number => {
  if (!/^\d{1,9}$/u.test(cursor)) throw badCursor();
  return Number(cursor);
};

/** A number is a version's number; anything else its tag or id. */
export const addressOf = (text: string): string | number =>
  /^\d{1,9}$/u.test(text) ? Number(text) : text;

export const versionRoutes = (app: ApiApp, parts: ApiParts): void => {
  const indexOf = async ({ parlance }: ScopedParts, row: CollectionRow) => {
    if (row.version === null) throw unknown("version");
    return parlance.indexes.open(row.id);
  };

  const versionNumbered = async (index: IndexStore, number: number): Promise<Version> => {
    const [found] = await index.versions({ limit: 1, before: number + 1 });
    if (found === undefined) throw unknown("version");
    return view(found);
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/versions",
      summary: "List a collection's versions, newest first",
      tags,
      request: { params, query: listQuery },
      responses: answers(200, versionList, "A page of versions"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? undefined : readCursor(cursor);
      if (row.version === null) return c.json({ versions: [], nextCursor: null }, 200);
      const index = await indexOf(scoped, row);
      const found = await index.versions({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          versions: page.map(view),
          nextCursor: found.length > limit && last ? String(last.number) : null,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/versions/diff",
      summary: "What one version has and another has not",
      tags,
      request: { params, query: diffQuery },
      responses: answers(
        200,
        versionDiff,
        "Ids of passages, at most `limit` on each side: `chk_…` of messages, `exc_…` of exchanges",
      ),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { from, to, limit } = c.req.valid("query");
      const { added, removed } = await (await indexOf(scoped, row)).diff(
        addressOf(from),
        addressOf(to),
      );
      return c.json(
        {
          added: added.slice(0, limit),
          removed: removed.slice(0, limit),
          addedCount: added.length,
          removedCount: removed.length,
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/versions/{version}/tags",
      summary: "Name a version",
      tags,
      request: {
        params: params.extend({ version: z.string().max(100) }),
        body: jsonBody(newTag),
      },
      responses: answers(201, version, "The version with its names"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, version: address } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const index = await indexOf(scoped, row);
      const { name } = c.req.valid("json");
      const { number } = await index.tag(addressOf(address), name).catch((error: unknown) => {
        if (!(error instanceof IndexError) || error.code !== "bad-query") throw error;
        throw rejected(error.message, {
          code: "bad-tag",
          hint: "Choose another name.",
          cause: error,
        });
      });
      return c.json(await versionNumbered(index, number), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/versions/{version}/tags/{tag}",
      summary: "Remove a name of a version",
      description:
        "The version stays for as long as versions without a name are kept. Its data are not deleted by this.",
      tags,
      request: {
        params: params.extend({ version: z.string().max(100), tag: z.string().max(100) }),
      },
      responses: answers(200, version, "The version with the names that it still has"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, version: address, tag } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const index = await indexOf(scoped, row);
      const found = await index.untag(addressOf(address), tag);
      if (found === null) throw unknown("tag");
      return c.json(await versionNumbered(index, found.number), 200);
    },
  );
};
