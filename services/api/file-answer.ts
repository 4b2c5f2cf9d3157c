// A stored file as an answer: always a download, whole or the part that a Range header names.
import type { Context } from "hono";
import { blobMissing, type ScopedBlobs } from "#services/blobs/blobs.ts";
import { corrupt, rejected } from "#services/domain/errors.ts";
import type { ApiParts } from "./api-app.ts";
import { wantedRange } from "./byte-range.ts";
import { downloadHeaders } from "./disposition.ts";
import type { Variables } from "./guard.ts";
import { streamAnswer } from "./stream.ts";

/** What the rows say of it. */
export interface StoredFile {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  /** That it is downloaded under. */
  readonly name: string;
}

/** @throws ParlanceError corrupt `blob-missing` | `blob-damaged`; rejected `range-not-satisfiable` (416) */
export const fileAnswer = async (
  c: Context<{ Variables: Variables }>,
  parts: Pick<ApiParts, "onError"> & { readonly blobs: ScopedBlobs },
  { key, size, sha256, name }: StoredFile,
): Promise<Response> => {
  const { blobs } = parts;
  const found = await blobs.find(key);
  if (!found) throw blobMissing(key);
  if (found.size !== size)
    throw corrupt(`The stored file of ${name} has ${found.size} of its ${size} bytes.`, {
      code: "blob-damaged",
      hint: "Upload it again, or restore a backup.",
    });
  const etag = `"${sha256}"`;
  const headers = { ...downloadHeaders(name), "accept-ranges": "bytes", etag };
  const range = wantedRange(c.req.header("range"), { size, etag }, c.req.header("if-range"));
  const stream = (start: number, end: number) =>
    async function* () {
      yield* (await blobs.stream(key, { start, end })).body;
    };
  switch (range.kind) {
    case "whole":
      return streamAnswer(c, parts, { headers, length: size, bytes: stream(0, size) });
    case "part":
      return streamAnswer(c, parts, {
        status: 206,
        headers: { ...headers, "content-range": `bytes ${range.start}-${range.end - 1}/${size}` },
        length: range.end - range.start,
        bytes: stream(range.start, range.end),
      });
    case "none":
      c.header("content-range", `bytes */${size}`);
      throw rejected(`The file has ${size} bytes: none of them is in the range.`, {
        code: "range-not-satisfiable",
        status: 416,
      });
  }
};
