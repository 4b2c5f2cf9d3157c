// `parlance login`: keeps the API key for a server.
import { defineCommand } from "citty";
import { readConfig } from "#services/config/config.ts";
import { account } from "#services/contract/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import { ask } from "../client/client.ts";
import { line, printable } from "../client/output.ts";
import { saveKey } from "../credentials.ts";
import { httpClient } from "../http-client.ts";
import { serverOf } from "../line/server-of.ts";
import { readSecret } from "../secret-input.ts";

export const login = defineCommand({
  meta: {
    name: "login",
    description: "Keep an API key for a server, so that commands can be used there",
  },
  args: {
    server: {
      type: "positional",
      required: false,
      description: "Its address; PARLANCE_URL where it is left out",
    },
  },
  run: async ({ args }) => {
    const base = serverOf(args.server);
    if (process.stdin.isTTY)
      line(`Make a key at ${new URL("/account", base).href} under “API keys”.`);
    const key = await readSecret("API key");
    if (key === "")
      throw rejected("No key was given.", {
        code: "no-key",
        hint: "Type it when asked, or send it: `parlance login https://… < key.txt`.",
      });
    // Tried before it is kept.
    const client = httpClient(base, async () => `Bearer ${key}`);
    const { organization } = await ask(client, account, { path: "/api/v1/account" });
    const path = saveKey(base, key);
    line(`Signed in to ${base} (${printable(organization.name)}). The key is kept in ${path}.`);
    if (readConfig(process.env).url === undefined)
      line(`Set PARLANCE_URL=${base} to use that server.`);
  },
});
