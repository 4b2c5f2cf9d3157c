// `parlance import`: imports files and folders into a collection, with a progress bar.
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { defineCommand } from "citty";
import { type Collection, collection } from "#services/contract/collections.ts";
import { columnsOfText } from "#services/contract/columns.ts";
import {
  awaitsColumns,
  isAtRest,
  isRefused,
  type Upload,
  uploadList,
} from "#services/contract/uploads.ts";
import { refuseBinary, TELLING_BYTES } from "#services/domain/binary-file.ts";
import { rejected } from "#services/domain/errors.ts";
import { ask, type Client, failureOf } from "../client/client.ts";
import { json, line, printable } from "../client/output.ts";
import { findOrMakeCollection } from "../collections.ts";
import { isAgreed } from "../confirm.ts";
import { eachUnlessRefused } from "../each-unless-refused.ts";
import { type Given, look } from "../given-files.ts";
import { printInspection, printPreview } from "../inspection-report.ts";
import { openClient } from "../open-client.ts";
import { followUpload, sendGiven } from "../sent-upload.ts";
import { reportUpload } from "../upload-report.ts";
import { confirmUpload, withRows } from "../upload-requests.ts";

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

interface Asked {
  readonly wait: boolean;
  readonly isJson: boolean;
  readonly zone: string;
  readonly isConfirmed: boolean;
}

/**
 * Shows what is in a file that waits to be confirmed, and asks whether to import it; as JSON neither.
 * @returns the upload as it is then: it goes on waiting where the answer is no
 */
const shownAndAsked = async (
  client: Client,
  one: Upload,
  { zone, isConfirmed, isJson }: Asked,
): Promise<Upload> => {
  const { inspection } = one;
  if (inspection == null) return one;
  if (!isJson) {
    printInspection(await withRows(client, one.id, inspection), zone);
    printPreview(inspection.preview);
  }
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY && !isJson;
  if (!isConfirmed && !(isTerminal && (await isAgreed(`Import ${printable(one.filename)}?`))))
    return one;
  return confirmUpload(client, one.id, inspection.inspectedAt);
};

/** Follows an upload as far as it is waited for, and asks whether to import one that was inspected. @returns it as it is then */
const followed = async (client: Client, one: Upload, asked: Asked): Promise<Upload> => {
  const { wait, isJson } = asked;
  const mustWait = wait || one.state === "inspecting";
  const now = mustWait ? await followUpload(client, one, isJson) : one;
  if (now.state !== "unconfirmed") return now;
  const answered = await shownAndAsked(client, now, asked);
  return wait ? followUpload(client, answered, isJson) : answered;
};

/** Whether the import fails for whoever asked for it. */
const isLeft = (one: Upload): boolean => isRefused(one) || awaitsColumns(one);

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
    model: {
      type: "string",
      description: "Embedding model of a new collection, one of `parlance models`",
    },
    inspect: {
      type: "boolean",
      description: "Show what is in each file and what would be new, and ask before it is imported",
    },
    yes: { type: "boolean", alias: "y", description: "Import what was inspected without asking" },
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
      const { target, isNew } = await findOrMakeCollection(client, args.collection, args.model);
      const uploads = await eachUnlessRefused(readable, args.json === true, (one) =>
        sendGiven(client, target.id, one, {
          inspect: args.inspect === true,
          columns: args.columns,
          quiet: args.json === true,
        }),
      );
      // Without a server this process does the work, and must not end before it is done.
      const wait = args.wait === true || client.local;
      const isJson = args.json === true;
      const asked = { wait, isJson, zone: target.zone, isConfirmed: args.yes === true };
      const results = await eachUnlessRefused(uploads, isJson, (one) =>
        followed(client, one, asked),
      );
      if (args.json) json(results);
      else
        for (const one of results)
          if (wait || isAtRest(one.state)) reportUpload(one);
          else line(`${one.filename} is being read as ${one.id} (${client.where})`);
      if (results.some(isLeft)) process.exitCode = 1;
      const isNothing = results.length === uploads.length && results.every(isRefused);
      if (isNew && isNothing && (await removeEmpty(client, target, uploads)))
        process.stderr.write(
          `Nothing was imported: the collection “${printable(target.name)}” was not kept.\n`,
        );
    } finally {
      await client.close();
    }
  },
});
