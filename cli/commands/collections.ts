// `parlance collections`: lists the collections, or deletes one.
import { defineCommand } from "citty";
import { type Client, failureOf } from "../client/client.ts";
import { count, json, line, printable, table, when } from "../client/output.ts";
import { findCollection, listCollections, noneYet } from "../collections.ts";
import { confirm } from "../confirm.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const list = async (client: Client, asJson: boolean): Promise<void> => {
  const all = await listCollections(client);
  if (asJson) return json(all);
  if (all.length === 0) return line(noneYet);
  table(
    ["name", "conversations", "messages", "others", "version", "last message", "id"],
    all.map((one) => [
      one.name,
      count(one.conversations),
      count(one.messages),
      count(one.others),
      one.version === null ? "–" : String(one.version),
      when(one.lastAt),
      one.id,
    ]),
  );
};

export const collections = defineCommand({
  meta: { name: "collections", description: "List the collections, or delete one" },
  args: {
    action: { type: "positional", required: false, description: "list (default) or delete" },
    name: { type: "positional", required: false, description: "Name or id of a collection" },
    yes: { type: "boolean", alias: "y", description: "Delete without asking" },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const action = actionOf("collections", args.action, ["list", "delete"]);
    if ((args.name === undefined) === (action === "delete"))
      throw misuse(
        action === "delete"
          ? "Name the collection to delete."
          : "“parlance collections list” takes no name.",
        "`parlance collections` lists them; `parlance collections delete NAME` deletes one.",
      );
    const client = await openClient();
    try {
      if (args.name === undefined) return await list(client, args.json === true);
      const found = await findCollection(client, args.name);
      await confirm(
        `Delete “${printable(found.name)}” with ${count(found.messages)} messages, its uploads and all its versions?`,
        args.yes === true,
      );
      const response = await client.fetch(`/api/v1/collections/${found.id}`, { method: "DELETE" });
      if (!response.ok) throw await failureOf(response);
      if (args.json) return json({ id: found.id, name: found.name });
      return line(`“${printable(found.name)}” is being erased.`);
    } finally {
      await client.close();
    }
  },
});
