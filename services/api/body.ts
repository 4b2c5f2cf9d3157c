// Bounds the size of a request's body before it is read into memory.
import type { Context } from "hono";
import { rejected } from "#services/domain/errors.ts";

const tooLarge = (maxBytes: number) =>
  rejected(`The body is larger than ${Math.round(maxBytes / 1_000_000)} MB.`, {
    code: "body-too-large",
    status: 413,
  });

/** A body of unknown length, as far as it is not too long. */
const readStream = async (
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<ArrayBuffer> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
};

/**
 * Checks the length that the request names; a body of unknown length is read, and put in the request's place.
 * @throws ParlanceError rejected `body-too-large` (413)
 */
export const boundBody = async (c: Context, maxBytes: number): Promise<void> => {
  const { raw, method, url } = c.req;
  const { headers } = raw;
  const length = headers.get("content-length");
  const isChunked = headers.has("transfer-encoding");
  if (!isChunked && length !== null && Number(length) > maxBytes) throw tooLarge(maxBytes);
  if ((isChunked || length === null) && raw.body !== null)
    c.req.raw = new Request(url, { method, headers, body: await readStream(raw.body, maxBytes) });
};
