// `parlance logout`: forgets the API key for a server.
import { defineCommand } from "citty";
import { line } from "../client/output.ts";
import { keptKey, saveKey } from "../credentials.ts";
import { serverOf } from "../line/server-of.ts";

export const logout = defineCommand({
  meta: { name: "logout", description: "Forget the API key for a server" },
  args: {
    server: {
      type: "positional",
      required: false,
      description: "Its address; PARLANCE_URL where it is left out",
    },
  },
  run: ({ args }) => {
    const base = serverOf(args.server);
    if (keptKey(base) === undefined) return line(`No key is kept here for ${base}.`);
    saveKey(base, undefined);
    line(`The key for ${base} is forgotten here. Delete it in your account to end it everywhere.`);
  },
});
