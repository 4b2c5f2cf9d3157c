// Files sent over several connections (tus 1.0.0): begun, gone on with after a cut, given up.

import { Server } from "@tus/server";
import type { Context } from "hono";
import { z } from "zod";
import { columnsOfText } from "#services/contract/columns.ts";
import { rejected } from "#services/domain/errors.ts";
import { readUploadId } from "#services/domain/ids.ts";
import { type CollectionRow, createUpload } from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { confirmsImports } from "#services/views/views.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import { type ApiApp, type ApiParts, collectionOfPath, type ScopedParts } from "../api-app.ts";
import { requireRoomToWait } from "../back-pressure.ts";
import type { Variables } from "../guard.ts";
import { fileNameOf } from "../intake.ts";
import { hearRefusals } from "../refused-body.ts";
import { endWhereComplete, openUploadLocks, PieceStore, refusalOf } from "../resumable.ts";

type Asked = Context<{ Variables: Variables }>;

const tags = ["Uploads"];
const path = "/api/v1/collections/{id}/uploads/resumable";
const params = z.object({ id: z.string() });
const ofOne = params.extend({ upload: z.string() });

/** @throws ParlanceError rejected `bad-upload-length` (400) | `empty-upload` (400) | `upload-too-large` (413) */
const lengthOf = (header: string | undefined, most: number): number => {
  if (header === undefined || !/^\d{1,15}$/u.test(header))
    throw rejected("A resumable upload says with Upload-Length how many bytes will come.", {
      code: "bad-upload-length",
      hint: "Where that is not known, send the file in one request with PUT.",
    });
  const length = Number(header);
  if (length === 0) throw rejected("The file is empty.", { code: "empty-upload" });
  if (length > most)
    throw rejected(`The file is larger than the ${most} bytes allowed.`, {
      code: "upload-too-large",
      status: 413,
      hint: "Split the export, or have the limit of the server raised.",
    });
  return length;
};

export const resumableUploadRoutes = (
  app: ApiApp,
  parts: ApiParts,
  { accounts }: AccountRouteParts,
): void => {
  const locks = openUploadLocks();
  const announcedBy = (c: Asked): number =>
    lengthOf(c.req.header("upload-length"), parts.machine.config.maxUploadBytes);

  /** Its upload, made once everything that is known of it allows it. @returns its id */
  const begin = async (
    c: Asked,
    scoped: ScopedParts,
    collection: CollectionRow,
    said: Readonly<Record<string, string | null>>,
  ): Promise<string> => {
    const { config } = parts.machine;
    const length = announcedBy(c);
    const filename = fileNameOf(said["filename"] ?? undefined);
    const columns = said["columns"] == null ? undefined : columnsOfText(said["columns"]);
    requireRoomToWait(await parts.machine.backlog(), length, config);
    // Its pieces, and the file that they become.
    await parts.machine.space.require(2 * length);
    const { organization } = scoped.parlance.scope;
    const most = (await (await accounts()).quotas.limitsOf(organization)).storedBytes;
    return createUpload(scoped.parlance.store, {
      collection: collection.id,
      filename,
      cleaner,
      isToBeConfirmed: said["inspect"] === "true" || confirmsImports(collection, config),
      announced: { bytes: length, most },
      ...(columns === undefined ? {} : { columns }),
    });
  };

  const answer = async (c: Asked): Promise<Response> => {
    const scoped = parts.within(c);
    const collection = await collectionOfPath(scoped, c.req.param("id") ?? "");
    const id = readUploadId(c.req.param("upload") ?? "");
    if (c.req.method === "POST") announcedBy(c);
    let failure: unknown;
    const server = new Server({
      path: path.replace("{id}", collection.id),
      datastore: new PieceStore(scoped, collection.id, c.req.method === "DELETE"),
      locker: locks,
      relativeLocation: true,
      allowedOrigins: [],
      disableTerminationForFinishedUploads: true,
      getFileIdFromRequest: () => id,
      namingFunction: (_, said) => begin(c, scoped, collection, said ?? {}),
      onUploadFinish: async (_, { id: sent }) => {
        const whole = readUploadId(sent);
        if (whole !== undefined) await endWhereComplete(scoped, whole);
        return {};
      },
      onResponseError: (_, error) => {
        failure = error;
        return undefined;
      },
    });
    c.header("tus-resumable", "1.0.0");
    const isQuestion = c.req.method === "GET" || c.req.method === "HEAD";
    // A server that was stopped before the file was put together left all of its pieces.
    if (isQuestion && id !== undefined) await endWhereComplete(scoped, id);
    const { url, headers } = c.req.raw;
    const given = await server.handleWeb(
      isQuestion ? new Request(url, { method: "HEAD", headers }) : c.req.raw,
    );
    if (failure instanceof Error) throw failure;
    if (given.status >= 400) throw refusalOf(given.status, await given.text());
    for (const name of [...given.headers.keys()])
      if (name.startsWith("access-control-")) given.headers.delete(name);
    return given;
  };

  const documented = (
    method: "post" | "get" | "patch" | "delete",
    summary: string,
    description: string,
    status: number,
  ) => {
    const at = method === "post" ? path : `${path}/{upload}`;
    app.openAPIRegistry.registerPath({
      method,
      path: at,
      summary,
      description,
      tags,
      request: { params: method === "post" ? params : ofOne },
      responses: { [status]: { description: "As tus 1.0.0 says" } },
    });
    app.on(method.toUpperCase(), at.replaceAll(/\{(\w+)\}/gu, ":$1"), answer);
  };

  app.use("/api/v1/collections/:id/uploads/resumable", hearRefusals(parts));
  app.use("/api/v1/collections/:id/uploads/resumable/:upload", hearRefusals(parts));
  documented(
    "post",
    "Begin a resumable upload (tus 1.0.0)",
    "For large files and connections that break: any client of the tus protocol works, with this address as its endpoint. Upload-Metadata takes `filename`, and as `inspect` and `columns` what the query of PUT takes. The last segment of Location is the id of the upload, under which it is followed and shown. All of the file has to come within 24 hours.",
    201,
  );
  documented(
    "get",
    "How much of a resumable upload has come",
    "Upload-Offset says where to go on; asked with HEAD, as tus says, or with GET.",
    200,
  );
  documented(
    "patch",
    "Send the next bytes of a resumable upload",
    "As application/offset+octet-stream, with Upload-Offset. What comes before a connection breaks is kept. The answer to the last bytes comes once the file is kept and queued to be read.",
    204,
  );
  documented(
    "delete",
    "Give up a resumable upload",
    "One that is not whole yet, with what has come of it.",
    204,
  );
};
