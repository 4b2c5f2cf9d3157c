// What may be done to an upload over HTTP: confirm, cancel, retry, delete.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { upload } from "#services/contract/uploads.ts";
import {
  cancelUpload,
  confirmUpload,
  requestOriginErasure,
  retryUpload,
} from "#services/store/store.ts";
import { type ApiApp, type ApiParts, answers } from "../api-app.ts";
import { uploadIdOf, uploadOfPath } from "../upload-of-path.ts";

const params = z.object({ id: z.string() });
const tags = ["Uploads"];

const confirmed = z.object({
  inspectedAt: z.coerce.number().int().optional().meta({
    description:
      "Of the report that was read: where the file was inspected again since, nothing is imported (409).",
  }),
});

export const uploadChangeRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/uploads/{id}/confirm",
      summary: "Import a file that was inspected",
      description:
        "Of an upload whose state is `unconfirmed`, which says in `inspection` what is in it. To import nothing of it, delete it; one that nobody confirms is deleted at the time that it says in `confirmBy`.",
      tags,
      request: { params, query: confirmed },
      responses: answers(202, upload, "It is queued to be read"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = c.req.valid("param");
      await uploadOfPath(scoped, id);
      const { inspectedAt } = c.req.valid("query");
      await confirmUpload(scoped.parlance.store, uploadIdOf(id), inspectedAt);
      scoped.wake();
      return c.json(await uploadOfPath(scoped, id), 202);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/uploads/{id}/cancel",
      summary: "Stop reading",
      description: "What was read so far is kept; a retry continues from there.",
      tags,
      request: { params },
      responses: answers(202, upload, "It stops at the next part"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = c.req.valid("param");
      await uploadOfPath(scoped, id);
      await cancelUpload(scoped.parlance.store, uploadIdOf(id));
      scoped.wake();
      return c.json(await uploadOfPath(scoped, id), 202);
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
      const scoped = parts.within(c);
      const { id } = c.req.valid("param");
      await uploadOfPath(scoped, id);
      await retryUpload(scoped.parlance.store, uploadIdOf(id));
      scoped.wake();
      return c.json(await uploadOfPath(scoped, id), 202);
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
      const scoped = parts.within(c);
      const { id } = await uploadOfPath(scoped, c.req.valid("param").id);
      await requestOriginErasure(scoped.parlance.store, uploadIdOf(id));
      scoped.wake();
      return c.json({ id }, 202);
    },
  );
};
