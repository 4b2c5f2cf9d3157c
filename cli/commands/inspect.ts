// `parlance inspect`: says what is in files and what cannot be read, and imports nothing.
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import * as prompts from "@clack/prompts";
import { defineCommand } from "citty";
import { columnsOfText, seenTable } from "#services/contract/columns.ts";
import type { Inspection, UploadInspection } from "#services/contract/inspections.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { inspect } from "#services/inspect/inspect.ts";
import type { Client } from "../client/client.ts";
import { json, line, printFailure } from "../client/output.ts";
import { eachUnlessRefused } from "../each-unless-refused.ts";
import { packFolder } from "../folder.ts";
import { type Given, look } from "../given-files.ts";
import { inCollection } from "../in-collection.ts";
import { printInspection, printPreview } from "../inspection-report.ts";
import { misuse } from "../line/misuse.ts";
import { tableLines } from "../seen-table.ts";
import { followUpload, sendGiven } from "../sent-upload.ts";
import { deleteUpload, withRows } from "../upload-requests.ts";

/** A folder is read as the archive that `parlance import` would send of it. */
const packed = async ({ path, isFolder }: Given, folder: string): Promise<string> => {
  if (!isFolder) return path;
  const archive = join(folder, `${basename(resolve(path))}.tar`);
  await pipeline(packFolder(path), createWriteStream(archive));
  return archive;
};

const inspectOne = async (
  given: Given,
  {
    zone,
    columns,
    quiet,
  }: {
    readonly zone: string | undefined;
    readonly columns: string | undefined;
    readonly quiet: boolean;
  },
): Promise<Inspection> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-inspect-"));
  const path = await packed(given, folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const bar =
    quiet || !process.stderr.isTTY
      ? undefined
      : prompts.progress({ max: 1000, output: process.stderr });
  bar?.start(basename(path));
  let shown = 0;
  try {
    return await inspect(
      { path, filename: basename(path) },
      {
        ...(zone === undefined ? {} : { zone }),
        ...(columns === undefined ? {} : { columns: { chosen: columnsOfText(columns) } }),
        onProgress: (bytes, total) => {
          const now = Math.round((1000 * bytes) / Math.max(1, total));
          bar?.advance(now - shown);
          shown = now;
        },
      },
    );
  } finally {
    bar?.stop(basename(path));
    await rm(folder, { recursive: true, force: true });
  }
};

/** Waits for the report, and deletes the file on the server, whatever came of it. @throws ParlanceError rejected as its reading is */
const inspectionOf = async (
  client: Client,
  sent: Upload,
  quiet: boolean,
): Promise<UploadInspection> => {
  try {
    const { inspection, filename, error } = await followUpload(client, sent, quiet);
    if (inspection != null) return await withRows(client, sent.id, inspection);
    const {
      code = "not-inspected",
      message = `${filename} was not inspected.`,
      hint,
    } = error ?? {};
    throw rejected(message, { code, ...(hint ? { hint } : {}) });
  } finally {
    await deleteUpload(client, sent.id);
  }
};

/** Each file is sent, compared with the collection by the server, and deleted there. */
const inspectThere = (
  name: string,
  given: readonly Given[],
  { columns, asJson }: { readonly columns: string | undefined; readonly asJson: boolean },
): Promise<void> =>
  inCollection(name, async ({ client, collection }) => {
    const found = await eachUnlessRefused(given, asJson, async (one) => {
      const sent = await sendGiven(client, collection.id, one, { inspect: true, columns });
      const inspection = await inspectionOf(client, sent, asJson);
      if (!asJson) {
        printInspection(inspection, collection.zone);
        printPreview(inspection.preview);
      }
      return inspection;
    });
    if (asJson) json(found);
  });

/** Of a table that was refused: what it looks like, and what its columns would be taken for. */
const printTables = ({ data }: ParlanceError): void => {
  const tables = seenTable.array().safeParse(data?.["tables"]);
  for (const seen of tables.data ?? []) for (const text of tableLines(seen)) line(text);
};

export const inspectCommand = defineCommand({
  meta: {
    name: "inspect",
    description: "Say what is in chat exports and what cannot be read; imports nothing",
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
      description:
        "Also say what an import into this collection would add, change or find deleted (asks the server)",
    },
    zone: {
      type: "string",
      description: "Time zone of logs that name none, for example Europe/Berlin (default: UTC)",
    },
    columns: {
      type: "string",
      description: "What the columns of a table hold, as for “parlance import”",
    },
    json: { type: "boolean", description: "Print everything that was found as JSON" },
  },
  async run({ args }) {
    if (args.collection !== undefined) {
      if (args.zone !== undefined)
        throw misuse(
          "--zone and --collection do not go together.",
          "A collection has a time zone of its own.",
        );
      return inspectThere(args.collection, await Promise.all(args._.map(look)), {
        columns: args.columns,
        asJson: args.json === true,
      });
    }
    const found: Inspection[] = [];
    for (const given of await Promise.all(args._.map(look))) {
      try {
        found.push(
          await inspectOne(given, {
            zone: args.zone,
            columns: args.columns,
            quiet: args.json === true,
          }),
        );
      } catch (error) {
        // A file that cannot be read does not stop the others.
        if (!(error instanceof ParlanceError) || error.kind !== "rejected") throw error;
        printFailure(error, args.json === true);
        if (!args.json) printTables(error);
        process.exitCode = 1;
      }
    }
    if (args.json) json(found);
    else for (const one of found) printInspection(one, args.zone ?? "UTC");
  },
});
