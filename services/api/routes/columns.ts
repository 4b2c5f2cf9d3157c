// What the columns of tables hold, over HTTP: of one upload, looked at and chosen; of a collection, listed and forgotten.
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { chosenColumns, keptColumnsList, uploadColumns } from "#services/contract/columns.ts";
import { upload } from "#services/contract/uploads.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  filenameOf,
  findCollection,
  findUpload,
  forgetColumns,
  isFinal,
  isUnread,
  readWithColumns,
  requireFitting,
  requireNotReplaced,
  type UploadRow,
  wayOut,
} from "#services/store/store.ts";
import { confirmsImports, viewColumns, viewKeptColumns } from "#services/views/views.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
  unknown,
} from "../api-app.ts";
import { requireRoomToWait } from "../back-pressure.ts";
import { abandonCopies, takeUpload } from "../intake.ts";
import { uploadIdOf, uploadOfPath } from "../upload-of-path.ts";

const params = z.object({ id: z.string() });
const tags = ["Uploads"];

/** @throws ParlanceError rejected `unknown-upload` (404) */
const rowOfPath = async ({ parlance }: ScopedParts, text: string): Promise<UploadRow> => {
  const { rows } = parlance.store;
  const row = await findUpload(rows, uploadIdOf(text));
  if (!row || row.state === "erasing") throw unknown("upload");
  if ((await findCollection(rows, row.collection_id)) === undefined) throw unknown("upload");
  return row;
};

const underWay = ({ state }: UploadRow) =>
  rejected(`This import is ${state}: its columns cannot be changed now.`, {
    code: "wrong-state",
    status: 409,
    hint: wayOut(state),
    data: { state },
  });

export const columnRoutes = (
  app: ApiApp,
  parts: ApiParts,
  { accounts }: AccountRouteParts,
): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/uploads/{id}/columns",
      summary:
        "The tables of an upload: their columns, their first rows, and what the columns hold",
      description: "Empty for formats that are no tables, and before the upload is read.",
      tags,
      request: { params },
      responses: answers(200, uploadColumns, "The first 20 tables"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await rowOfPath(scoped, c.req.valid("param").id);
      c.set("readFrom", [row.collection_id]);
      return c.json(await viewColumns(scoped.parlance.store.rows, row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/uploads/{id}/columns",
      summary: "Say what the columns of an upload's tables hold, and read it again",
      description:
        "A file that has to be confirmed is inspected again. Where messages of it were saved already, the file is read as a new upload; the one before it is erased, with what only it brought, once the new one is read and has brought messages. The columns are kept for the collection's next tables with the same headings.",
      tags,
      request: { params, body: jsonBody(chosenColumns) },
      responses: answers(202, upload, "The upload that is read with these columns"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await rowOfPath(scoped, c.req.valid("param").id);
      const columns = c.req.valid("json");
      const { store, blobs, scope, config } = scoped.parlance;
      if (!isFinal(row.state) && !isUnread(row)) throw underWay(row);
      requireFitting(row, columns);
      if (isUnread(row)) {
        await readWithColumns(store, row.id, columns);
        scoped.wake();
        return c.json(await uploadOfPath(scoped, row.id), 202);
      }
      const { storedBytes } = await (await accounts()).quotas.limitsOf(scope.organization);
      await abandonCopies(scoped, row);
      await requireNotReplaced(store.rows, row);
      requireRoomToWait(await parts.machine.backlog(), row.bytes, parts.machine.config);
      const collection = await collectionOfPath(scoped, row.collection_id);
      const { body } = await blobs.stream(row.blob_key);
      const made = await takeUpload(scoped, {
        collection: row.collection_id,
        filename: filenameOf(row),
        bytes: body,
        expectedBytes: row.bytes,
        // The file takes the place of the one before it.
        mostBytes: storedBytes === 0 ? 0 : storedBytes + row.bytes,
        columns,
        replaces: row.id,
        // What was confirmed is another import than this one.
        isToBeConfirmed: row.confirmation !== "none" || confirmsImports(collection, config),
      });
      return c.json(made, 202);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/columns",
      summary: "What a collection takes the columns of tables for, by their headings",
      tags,
      request: { params },
      responses: answers(200, keptColumnsList, "Newest first"),
    }),
    async (c) => {
      const row = await collectionOfPath(parts.within(c), c.req.valid("param").id);
      return c.json({ columns: viewKeptColumns(row) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/columns/{columns}",
      summary: "Forget what columns with these headings hold",
      description: "What was imported stays as it was read.",
      tags,
      request: { params: z.object({ id: z.string(), columns: z.string() }) },
      responses: answers(200, z.object({ id: z.string() }), "It is forgotten"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id } = await collectionOfPath(scoped, c.req.valid("param").id);
      const { columns } = c.req.valid("param");
      await forgetColumns(scoped.parlance.store, id, columns);
      return c.json({ id: columns }, 200);
    },
  );
};
