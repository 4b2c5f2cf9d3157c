// `parlance keys`: the API keys of the organization; makes one for SCIM, deletes one.
import { defineCommand } from "citty";
import { apiKeyList, madeApiKey } from "#services/contract/accounts.ts";
import { ask, type Client, tell } from "../client/client.ts";
import { json, line, table, when } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const daysIn = (text: string | undefined): number | null => {
  if (text === undefined) return 365;
  if (text === "never") return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days;
  throw misuse(`“${text}” is no number of days.`, "Write 1 to 3650, or never.");
};

const make = async (
  client: Client,
  {
    id: name,
    scope,
    days,
  }: {
    readonly id?: string | undefined;
    readonly scope?: string | undefined;
    readonly days?: string | undefined;
  },
): Promise<void> => {
  if (name === undefined)
    throw misuse("What is it called?", "Write `parlance keys make Entra --scope scim`.");
  if (scope !== "scim")
    throw misuse(
      "Only keys for SCIM are made here.",
      "Write `--scope scim`; people make other keys in their account.",
    );
  const made = await ask(client, madeApiKey, {
    path: "/api/v1/keys",
    body: { name, days: daysIn(days) },
  });
  line(`Tell the identity provider this key, which is shown this once, of ${made.key.owner.name}:`);
  line(`  ${made.secret}`);
  return line("and the address of this server with /scim/v2 behind it.");
};

export const keys = defineCommand({
  meta: {
    name: "keys",
    description:
      "List the API keys of the organization, make one for SCIM, or delete one; people make other keys in their account",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default), make or delete" },
    id: {
      type: "positional",
      required: false,
      description: "With delete: the key's id; with make: its name",
    },
    scope: { type: "string", description: "With make: scim" },
    days: { type: "string", description: "With make: how long it works (365), or never" },
    json: { type: "boolean", description: "With list: print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("keys", args.action, ["list", "make", "delete"]);
    const client = await openClient();
    try {
      if (action === "make") return await make(client, args);
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
