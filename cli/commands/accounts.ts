// `parlance accounts`: whether people sign in; turns accounts on and off, and makes the link for the first owner.
import { defineCommand } from "citty";
import { z } from "zod";
import { authState } from "#services/contract/accounts.ts";
import { ask, type Client, tell } from "../client/client.ts";
import { json, line, paint } from "../client/output.ts";
import { confirm } from "../confirm.ts";
import { actionOf } from "../line/action-of.ts";
import { openClient } from "../open-client.ts";

const setupLink = z.object({ link: z.string().nullable() });

const sayLink = (link: string | null, isLocal: boolean): void => {
  if (link === null) {
    line("This server has an owner already.");
    return;
  }
  line("Open this link within two days to become the owner of this server:");
  line(`  ${paint(["bold", "cyan"], link)}`);
  if (isLocal) line(paint("dim", "No server runs yet: start it with `npm start` first."));
};

const show = async (client: Client, asJson: boolean | undefined): Promise<void> => {
  const state = await ask(client, authState, { path: "/api/v1/auth/state" });
  if (asJson) return json(state);
  if (!state.accounts) {
    line("Accounts are off: whoever reaches the server is its owner.");
    return line(paint("dim", "`parlance accounts enable` turns them on."));
  }
  line(`Accounts are on${state.needsOwner ? ", and nobody owns the server yet" : ""}.`);
  line(state.mail ? "Mail is sent." : "No mail is sent: links are shown to whoever makes them.");
  for (const { name } of state.providers) line(`People can sign in with ${name}.`);
  if (state.needsOwner)
    line(paint("dim", "`parlance accounts setup-link` prints the link that makes the owner."));
};

export const accounts = defineCommand({
  meta: {
    name: "accounts",
    description:
      "Say whether people have to sign in; turn accounts on or off; print the link that makes the first owner",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "status (default), enable, disable or setup-link",
    },
    yes: { type: "boolean", alias: "y", description: "With disable: do not ask" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("accounts", args.action, ["status", "enable", "disable", "setup-link"]);
    const client = await openClient();
    try {
      if (action === "status") return await show(client, args.json);
      if (action === "disable") {
        const question = "From then on whoever reaches the server is its owner. Turn accounts off?";
        await confirm(question, args.yes === true);
        await tell(client, { path: "/api/v1/accounts/off", method: "POST" });
        return line("Accounts are off. People and what they have are kept.");
      }
      const path = action === "enable" ? "/api/v1/accounts/on" : "/api/v1/accounts/setup-link";
      const { link } = await ask(client, setupLink, { path, method: "POST" });
      if (args.json) return json({ link });
      if (action === "enable") line("Accounts are on.");
      return sayLink(link, client.local);
    } finally {
      await client.close();
    }
  },
});
