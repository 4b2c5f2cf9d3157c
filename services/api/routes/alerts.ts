// Alerts over HTTP: what watched concepts have found, and what of it has been seen.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { alertList, alertsSeen } from "#services/contract/concepts.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { readAlertId } from "#services/domain/ids.ts";
import {
  listAlerts,
  listCollections,
  markAlertsSeen,
  type StoredAlert,
  unseenAlerts,
} from "#services/store/store.ts";
import { loadExamples } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
} from "../api-app.ts";

const tags = ["Alerts"];

export const alertRoutes = (app: ApiApp, parts: ApiParts): void => {
  const shown = async ({ parlance }: ScopedParts, alerts: readonly StoredAlert[]) => {
    const texts = await loadExamples(
      parlance.store.rows,
      alerts.map(({ chunk_id }) => chunk_id),
    );
    return alerts.flatMap((one) => {
      const message = texts.get(one.chunk_id);
      return message === undefined
        ? []
        : [
            {
              id: one.id,
              concept: one.concept_id,
              conceptName: one.concept_name,
              collection: one.collection_id,
              chunk: one.chunk_id,
              message: one.message_id,
              conversation: one.conversation_id,
              author: message.author,
              text: message.text,
              probability: one.probability,
              at: message.at,
              raisedAt: one.raised_at,
              seen: one.seen === 1,
            },
          ];
    });
  };

  const collectionsOf = async (scoped: ScopedParts, id: string | undefined) =>
    id === undefined
      ? listCollections(scoped.parlance.store.rows)
      : [await collectionOfPath(scoped, id)];

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/alerts",
      summary: "What watched concepts have found, newest first",
      tags,
      request: {
        query: z.object({
          /** All collections without it: then there is one page, of the newest. */
          collection: z.string().max(60).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          cursor: z.string().max(200).optional(),
        }),
      },
      responses: answers(200, alertList, "A page of alerts"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { collection, limit, cursor } = c.req.valid("query");
      // The list over all collections is one page: no cursor belongs to it.
      if (collection === undefined && cursor !== undefined) throw badCursor();
      const pages = await Promise.all(
        (await collectionsOf(scoped, collection)).map((row) =>
          listAlerts(scoped.only(row.id).store.rows, {
            collection: row.id,
            limit,
            cursor,
          }),
        ),
      );
      const alerts = pages
        .flatMap((page) => page.alerts)
        .sort((a, b) => b.raised_at - a.raised_at)
        .slice(0, limit);
      return c.json(
        {
          alerts: await shown(scoped, alerts),
          unseen: pages.reduce((sum, { unseen }) => sum + unseen, 0),
          nextCursor: collection === undefined ? null : (pages[0]?.next ?? null),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/alerts/seen",
      summary: "These alerts have been seen, or all of them",
      tags,
      request: {
        query: z.object({ collection: z.string().max(60).optional() }),
        body: jsonBody(alertsSeen),
      },
      responses: answers(200, z.object({ unseen: z.int() }), "How many are left"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { alerts } = c.req.valid("json");
      const ids = alerts?.map(readAlertId).filter((id) => id !== undefined);
      let unseen = 0;
      for (const row of await collectionsOf(scoped, c.req.valid("query").collection)) {
        const { rows } = scoped.only(row.id).store;
        await markAlertsSeen(rows, row.id, ids);
        for (const count of (await unseenAlerts(rows, row.id)).values()) unseen += count;
      }
      return c.json({ unseen }, 200);
    },
  );
};
