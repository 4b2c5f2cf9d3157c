// Uploads over HTTP: send, list, look, follow, fetch the original.
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { columnsOfText } from "#services/contract/columns.ts";
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
import { readUploadId } from "#services/domain/ids.ts";
import {
  type CollectionRow,
  filenameOf,
  fileRefused,
  findCollection,
  findUpload,
  listUploads,
} from "#services/store/store.ts";
import { confirmsImports, openFollowedUploads, showUpload } from "#services/views/views.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  type ScopedParts,
  unknown,
} from "../api-app.ts";
import { requireRoomToWait } from "../back-pressure.ts";
import { fileAnswer } from "../file-answer.ts";
import { fileNameOf, findEarlier, takeUpload } from "../intake.ts";
import { eachFile } from "../multipart.ts";
import { requireOriginal } from "../originals.ts";
import { hearRefusals } from "../refused-body.ts";
import { eventAnswer } from "../stream.ts";
import { uploadIdOf, uploadOfPath } from "../upload-of-path.ts";
import { uploadChangeRoutes } from "./upload-changes.ts";

const params = z.object({ id: z.string() });
const tags = ["Uploads"];

const binary = {
  "application/octet-stream": { schema: { type: "string", format: "binary" } },
} as const;

/** Of both ways to send files. */
const asked = {
  inspect: z.enum(["true", "false"]).optional().meta({
    description:
      "true: the file is inspected first, and imported once somebody confirms it. Where the collection's imports have to be confirmed, it is anyway.",
  }),
};

const headers = z.object({
  "idempotency-key": z.string().min(1).max(200).optional(),
});

export const uploadRoutes = (app: ApiApp, parts: ApiParts, accounts: AccountRouteParts): void => {
  app.use("/api/v1/collections/:id/uploads", hearRefusals(parts));
  sendRoutes(app, parts, accounts);
  lookRoutes(app, parts);
  uploadChangeRoutes(app, parts);
};

/** A Content-Length header as a number; undefined where there is none. */
const lengthOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/u.test(header) ? Number(header) : undefined;

const bodyOf = (request: Request): ReadableStream<Uint8Array> => {
  if (request.body === null)
    throw rejected("The request has no body.", {
      code: "empty-upload",
      hint: "Send the file's bytes as the body.",
    });
  return request.body;
};

/** Whether the sender, the collection or the server wants to see what is in a file before it is imported. */
const isToBeConfirmed = (
  c: Context,
  { parlance }: ScopedParts,
  collection: Pick<CollectionRow, "confirm_imports">,
): boolean => c.req.query("inspect") === "true" || confirmsImports(collection, parlance.config);

const sendRoutes = (app: ApiApp, parts: ApiParts, { accounts }: AccountRouteParts): void => {
  /** How many bytes the organization may keep; 0 for any number. */
  const mostBytes = async ({ parlance }: ScopedParts) =>
    (await (await accounts()).quotas.limitsOf(parlance.scope.organization)).storedBytes;
  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/collections/{id}/uploads",
      summary: "Send a file as the raw body",
      description:
        "Streamed; any size up to the server's limit. Answers as soon as the file is kept; reading goes on in the background: follow `/uploads/{id}/events`. With `inspect=true` nothing is imported before `/uploads/{id}/confirm`. With an Idempotency-Key the same file sent again is the same upload.",
      tags,
      request: {
        params,
        headers,
        query: z.object({
          filename: z.string().min(1).max(1000),
          columns: z.string().max(8000).optional().meta({
            description:
              "What the columns of a table hold, where it cannot be guessed: `text=Message,author=From,time=Date(dmy)`. It is kept for the collection's next tables with the same headings.",
          }),
          ...asked,
        }),
        body: {
          required: true,
          content: binary,
        },
      },
      responses: answers(202, uploadAccepted, "The file is kept and will be read"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const collection = await collectionOfPath(scoped, c.req.valid("param").id);
      const { id } = collection;
      const query = c.req.valid("query");
      const filename = fileNameOf(query.filename);
      const columns = query.columns === undefined ? undefined : columnsOfText(query.columns);
      const idempotencyKey = c.req.valid("header")["idempotency-key"];
      const earlier = await findEarlier(scoped, id, idempotencyKey);
      if (earlier !== undefined) {
        await c.req.raw.body?.cancel();
        return c.json(earlier, 202);
      }
      const expectedBytes = lengthOf(c.req.header("content-length"));
      requireRoomToWait(await parts.machine.backlog(), expectedBytes ?? 0, parts.machine.config);
      const bytes = bodyOf(c.req.raw);
      const made = await takeUpload(scoped, {
        collection: id,
        filename,
        bytes,
        expectedBytes,
        mostBytes: await mostBytes(scoped),
        idempotencyKey,
        columns,
        isToBeConfirmed: isToBeConfirmed(c, scoped, collection),
      });
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
      query: z.object(asked),
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
    const scoped = parts.within(c);
    const collection = await collectionOfPath(scoped, c.req.param("id"));
    const { id } = collection;
    const type = c.req.header("content-type") ?? "";
    if (!type.toLowerCase().startsWith("multipart/form-data"))
      throw rejected("POST takes multipart/form-data.", {
        code: "not-multipart",
        status: 415,
        hint: "PUT the raw bytes with ?filename= instead.",
      });
    const expectedBytes = lengthOf(c.req.header("content-length")) ?? 0;
    await parts.machine.space.require(expectedBytes);
    requireRoomToWait(await parts.machine.backlog(), expectedBytes, parts.machine.config);
    const key = c.req.header("idempotency-key")?.slice(0, 200);
    const most = await mostBytes(scoped);
    let place = 0;
    const uploads = await eachFile(bodyOf(c.req.raw), type, async (sent, bytes) => {
      const idempotencyKey = key === undefined ? undefined : `${key}#${place++}`;
      const earlier = await findEarlier(scoped, id, idempotencyKey);
      if (earlier !== undefined) {
        for await (const _ of bytes);
        return earlier;
      }
      return takeUpload(scoped, {
        collection: id,
        filename: fileNameOf(sent),
        bytes,
        mostBytes: most,
        idempotencyKey,
        isToBeConfirmed: isToBeConfirmed(c, scoped, collection),
      });
    });
    return c.json({ uploads, nextCursor: null }, 202);
  });
};

