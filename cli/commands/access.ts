// `parlance access`: who may open a collection; shares it with people, teams or everybody, or ends that.
import { defineCommand } from "citty";
import type { z } from "zod";
import {
  accessLevel,
  collectionAccess,
  memberList,
  peopleList,
} from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import { ask, type Client } from "../client/client.ts";
import { json, line, printable, table } from "../client/output.ts";
import { chooseCollection } from "../collections.ts";
import { collectionArgument } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

type Access = z.infer<typeof collectionAccess>;

const EVERYBODY = "everybody";

/** A team by its name, or a member by e-mail address. */
const whoIs = async (client: Client, name: string) => {
  const { teams } = await ask(client, peopleList, { path: "/api/v1/people" });
  const team = teams.find((one) => one.name === name || one.id === name);
  if (team !== undefined) return { kind: "team" as const, id: team.id };
  const { members } = await ask(client, memberList, { path: "/api/v1/members" });
  const member = members.find(({ email, id }) => email === name.toLowerCase() || id === name);
  if (member !== undefined) return { kind: "user" as const, id: member.id };
  throw rejected(`Nobody has the address “${name}”, and no team is called so.`, {
    code: "unknown-member",
    hint: "`parlance users` and `parlance teams` list them.",
  });
};

const changed = async (
  client: Client,
  before: Access,
  who: string,
  level: z.infer<typeof accessLevel> | "none",
): Promise<object> => {
  const grants = before.grants.map(({ kind, id, level: has }) => ({ kind, id, level: has }));
  if (who === EVERYBODY) {
    if (level === "manage")
      throw misuse("Not everybody can manage a collection.", "Use read, edit or none.");
    return { everybody: level === "none" ? null : level, grants };
  }
  const { kind, id } = await whoIs(client, who);
  const others = grants.filter((one) => one.id !== id);
  return {
    everybody: before.everybody,
    grants: level === "none" ? others : [...others, { kind, id, level }],
  };
};

const levelNamed = (text: string | undefined) => {
  const read = accessLevel.safeParse(text);
  if (read.success) return read.data;
  throw misuse(
    text === undefined ? "At which level?" : `There is no level “${text}”.`,
    "Say --level read, edit or manage.",
  );
};

export const access = defineCommand({
  meta: {
    name: "access",
    description:
      "Say who may open a collection; give access to a person, a team or everybody, or take it away",
  },
  args: {
    action: { type: "positional", required: false, description: "show (default), give or take" },
    who: {
      type: "positional",
      required: false,
      description: "An e-mail address, a team, or everybody",
    },
    level: { type: "string", description: "With give: read, edit or manage" },
    collection: collectionArgument,
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("access", args.action, ["show", "give", "take"]);
    const client = await openClient();
    try {
      const { id, name } = await chooseCollection(client, args.collection);
      const path = `/api/v1/collections/${id}/access`;
      const before = await ask(client, collectionAccess, { path });
      let now = before;
      if (action !== "show") {
        if (args.who === undefined)
          throw misuse(
            "Whom?",
            "Write `parlance access give anna@example.org --level read --collection Work`.",
          );
        const level = action === "take" ? "none" : levelNamed(args.level);
        const body = await changed(client, before, args.who, level);
        now = await ask(client, collectionAccess, { path, method: "PUT", body });
      }
      if (args.json) return json(now);
      if (now.everybody !== null)
        line(`Everybody in the organization may ${now.everybody} “${printable(name)}”.`);
      if (now.grants.length === 0) return;
      return table(
        ["who", "kind", "level"],
        now.grants.map((one) => [one.name, one.kind, one.level]),
      );
    } finally {
      await client.close();
    }
  },
});
