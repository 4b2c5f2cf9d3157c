// Uploads over HTTP: send, list, look, follow, cancel, retry, fetch the original, delete.
import { createRoute } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import { pageQuery } from "#services/contract/common.ts";
import {
  type Upload,
  upload,
  uploadAccepted,
  uploadEventName,
  uploadList,
} from "#services/contract/uploads.ts";
import { badCursor } from "#services/domain/bad-cursor.ts";
import { rejected } from "#services/domain/errors.ts";
import { readUploadId, type UploadId } from "#services/domain/ids.ts";
import {
  cancelUpload,
  findCollection,
  findUpload,
  listUploads,
  readUpload,
  requestUploadErasure,
  retryUpload,
  watchUpload,
} from "#services/store/store.ts";
import { type ApiApp, type ApiParts, answers, collectionOfPath, unknown } from "../api-app.ts";
import { downloadHeaders } from "../disposition.ts";
import { fileNameOf, findEarlier, takeUpload } from "../intake.ts";
import { eachFile } from "../multipart.ts";
import { streamOf } from "../stream.ts";

const params = z.object({ id: z.string() });
const tags = ["Uploads"];
/** Proxies close connections that say nothing for a minute. */
const HEARTBEAT_MS = 15_000;

const headers = z.object({
  "idempotency-key": z.string().min(1).max(200).optional(),
});

export const uploadRoutes = (app: ApiApp, parts: ApiParts): void => {
  sendRoutes(app, parts);
  lookRoutes(app, parts);
  changeRoutes(app, parts);
};

const idOf = (text: string): UploadId => {
  const id = readUploadId(text);
  if (id === undefined) throw unknown("upload");
  return id;
};

/** An upload that is shown: neither it nor its collection is being erased. */
const uploadOfPath = async ({ parlance }: ApiParts, text: string): Promise<Upload> => {
  const found = await readUpload(parlance.store.db, idOf(text));
  if (found === undefined) throw unknown("upload");
  return found;
};

const bodyOf = (request: Request): ReadableStream<Uint8Array> => {
  if (request.body === null)
    throw rejected("The request has no body.", {
      code: "empty-upload",
      hint: "Send the file's bytes as the body.",
    });
  return request.body;
};

const sendRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/collections/{id}/uploads",
      summary: "Send a file as the raw body",
      description:
        "Streamed; any size up to the server's limit. Answers as soon as the file is kept; reading goes on in the background: follow `/uploads/{id}/events`. With an Idempotency-Key the same file sent again is the same upload.",
      tags,
      request: {
        params,
        headers,
        query: z.object({ filename: z.string().min(1).max(1000) }),
        body: {
          required: true,
          content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
        },
      },
      responses: answers(202, uploadAccepted, "The file is kept and will be read"),
    }),
    async (c) => {
      const { id } = await collectionOfPath(parts, c.req.valid("param").id);
      const filename = fileNameOf(c.req.valid("query").filename);
      const idempotencyKey = c.req.valid("header")["idempotency-key"];
      const earlier = await findEarlier(parts, id, idempotencyKey);
      if (earlier !== undefined) {
        await c.req.raw.body?.cancel();
        return c.json(earlier, 202);
      }
      const bytes = bodyOf(c.req.raw);
      const made = await takeUpload(parts, { collection: id, filename, bytes, idempotencyKey });
      return c.json(made, 202);
    },
  );

  // Registered by hand: the framework's own handling of forms would hold whole files in memory.
  const path = "/api/v1/collections/{id}/uploads";
  app.openAPIRegistry.registerPath({
    method: "post",
    path,
    summary: "Send one or several files as multipart/form-data",
    tags,
    request: {
      params,
      body: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: {
              type: "object",
              properties: {
                file: { type: "array", items: { type: "string", format: "binary" } },
              },
            },
          },
        },
      },
    },
    responses: answers(202, uploadList, "The files are kept and will be read, in this order"),
  });
  app.post("/api/v1/collections/:id/uploads", async (c) => {
    const { id } = await collectionOfPath(parts, c.req.param("id"));
    const type = c.req.header("content-type") ?? "";
    if (!type.toLowerCase().startsWith("multipart/form-data"))
      throw rejected("POST takes multipart/form-data.", {
        code: "not-multipart",
        status: 415,
        hint: "PUT the raw bytes with ?filename= instead.",
      });
    const key = c.req.header("idempotency-key")?.slice(0, 200);
    let place = 0;
    const uploads = await eachFile(bodyOf(c.req.raw), type, async (sent, bytes) => {
      const idempotencyKey = key === undefined ? undefined : `${key}#${place++}`;
      const earlier = await findEarlier(parts, id, idempotencyKey);
      if (earlier !== undefined) {
        for await (const _ of bytes);
        return earlier;
      }
      return takeUpload(parts, {
        collection: id,
        filename: fileNameOf(sent),
        bytes,
        idempotencyKey,
      });
    });
    return c.json({ uploads, nextCursor: null }, 202);
  });
};