const lookRoutes = (app: ApiApp, parts: ApiParts): void => {
  const uploads = openFollowedUploads();
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
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? undefined : readUploadId(cursor);
      if (cursor !== undefined && before === undefined) throw badCursor();
      const found = await listUploads(scoped.parlance.store.rows, id, {
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
      });
      const uploads = await Promise.all(
        found.slice(0, limit).map((one) => showUpload(scoped.parlance, one)),
      );
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
    async (c) => c.json(await uploadOfPath(parts.within(c), c.req.valid("param").id), 200),
  );

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/uploads/{id}/events",
    summary: "Follow an upload",
    description:
      "Server-sent events named `upload`, each with the upload as its data; after the last one nothing goes on by itself (unconfirmed, done, cancelled, failed).",
    tags,
    request: { params },
    responses: {
      200: {
        description: "Events",
        content: { "text/event-stream": { schema: { type: "string" } } },
      },
      503: { description: "Too many are followed at once" },
    },
  });
  app.get("/api/v1/uploads/:id/events", async (c) => {
    const scoped = parts.within(c);
    const { parlance } = scoped;
    const { id: text, collection } = await uploadOfPath(scoped, c.req.param("id"));
    c.set("readFrom", [collection]);
    return eventAnswer(c, parts, async function* (gone) {
      const signal = AbortSignal.any([gone, parts.stopping]);
      const show = (now: Upload) => showUpload(parlance, now);
      for await (const now of uploads.follow(parlance.store, uploadIdOf(text), { signal, show }))
        yield { event: uploadEventName, data: JSON.stringify(now) };
    });
  });

  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/v1/uploads/{id}/original",
    summary: "The file as it came",
    description:
      "A Range header asks for a part of it, and goes on with a download that broke off.",
    tags,
    request: { params },
    responses: {
      200: { description: "The bytes, always as a download", content: binary },
      206: { description: "The part of them that was asked for", content: binary },
      416: { description: "No byte of the file is in the range" },
    },
  });
  app.get("/api/v1/uploads/:id/original", async (c) => {
    const scoped = parts.within(c);
    const row = await findUpload(scoped.parlance.store.rows, uploadIdOf(c.req.param("id")));
    if (!row || row.state === "erasing") throw unknown("upload");
    if (row.blob_key === "") throw row.parts_done === 0 ? unknown("upload") : fileRefused(row);
    if ((await findCollection(scoped.parlance.store.rows, row.collection_id)) === undefined)
      throw unknown("upload");
    await requireOriginal(scoped, row);
    c.set("readFrom", [row.collection_id]);
    const { bytes: size, sha256, blob_key: key } = row;
    // Shown to those who may see the file itself: its name as it came.
    const file = { name: filenameOf(row), size, sha256, key };
    return fileAnswer(c, { ...parts, blobs: scoped.parlance.blobs }, file);
  });
};
