// `parlance keys`: the API keys of the organization; deletes one.
import { defineCommand } from "citty";
import { apiKeyList } from "#services/contract/accounts.ts";
import { ask, tell } from "../client/client.ts";
import { json, line, table, when } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

export const keys = defineCommand({
  meta: {
    name: "keys",
    description:
      "List the API keys of the organization, or delete one; people make them in their account",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default) or delete" },
    id: { type: "positional", required: false, description: "With delete: the key's id" },
    json: { type: "boolean", description: "With list: print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("keys", args.action, ["list", "delete"]);
    const client = await openClient();
    try {
      if (action === "delete") {
        if (args.id === undefined) throw misuse("Which key?", "`parlance keys` lists their ids.");
        await tell(client, {
          path: `/api/v1/keys/${encodeURIComponent(args.id)}`,
          method: "DELETE",
        });
        return line("The key is gone: whatever uses it is refused from now on.");
      }
      const list = await ask(client, apiKeyList, { path: "/api/v1/keys" });
      if (args.json) return json(list);
      if (list.keys.length === 0) return line("Nobody has a key.");
      return table(
        ["id", "key", "name", "of", "scopes", "collections", "made", "until", "last used"],
        list.keys.map((key) => [
          key.id,
          `${key.prefix}…`,
          key.name,
          key.owner.name,
          key.scopes.join(" "),
          key.collections === null ? "all" : String(key.collections.length),
          when(key.createdAt),
          when(key.expiresAt),
          when(key.lastUsedAt),
        ]),
      );
    } finally {
      await client.close();
    }
  },
});
