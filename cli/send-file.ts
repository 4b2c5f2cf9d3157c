// A file → an upload of a collection: its bytes are streamed to the server.
import { Readable } from "node:stream";
import { type Upload, uploadAccepted } from "#services/contract/uploads.ts";
import { type Client, failureOf } from "./client/client.ts";

/** What is sent, and under which name. */
export interface SentFile {
  readonly name: string;
  readonly bytes: Readable;
  /** It is inspected first, and imported once somebody confirms it. */
  readonly inspect?: boolean;
  /** What the columns of its tables hold, as text. */
  readonly columns?: string | undefined;
}

/** Answers as soon as the server has kept the bytes; they are read afterwards. @throws ParlanceError of the server. */
export const sendFile = async (
  client: Client,
  collection: string,
  { name, bytes, inspect = false, columns }: SentFile,
): Promise<Upload> => {
  const query = new URLSearchParams({
    filename: name,
    ...(inspect ? { inspect: "true" } : {}),
    ...(columns === undefined ? {} : { columns }),
  });
  const response = await client.fetch(
    `/api/v1/collections/${collection}/uploads?${query.toString()}`,
    {
      method: "PUT",
      body: Readable.toWeb(bytes) as ReadableStream,
      duplex: "half",
    },
  );
  if (!response.ok) throw await failureOf(response);
  return uploadAccepted.parse(await response.json());
};
