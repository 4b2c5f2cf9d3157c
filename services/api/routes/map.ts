// The map over HTTP: what is drawn where, the points and their colours as packed arrays, search hits on it, labels.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import {
  label,
  labelList,
  mapColumn,
  mapHits,
  mapHitsRequest,
  mapMeta,
  mapPoint,
  newLabel,
} from "#services/contract/map.ts";
import { pack } from "#services/contract/packed.ts";
import { searchRequest } from "#services/contract/search.ts";
import { readChunkId, readConversationId, readLabelId } from "#services/domain/ids.ts";
import {
  chunksOfConversations,
  createLabel,
  deleteLabel,
  listLabels,
  type StoredLabel,
} from "#services/store/store.ts";
import {
  columnOf,
  loadExamples,
  maskOf,
  metaOf,
  pointOf,
  pointOfConversation,
  showMessages,
} from "#services/views/views.ts";
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
const tags = ["Map"];

const packed = {
  200: {
    description:
      "Packed arrays: uint32 length of a JSON header, the header, then the arrays it names, little-endian, each padded to 8 bytes",
    content: { "application/octet-stream": { schema: z.string() } },
  },
};

const viewLabel = ({ id, name, chunks, createdAt, selection }: StoredLabel) => ({
  id,
  name,
  chunks,
  createdAt,
  selection,
});

export const mapRoutes = (app: ApiApp, parts: ApiParts): void => {
  const viewOfPath = async (scoped: ScopedParts, id: string) => {
    const row = await collectionOfPath(scoped, id);
    const view = await scoped.analyses.view(row.id);
    if (!view) throw unknown("analysis");
    return { row, view };
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/map",
      summary:
        "What the map shows: its extent, regions, topics, and what points may be coloured by",
      tags,
      request: { params },
      responses: answers(200, mapMeta, "The map without its points"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(metaOf(await scoped.analyses.view(row.id)), 200);
    },
  );

  const octets = (bytes: Uint8Array<ArrayBuffer>) =>
    new Response(bytes, {
      headers: { "content-type": "application/octet-stream", "cache-control": "no-cache" },
    }) as never;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/map/points",
      summary: "All points: x, y, and the place of each one's topic",
      tags,
      request: { params },
      responses: packed,
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { view } = await viewOfPath(scoped, c.req.valid("param").id);
      const { x, y, topic } = view.frame.points;
      return octets(
        pack(
          { analysis: view.analysis.id },
          { x: Float32Array.from(x), y: Float32Array.from(y), topic: Int16Array.from(topic) },
        ),
      );
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/map/columns/{name}",
      summary: "What points may be coloured by: one number a point, with its legend",
      tags,
      request: { params: params.extend({ name: mapColumn }) },
      responses: packed,
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, name } = c.req.valid("param");
      const { view } = await viewOfPath(scoped, id);
      const { legend, values } = columnOf(view, name);
      return octets(pack(legend, { values }));
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/map/points/{point}",
      summary: "What one point stands for",
      tags,
      request: { params: params.extend({ point: z.coerce.number().int().min(0) }) },
      responses: answers(200, mapPoint, "Its message"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id: collection, point } = c.req.valid("param");
      const { view } = await viewOfPath(scoped, collection);
      const row = view.frame.points.message[point];
      const [shown] = row === undefined ? [] : await showMessages(scoped.parlance, view, [row]);
      if (!shown) throw unknown("point");
      const { message, conversation, title, author, at } = shown;
      const chunk = view.frame.points.ids.at(point);
      const topic = view.leaves[view.frame.points.topic[point] ?? -1]?.id ?? null;
      // Of a long message the part that lies here.
      const id = readChunkId(chunk);
      const part = id && (await loadExamples(scoped.parlance.store.rows, [id])).get(id);
      const text = part?.text ?? shown.text;
      return c.json({ point, chunk, message, conversation, title, author, at, topic, text }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/map/hits",
      summary: "Where on the map the answers to a question lie",
      tags,
      request: { params, body: jsonBody(mapHitsRequest) },
      responses: answers(200, mapHits, "Points, best first"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { row, view } = await viewOfPath(scoped, c.req.valid("param").id);
      const { query, mode, limit } = c.req.valid("json");
      const asked = {
        id: row.id,
        name: row.name,
        model: row.model_id,
        modelFingerprint: row.model_fingerprint,
      };
      const found = await scoped.search.ranked(
        // A map shows more hits at once than a list does.
        {
          ...searchRequest.parse({ query, mode, facets: false, context: 0, units: ["message"] }),
          limit,
        },
        { collections: [{ ...asked, defaultMode: "hybrid" }], one: true },
      );
      const conversations =
        view.frame.unit === "chunk"
          ? undefined
          : await loadExamples(
              scoped.parlance.store.rows,
              found.map(({ chunk }) => readChunkId(chunk)).filter((chunk) => chunk !== undefined),
            );
      const best = found[0]?.score ?? 1;
      const points = new Map<number, number>();
      let missing = 0;
      for (const { chunk, score } of found) {
        const point =
          conversations === undefined
            ? pointOf(view, chunk)
            : pointOfConversation(view, conversations.get(chunk)?.conversation ?? "");
        if (point === undefined) missing++;
        else if (!points.has(point)) points.set(point, best > 0 ? Math.max(0, score / best) : 1);
      }
      return c.json(
        {
          analysis: view.analysis.id,
          points: [...points.keys()],
          scores: [...points.values()],
          missing,
        },
        200,
      );
    },
  );

  labelRoutes(app, parts);
};

const labelRoutes = (app: ApiApp, parts: ApiParts): void => {
  const labelTags = ["Labels"];

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/labels",
      summary: "List the labels of a collection",
      tags: labelTags,
      request: { params },
      responses: answers(200, labelList, "All of them"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(
        { labels: (await listLabels(scoped.parlance.store.rows, row.id)).map(viewLabel) },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/labels",
      summary: "Save what a selection holds now under a name",
      tags: labelTags,
      request: { params, body: jsonBody(newLabel) },
      responses: answers(201, label, "The label"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { name, selection } = c.req.valid("json");
      const view = await scoped.analyses.view(row.id);
      if (!view) throw unknown("analysis");
      const mask = await maskOf(scoped.parlance, view, { row, selection });
      const { messages, points, conversations, unit } = view.frame;
      // All parts of a long message, which is selected as one.
      const held = new Set<string>();
      for (let point = 0; point < points.count; point++) {
        const message = points.message[point] ?? 0;
        if (mask[message] !== 1) continue;
        const conversation = messages.conversation[message] ?? 0;
        held.add(unit === "chunk" ? points.ids.at(point) : conversations.ids.at(conversation));
      }
      const chunks =
        unit === "chunk"
          ? [...held].map(readChunkId).filter((chunk) => chunk !== undefined)
          : await chunksOfConversations(
              scoped.parlance.store.rows,
              [...held].map(readConversationId).filter((id) => id !== undefined),
            );
      return c.json(
        viewLabel(await createLabel(scoped.parlance.store, row.id, { name, selection, chunks })),
        201,
      );
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/labels/{label}",
      summary: "Delete a label; its messages stay",
      tags: labelTags,
      request: { params: params.extend({ label: z.string() }) },
      responses: answers(200, z.object({ id: z.string() }), "It is gone"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, label: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const found = readLabelId(text);
      if (!found) throw unknown("label");
      await deleteLabel(scoped.parlance.store, row.id, found);
      return c.json({ id: found }, 200);
    },
  );
};
