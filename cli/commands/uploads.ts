// `parlance uploads`: lists the uploads of a collection; shows, confirms, cancels, retries or deletes one.
import { defineCommand } from "citty";
import { type Upload, upload, uploadList } from "#services/contract/uploads.ts";
import { size } from "#services/domain/size.ts";
import { ask, type Client } from "../client/client.ts";
import { count, json, line, printable, table, when } from "../client/output.ts";
import { confirm } from "../confirm.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { limitOf } from "../line/limit.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";
import { reportUpload } from "../upload-report.ts";
import { deleteUpload } from "../upload-requests.ts";

const printList = (uploads: readonly Upload[]): void =>
  table(
    ["id", "sent", "size", "state", "new", "known", "changed", "problems", "file"],
    uploads.map((one) => [
      one.id,
      when(one.createdAt),
      size(one.bytes),
      one.state,
      count(one.progress.newMessages),
      count(one.progress.knownMessages),
      count(one.progress.changedMessages),
      count(one.problemCount),
      one.filename,
    ]),
  );

const change = async (
  client: Client,
  {
    action,
    id,
    isConfirmed,
  }: { action: "confirm" | "cancel" | "retry" | "delete"; id: string; isConfirmed: boolean },
): Promise<Upload> => {
  const path = `/api/v1/uploads/${encodeURIComponent(id)}`;
  if (action !== "delete")
    return ask(client, upload, { path: `${path}/${action}`, method: "POST" });
  const found = await ask(client, upload, { path });
  await confirm(
    `Delete ${printable(found.filename)}, and the messages that no other upload brought?`,
    isConfirmed,
  );
  await deleteUpload(client, id);
  return found;
};

const said = {
  confirm: "is imported",
  cancel: "stops being read",
  retry: "is read again",
  delete: "is being erased",
};

export const uploads = defineCommand({
  meta: {
    name: "uploads",
    description:
      "List the uploads of a collection; show what came of one, confirm, cancel, retry or delete it",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description:
        "list (default), show (what was read, and what was not), confirm (import what was inspected), cancel, retry or delete",
    },
    upload: { type: "positional", required: false, description: "Id of an upload (as listed)" },
    collection: collectionArgument,
    limit: { type: "string", default: "50", description: "How many to list, 1-200" },
    yes: { type: "boolean", alias: "y", description: "Delete without asking" },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const action = actionOf("uploads", args.action, [
      "list",
      "show",
      "confirm",
      "cancel",
      "retry",
      "delete",
    ]);
    const limit = limitOf(args.limit, 200);
    if (action === "list" && args.upload !== undefined)
      throw misuse(
        "“parlance uploads list” takes no id.",
        "`parlance uploads` lists all uploads of a collection.",
      );
    if (action === "list")
      return inCollection(args.collection, async ({ client, collection, path }) => {
        const found = await ask(client, uploadList, { path: `${path}/uploads?limit=${limit}` });
        if (args.json) return json(found);
        if (found.uploads.length === 0)
          return line(`“${printable(collection.name)}” has no uploads.`);
        return printList(found.uploads);
      });
    const { upload: id } = args;
    if (id === undefined)
      throw misuse(`Name the upload to ${action}.`, "`parlance uploads` lists the ids.");
    const client = await openClient();
    try {
      if (action === "show") {
        const one = await ask(client, upload, {
          path: `/api/v1/uploads/${encodeURIComponent(id)}`,
        });
        if (args.json) return json(one);
        return reportUpload(one, { shown: one.problems.length });
      }
      const now = await change(client, { action, id, isConfirmed: args.yes === true });
      if (args.json) return json(now);
      return line(`${printable(now.filename)} ${said[action]}.`);
    } finally {
      await client.close();
    }
  },
});