const lookRoutes = (app: ApiApp, parts: ApiParts): void => {
  const { store, blobs } = parts.parlance;

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/uploads",
      summary: "List a collection's uploads, newest first",
      tags,
      request: { params, query: pageQuery },
      responses: answers(200, uploadList, "A page of uploads"),
    }),
    async (c) => {
      const { id } = await collectionOfPath(parts, c.req.valid("param").id);
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? undefined : readUploadId(cursor);
      if (cursor !== undefined && before === undefined) throw badCursor();
      const found = await listUploads(store.db, id, {
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
      });
      const uploads = found.slice(0, limit);
      const nextCursor = found.length > limit ? (uploads.at(-1)?.id ?? null) : null;
      return c.json({ uploads, nextCursor }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/uploads/{id}",
      summary: "One upload with its progress",
      tags,
      request: { params },
      responses: answers(200, upload, "The upload"),
    }),
    async (c) => c.json(await uploadOfPath(parts, c.req.valid("param").id), 200),
  );

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/uploads/{id}/events",
    summary: "Follow an upload",
    description:
      "Server-sent events named `upload`, each with the upload as its data; the last one has a final state (done, cancelled, failed).",
    tags,
    request: { params },
    responses: {
      200: {
        description: "Events",
        content: { "text/event-stream": { schema: { type: "string" } } },
      },
    },
  });
  app.get("/api/v1/uploads/:id/events", async (c) => {
    const { id: text } = await uploadOfPath(parts, c.req.param("id"));
    const id = idOf(text);
    // Proxies would hold the events back to fill a buffer.
    c.header("x-accel-buffering", "no");
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const signal = AbortSignal.any([gone.signal, parts.stopping]);
      const beat = setInterval(() => {
        stream.write(": still here\n\n").catch(() => gone.abort());
      }, HEARTBEAT_MS);
      try {
        for await (const now of watchUpload(store, id, { signal }))
          await stream.writeSSE({ event: uploadEventName, data: JSON.stringify(now) });
      } finally {
        clearInterval(beat);
      }
    });
  });

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/uploads/{id}/original",
    summary: "The file as it came",
    tags,
    request: { params },
    responses: {
      200: {
        description: "The bytes, always as a download",
        content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
      },
    },
  });
  app.get("/api/v1/uploads/:id/original", async (c) => {
    const row = await findUpload(store.db, idOf(c.req.param("id")));
    if (!row || row.state === "erasing" || row.blob_key === "") throw unknown("upload");
    if ((await findCollection(store.db, row.collection_id)) === undefined) throw unknown("upload");
    const { size, body } = await blobs.stream(row.blob_key);
    return c.body(streamOf(body), 200, {
      ...downloadHeaders(row.filename),
      "content-length": String(size),
      etag: `"${row.sha256}"`,
    });
  });
};

const changeRoutes = (app: ApiApp, parts: ApiParts): void => {
  const { store } = parts.parlance;

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/uploads/{id}/cancel",
      summary: "Stop reading",
      description: "What was read so far is kept; retry goes on from there.",
      tags,
      request: { params },
      responses: answers(202, upload, "It stops at the next part"),
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      await uploadOfPath(parts, id);
      await cancelUpload(store, idOf(id));
      parts.wake();
      return c.json(await uploadOfPath(parts, id), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/uploads/{id}/retry",
      summary: "Read again after a failure or a cancellation",
      tags,
      request: { params },
      responses: answers(202, upload, "It is queued again"),
    }),
    async (c) => {
      const { id } = c.req.valid("param");
      await uploadOfPath(parts, id);
      await retryUpload(store, idOf(id));
      parts.wake();
      return c.json(await uploadOfPath(parts, id), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/uploads/{id}",
      summary: "Delete an upload and what only it brought",
      description:
        "Messages that another upload holds too stay. Text, vectors, the file and old versions are erased in the background.",
      tags,
      request: { params },
      responses: answers(202, z.object({ id: z.string() }), "It is being erased"),
    }),
    async (c) => {
      const { id } = await uploadOfPath(parts, c.req.valid("param").id);
      await requestUploadErasure(store, idOf(id));
      parts.wake();
      return c.json({ id }, 202);
    },
  );
};
