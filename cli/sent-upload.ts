// A file on its way: sent, and followed to its end with a progress bar.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import * as prompts from "@clack/prompts";
import { PART_BYTES } from "#services/contract/resumable.ts";
import { isAtRest, type Upload, upload } from "#services/contract/uploads.ts";
import { ask, type Client } from "./client/client.ts";
import { count } from "./client/output.ts";
import { packFolder } from "./folder.ts";
import type { Given } from "./given-files.ts";
import { type SentFile, sendFile } from "./send-file.ts";

/** Sends a file, or a folder as the archive that it is kept as. */
export const sendGiven = async (
  client: Client,
  collection: string,
  { path, isFolder }: Given,
  options: Pick<SentFile, "inspect" | "columns"> & { readonly quiet?: boolean } = {},
): Promise<Upload> => {
  const { quiet = false, ...how } = options;
  // A folder of daily logs is sent as one archive, so that it is stored as it was.
  if (isFolder)
    return sendFile(client, collection, {
      name: `${basename(resolve(path))}.tar`,
      bytes: packFolder(path),
      ...how,
    });
  const name = basename(path);
  // Nothing can break on the way to this process itself.
  if (!client.local && (await stat(path)).size > PART_BYTES) {
    const { sendInParts } = await import("./send-in-parts.ts");
    const { inspect = false, columns } = how;
    return sendInParts(client, collection, { path, name, inspect, columns }, quiet);
  }
  return sendFile(client, collection, { name, bytes: createReadStream(path), ...how });
};

const sentence = ({ state, progress, format }: Upload): string => {
  if (state === "inspecting") return state;
  const messages = count(progress.newMessages + progress.knownMessages);
  const rate = progress.rate === null ? "" : `, ${count(Math.round(progress.rate))}/s`;
  const left = progress.timeLeft === null ? "" : `, ${Math.ceil(progress.timeLeft / 1000)} s left`;
  return `${state} ${format ?? ""} ${messages} entries, ${count(progress.indexed)} of ${count(progress.chunks)} searchable${rate}${left}`;
};

/** 0 … 1000: reading and indexing count half each. */
const share = ({ state, bytes, progress }: Upload): number =>
  Math.round(
    (state === "inspecting" ? 1000 : 500) * (progress.bytesRead / Math.max(1, bytes)) +
      500 * (progress.indexed / Math.max(1, progress.chunks)),
  );

/** Waits with a progress bar until nothing goes on by itself any more. */
export const followUpload = async (
  client: Client,
  first: Upload,
  quiet: boolean,
): Promise<Upload> => {
  const bar =
    quiet || !process.stderr.isTTY
      ? undefined
      : prompts.progress({ max: 1000, output: process.stderr });
  bar?.start(first.filename);
  let shown = 0;
  let now = first;
  while (!isAtRest(now.state)) {
    await new Promise((wake) => setTimeout(wake, 200));
    now = await ask(client, upload, { path: `/api/v1/uploads/${first.id}` });
    const target = Math.max(shown, share(now));
    bar?.advance(target - shown, `${first.filename}: ${sentence(now)}`);
    shown = target;
  }
  bar?.stop(`${first.filename}: ${now.state}`);
  return now;
};
