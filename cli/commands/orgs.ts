// `parlance orgs`: the organizations of the server, and what they have; makes one.
import { defineCommand } from "citty";
import { madeOrganization, organizationList } from "#services/contract/organizations.ts";
import { size } from "#services/domain/size.ts";
import { ask } from "../client/client.ts";
import { count, json, line, printable, table } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

export const orgs = defineCommand({
  meta: {
    name: "orgs",
    description: "List the organizations of the server and what they have, or make one",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default) or make" },
    name: { type: "positional", required: false, description: "With make: its name" },
    owner: { type: "string", description: "With make: e-mail address of its first owner" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("orgs", args.action, ["list", "make"]);
    const client = await openClient();
    try {
      if (action === "make") {
        const { name, owner } = args;
        if (name === undefined || owner === undefined)
          throw misuse(
            "Name the organization and its first owner.",
            "Write `parlance orgs make Bakery --owner anna@example.org`.",
          );
        const made = await ask(client, madeOrganization, {
          path: "/api/v1/organizations",
          body: { name, owner },
        });
        if (args.json) return json(made);
        line(`${printable(name)} is there (${made.organization.id}).`);
        const { link } = made.invitation;
        if (link === null) return line(`An invitation was sent to ${printable(owner)}.`);
        line(`Pass this link on to ${printable(owner)}; it works once, within seven days:`);
        return line(`  ${link}`);
      }
      const list = await ask(client, organizationList, { path: "/api/v1/organizations" });
      if (args.json) return json(list);
      return table(
        ["organization", "members", "collections", "messages", "files", "embeddings", "jobs", "id"],
        list.organizations.map((one) => [
          one.name,
          count(one.members),
          count(one.collections),
          count(one.messages),
          size(one.bytes),
          count(one.embeddings),
          count(one.jobs),
          one.id,
        ]),
      );
    } finally {
      await client.close();
    }
  },
});
