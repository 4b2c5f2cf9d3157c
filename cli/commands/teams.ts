// `parlance teams`: groups of members with whom collections are shared.
import { defineCommand } from "citty";
import { memberList, team, teamList } from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask, type Client } from "../client/client.ts";
import { count, json, line, printable, table } from "../client/output.ts";
import { confirm } from "../confirm.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const teamsOf = async (client: Client) =>
  (await ask(client, teamList, { path: "/api/v1/teams" })).teams;

const teamNamed = async (client: Client, name: string | undefined) => {
  if (name === undefined) throw misuse("Which team?", "`parlance teams` lists them.");
  const teams = await teamsOf(client);
  const found = teams.find((team) => team.name === name || team.id === name);
  if (found !== undefined) return found;
  const near = didYouMean(
    name,
    teams.map((team) => team.name),
  );
  throw rejected(`There is no team “${name}”.${near}`, {
    code: "unknown-team",
    hint: "`parlance teams` lists them.",
  });
};

const idsOf = async (client: Client, emails: string): Promise<string[]> => {
  const { members } = await ask(client, memberList, { path: "/api/v1/members" });
  return emails
    .split(",")
    .map((email) => email.trim().toLowerCase())
    .filter(Boolean)
    .map((email) => {
      const id = members.find((member) => member.email === email)?.id;
      if (id === undefined)
        throw rejected(`No member has the address “${email}”.`, {
          code: "unknown-member",
          hint: "`parlance users` lists them.",
        });
      return id;
    });
};

export const teams = defineCommand({
  meta: { name: "teams", description: "List the teams; make, fill, rename or remove one" },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "list (default), make, members, rename or remove",
    },
    name: { type: "positional", required: false, description: "The team" },
    set: { type: "string", description: "With members: all of them, e-mail addresses with commas" },
    to: { type: "string", description: "With rename: its new name" },
    yes: { type: "boolean", alias: "y", description: "With remove: do not ask" },
    json: { type: "boolean", description: "With list: print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("teams", args.action, ["list", "make", "members", "rename", "remove"]);
    const client = await openClient();
    try {
      if (action === "list") {
        const all = await teamsOf(client);
        if (args.json) return json({ teams: all });
        if (all.length === 0) return line("There is no team yet: `parlance teams make NAME`.");
        return table(
          ["team", "kept by", "members"],
          all.map(({ name, keptByScim, members }) => [
            name,
            keptByScim ? "SCIM" : "",
            members.map((one) => one.name).join(", "),
          ]),
        );
      }
      if (action === "make") {
        if (args.name === undefined)
          throw misuse("How is it called?", "`parlance teams make NAME`.");
        await ask(client, team, { path: "/api/v1/teams", body: { name: args.name } });
        return line(`The team ${printable(args.name)} is there.`);
      }
      const found = await teamNamed(client, args.name);
      const path = `/api/v1/teams/${found.id}`;
      if (action === "remove") {
        await confirm(`Remove the team ${printable(found.name)}?`, args.yes === true);
        await ask(client, teamList, { path, method: "DELETE" });
        return line(`The team ${printable(found.name)} is gone.`);
      }
      if (action === "rename") {
        if (args.to === undefined) throw misuse("What is its new name?", "Add `--to NAME`.");
        await ask(client, teamList, { path, method: "PATCH", body: { name: args.to } });
        return line(`The team is called ${printable(args.to)} now.`);
      }
      if (args.set === undefined)
        throw misuse("Who is in it?", "Add `--set anna@example.org,berg@example.org`.");
      const members = await idsOf(client, args.set);
      await ask(client, teamList, { path, method: "PATCH", body: { members } });
      const number = members.length === 1 ? "1 member" : `${count(members.length)} members`;
      return line(`The team ${printable(found.name)} has ${number}.`);
    } finally {
      await client.close();
    }
  },
});
