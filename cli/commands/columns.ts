// `parlance columns`: what columns of tables hold: as a collection keeps them, as an upload has them; chooses and forgets them.
import { defineCommand } from "citty";
import {
  columnsOfText,
  type KeptColumns,
  keptColumnsList,
  textOfColumns,
  uploadColumns,
} from "#services/contract/columns.ts";
import { upload } from "#services/contract/uploads.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import { ask, failureOf } from "../client/client.ts";
import { json, line, printable, table, when } from "../client/output.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";
import { tableLines } from "../seen-table.ts";

const printKept = (kept: readonly KeptColumns[]): void =>
  table(
    ["id", "kept", "headings", "columns"],
    kept.map((one) => [
      one.id,
      when(one.savedAt),
      one.columns.join(", "),
      textOfColumns(one.mapping),
    ]),
  );

const printTables = (tables: readonly SeenTable[]): void => {
  if (tables.length === 0) line("It has no tables, or is not read yet.");
  for (const one of tables) for (const text of tableLines(one)) line(text);
};

const ofUpload = async (
  action: "show" | "set",
  id: string,
  { chosen, asJson }: { readonly chosen: string | undefined; readonly asJson: boolean },
): Promise<void> => {
  const client = await openClient();
  const path = `/api/v1/uploads/${encodeURIComponent(id)}/columns`;
  try {
    if (action === "show") {
      const found = await ask(client, uploadColumns, { path });
      return asJson ? json(found) : printTables(found.tables);
    }
    if (chosen === undefined)
      throw misuse(
        "Say what the columns hold.",
        'For instance: parlance columns set upl_ID "text=Message,author=From,time=Date".',
      );
    const now = await ask(client, upload, { path, method: "PUT", body: columnsOfText(chosen) });
    return asJson
      ? json(now)
      : line(`${printable(now.filename)} is read again as ${now.id} (${client.where})`);
  } finally {
    await client.close();
  }
};

export const columns = defineCommand({
  meta: {
    name: "columns",
    description: "Show and change what the columns of imported tables hold",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description:
        "list (default): kept by a collection; delete one of them; show or set: of an upload",
    },
    id: {
      type: "positional",
      required: false,
      description: "Id of kept columns (delete) or of an upload (show, set)",
    },
    columns: {
      type: "positional",
      required: false,
      description: "set: what they hold, such as “text=Message,author=From,time=Date(dmy)”",
    },
    collection: collectionArgument,
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const action = actionOf("columns", args.action, ["list", "delete", "show", "set"]);
    const { id } = args;
    if (action !== "list" && id === undefined)
      throw misuse(
        action === "delete" ? "Name the columns to delete." : `Name the upload to ${action}.`,
        action === "delete"
          ? "`parlance columns` lists the ids."
          : "`parlance uploads` lists the ids.",
      );
    if (action === "show" || action === "set")
      return ofUpload(action, id ?? "", { chosen: args.columns, asJson: args.json === true });
    return inCollection(args.collection, async ({ client, collection, path }) => {
      if (action === "delete") {
        const response = await client.fetch(`${path}/columns/${encodeURIComponent(id ?? "")}`, {
          method: "DELETE",
        });
        if (!response.ok) throw await failureOf(response);
        return args.json ? json({ id }) : line("Forgotten.");
      }
      const found = await ask(client, keptColumnsList, { path: `${path}/columns` });
      if (args.json) return json(found);
      if (found.columns.length === 0)
        return line(
          `“${printable(collection.name)}” keeps no columns: they are guessed, or chosen at an import.`,
        );
      return printKept(found.columns);
    });
  },
});
