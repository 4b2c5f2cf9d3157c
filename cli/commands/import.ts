// `parlance import`: imports files and folders into a collection, with a progress bar.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename, resolve } from "node:path";
import * as prompts from "@clack/prompts";
import { defineCommand } from "citty";
import { type Collection, collection } from "#services/contract/collections.ts";
import { columnsOfText } from "#services/contract/columns.ts";
import {
  awaitsColumns,
  isRefused,
  type Upload,
  upload,
  uploadList,
} from "#services/contract/uploads.ts";
import { refuseBinary, TELLING_BYTES } from "#services/domain/binary-file.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { ask, type Client, failureOf } from "../client/client.ts";
import { count, json, line, printable, printFailure } from "../client/output.ts";
import { findOrMakeCollection } from "../collections.ts";
import { packFolder } from "../folder.ts";
import { type Given, look } from "../given-files.ts";
import { openClient } from "../open-client.ts";
import { sendFile } from "../send-file.ts";
import { finalStates, reportUpload } from "../upload-report.ts";

/** @throws ParlanceError rejected `empty-upload` | `binary-file` | `archive-kind` for a file that need not be sent to be refused */
const checkHead = async ({ path, isFolder }: Given): Promise<void> => {
  if (isFolder) return;
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(TELLING_BYTES));
  if (bytesRead === 0)
    throw rejected(`${basename(path)} is empty.`, {
      code: "empty-upload",
      hint: "Export or copy the file again.",
    });
  refuseBinary(basename(path), buffer.subarray(0, bytesRead));
};

const send = (
  client: Client,
  { collection, columns }: { readonly collection: string; readonly columns: string | undefined },
  { path, isFolder }: Given,
): Promise<Upload> =>
  // A folder of daily logs is sent as one archive, so that it is stored as it was.
  sendFile(
    client,
    collection,
    isFolder
      ? { name: `${basename(resolve(path))}.tar`, bytes: packFolder(path), columns }
      : { name: basename(path), bytes: createReadStream(path), columns },
  );

const sentence = ({ state, progress, format }: Upload): string => {
  const messages = count(progress.newMessages + progress.knownMessages);
  const rate = progress.rate === null ? "" : `, ${count(Math.round(progress.rate))}/s`;
  const left = progress.timeLeft === null ? "" : `, ${Math.ceil(progress.timeLeft / 1000)} s left`;
  return `${state} ${format ?? ""} ${messages} entries, ${count(progress.indexed)} of ${count(progress.chunks)} searchable${rate}${left}`;
};

/** 0 … 1000: reading and indexing count half each. */
const share = ({ bytes, progress }: Upload): number =>
  Math.round(
    500 * (progress.bytesRead / Math.max(1, bytes)) +
      500 * (progress.indexed / Math.max(1, progress.chunks)),
  );

const watch = async (client: Client, first: Upload, quiet: boolean): Promise<Upload> => {
  const bar =
    quiet || !process.stderr.isTTY
      ? undefined
      : prompts.progress({ max: 1000, output: process.stderr });
  bar?.start(first.filename);
  let shown = 0;
  let now = first;
  while (!finalStates.has(now.state)) {
    await new Promise((wake) => setTimeout(wake, 200));
    now = await ask(client, upload, { path: `/api/v1/uploads/${first.id}` });
    const target = Math.max(shown, share(now));
    bar?.advance(target - shown, `${first.filename}: ${sentence(now)}`);
    shown = target;
  }
  bar?.stop(`${first.filename}: ${now.state}`);
  return now;
};

/** @returns what came of those that were not refused; what was is printed, and the exit code says so */
const eachUnlessRefused = async <A, B>(
  all: readonly A[],
  asJson: boolean,
  work: (one: A) => Promise<B>,
): Promise<B[]> => {
  const done: B[] = [];
  for (const one of all) {
    try {
      done.push(await work(one));
    } catch (error) {
      if (!(error instanceof ParlanceError) || error.kind !== "rejected") throw error;
      printFailure(error, asJson);
      process.exitCode = 1;
    }
  }
  return done;
};

/**
 * Deletes a collection that this import made, if nothing was read into it and nobody else has sent something to it meanwhile.
 * @returns whether it was deleted
 */
const removeEmpty = async (
  client: Client,
  { id }: Collection,
  sent: readonly Upload[],
): Promise<boolean> => {
  const path = `/api/v1/collections/${id}`;
  const { messages } = await ask(client, collection, { path });
  const { uploads } = await ask(client, uploadList, { path: `${path}/uploads` });
  const ours = new Set(sent.map((one) => one.id));
  if (messages > 0 || uploads.some((one) => !ours.has(one.id))) return false;
  const response = await client.fetch(path, { method: "DELETE" });
  if (!response.ok) throw await failureOf(response);
  return true;
};

export const importCommand = defineCommand({
  meta: {
    name: "import",
    description: "Read chat exports into a collection (made where it does not exist)",
  },
  args: {
    files: {
      type: "positional",
      required: true,
      description: "Files or folders: exports, archives, logs",
    },
    collection: {
      type: "string",
      alias: "c",
      default: "Conversations",
      description: "Name of the collection",
    },
    columns: {
      type: "string",
      description:
        "What the columns of a table hold, such as “text=Message,author=From,time=Date(dmy)”; “text=Question+Answer” makes two messages of a row; “headings=no”: columns are called 1, 2, 3",
    },
    wait: {
      type: "boolean",
      description: "Wait until everything is searchable (always, if no server is running)",
    },
    json: { type: "boolean", description: "Print the uploads as JSON" },
  },
  async run({ args }) {
    // Before anything is sent.
    if (args.columns !== undefined) columnsOfText(args.columns);
    const given = await Promise.all(args._.map(look));
    // A file that is refused (empty, too large, a picture) does not stop the others.
    const readable = await eachUnlessRefused(given, args.json === true, async (one) => {
      await checkHead(one);
      return one;
    });
    if (readable.length === 0) return;
    const client = await openClient();
    try {
      const { target, isNew } = await findOrMakeCollection(client, args.collection);
      const uploads = await eachUnlessRefused(readable, args.json === true, (one) =>
        send(client, { collection: target.id, columns: args.columns }, one),
      );
      // Without a server this process does the work, and must not end before it is done.
      const wait = args.wait === true || client.local;
      const results: Upload[] = [];
      for (const one of uploads)
        results.push(wait ? await watch(client, one, args.json === true) : one);
      if (args.json) json(results);
      else if (wait) for (const one of results) reportUpload(one);
      else
        for (const one of results)
          line(`${one.filename} is being read as ${one.id} (${client.where})`);
      if (results.some((one) => isRefused(one) || awaitsColumns(one))) process.exitCode = 1;
      if (isNew && results.every(isRefused) && (await removeEmpty(client, target, uploads)))
        process.stderr.write(
          `Nothing was imported: the collection “${printable(target.name)}” was not kept.\n`,
        );
    } finally {
      await client.close();
    }
  },
});
