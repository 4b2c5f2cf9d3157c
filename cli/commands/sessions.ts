// `parlance sessions`: where a member is signed in; ends one session, or all.
import { defineCommand } from "citty";
import { userSessionList } from "#services/contract/accounts.ts";
import { ask, type Client, tell } from "../client/client.ts";
import { json, line, printable, table, when } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { memberNamed } from "../members.ts";
import { openClient } from "../open-client.ts";

interface Given {
  readonly id?: string | undefined;
  readonly of?: string | undefined;
  readonly json?: boolean | undefined;
}

/** An API key opens no account, so nobody is asked about by whose key it is. */
const memberOf = (client: Client, { of }: Given) => {
  if (of === undefined)
    throw misuse(
      "Whose sessions?",
      "Name a member: `--of anna@example.org` (admins only). Your own are in the app, under Account → Sessions.",
    );
  return memberNamed(client, of);
};

const list = async (client: Client, given: Given): Promise<void> => {
  const { id, email } = await memberOf(client, given);
  const found = await ask(client, userSessionList, { path: `/api/v1/members/${id}/sessions` });
  if (given.json) return json(found);
  if (found.sessions.length === 0) return line(`${printable(email)} is not signed in.`);
  return table(
    ["id", "device", "address", "since", "last seen", ""],
    found.sessions.map((one) => [
      one.id,
      one.device,
      one.network,
      when(one.createdAt),
      when(one.lastUsedAt),
      one.current ? "this one" : "",
    ]),
  );
};

const end = async (client: Client, given: Given): Promise<void> => {
  if (given.id === undefined)
    throw misuse(
      "Which session?",
      "`parlance sessions --of EMAIL` lists their ids; `end all` ends each of them.",
    );
  const { id, email } = await memberOf(client, given);
  const path = `/api/v1/members/${id}`;
  if (given.id === "all") {
    await tell(client, { path: `${path}/end-sessions`, method: "POST" });
    return line(`${printable(email)} is signed out everywhere.`);
  }
  await tell(client, {
    path: `${path}/sessions/${encodeURIComponent(given.id)}`,
    method: "DELETE",
  });
  return line(`That session of ${printable(email)} has ended.`);
};

export const sessions = defineCommand({
  meta: {
    name: "sessions",
    description: "List where a member is signed in, or end one session, or all",
  },
  args: {
    action: { type: "positional", required: false, description: "list (default) or end" },
    id: {
      type: "positional",
      required: false,
      description: "With end: the session's id, or all",
    },
    of: {
      type: "string",
      description: "Whose: an e-mail address. Your own are in the app, under Account → Sessions",
    },
    json: { type: "boolean", description: "With list: print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("sessions", args.action, ["list", "end"]);
    const client = await openClient();
    try {
      return await (action === "list" ? list(client, args) : end(client, args));
    } finally {
      await client.close();
    }
  },
});
