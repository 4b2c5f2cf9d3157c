// `parlance users`: the members of the organization; invites, changes, suspends and removes them, helps who is locked out, looks as one.
import { defineCommand } from "citty";
import { type MemberRole, memberRole } from "#services/contract/accounts.ts";
import { startedLook } from "#services/contract/looks.ts";
import {
  invitationList,
  madeInvitation,
  memberList,
  newInvitation,
  organization,
  resetLink,
} from "#services/contract/organizations.ts";
import { ask, type Client, failureOf, tell } from "../client/client.ts";
import { json, line, paint, printable, table, when } from "../client/output.ts";
import { confirm } from "../confirm.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { memberNamed, membersOf } from "../members.ts";
import { openClient } from "../open-client.ts";

const roleNamed = (text: string | undefined): MemberRole => {
  const read = memberRole.safeParse(text);
  if (read.success) return read.data;
  throw misuse(
    text === undefined ? "Which role?" : `There is no role “${text}”.`,
    "Roles are owner, admin, member and viewer.",
  );
};

const list = async (client: Client, asJson: boolean | undefined): Promise<void> => {
  const members = await membersOf(client);
  const { invitations } = await ask(client, invitationList, { path: "/api/v1/invitations" });
  if (asJson) return json({ members, invitations });
  if (members.length === 0)
    line("Nobody has an account: `parlance accounts` says whether people have to sign in.");
  else
    table(
      ["e-mail", "name", "role", "state", "kept by", "second factor", "joined", "last seen"],
      members.map((one) => [
        one.email,
        one.name,
        one.role,
        one.state,
        one.keptByScim ? "SCIM" : "",
        one.secondFactor ? "yes" : "no",
        when(one.joinedAt),
        when(one.lastSeenAt),
      ]),
    );
  if (invitations.length === 0) return;
  line();
  table(
    ["invited", "role", "since", "until"],
    invitations.map((one) => [one.email, one.role, when(one.createdAt), when(one.expiresAt)]),
  );
};

/** As the server writes it: with teams, and who invited whom. */
const printCsv = async (client: Client): Promise<void> => {
  const response = await client.fetch("/api/v1/members/export");
  if (!response.ok) throw await failureOf(response);
  process.stdout.write(await response.text());
};

const invite = async (client: Client, email: string | undefined, role: string | undefined) => {
  if (email === undefined)
    throw misuse("Whom?", "Write `parlance users invite anna@example.org --role member`.");
  if (!newInvitation.shape.email.safeParse(email).success)
    throw misuse(
      `“${email}” is not an e-mail address.`,
      "Write `parlance users invite anna@example.org --role member`.",
    );
  const made = await ask(client, madeInvitation, {
    path: "/api/v1/invitations",
    body: { email, role: role === undefined ? "member" : roleNamed(role) },
  });
  if (made.link === null) return line(`An invitation was sent to ${printable(email)}.`);
  line(`Pass this link on to ${printable(email)}; it works once, within seven days:`);
  return line(`  ${made.link}`);
};

/** Read with by whoever has it, here and in other programs. */
const look = async (client: Client, who: string | undefined, reason: string | undefined) => {
  if (reason === undefined)
    throw misuse("Why?", 'Write `parlance users look mira@example.org --reason "ticket 17"`.');
  const member = await memberNamed(client, who);
  const { access, expiresIn, as } = await ask(client, startedLook, {
    path: `/api/v1/members/${member.id}/look`,
    body: { reason },
  });
  const name = printable(as.name);
  line(`With this key you read what ${name} may read, for ${expiresIn / 60} minutes:`);
  line(`  PARLANCE_API_KEY=${access}`);
  line(paint("dim", `${name} is told. \`parlance users stop-looking\` with that key ends it.`));
};

const allowLooking = async (client: Client, wanted: string | undefined) => {
  if (wanted !== "on" && wanted !== "off")
    throw misuse("On or off?", "Write `parlance users looking on`.");
  await ask(client, organization, {
    path: "/api/v1/organization",
    method: "PATCH",
    body: { allowsLooking: wanted === "on" },
  });
  line(
    wanted === "on"
      ? "Owners and admins may look at Parlance as a member sees it, read-only."
      : "Nobody may look at Parlance as somebody else.",
  );
};

const actions = [
  "list",
  "invite",
  "role",
  "suspend",
  "activate",
  "remove",
  "reset-link",
  "reset-second-factor",
  "sign-out",
  "look",
  "stop-looking",
  "looking",
] as const;

interface Given {
  readonly who?: string | undefined;
  readonly role?: string | undefined;
  readonly reason?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
}

type Action = (typeof actions)[number];

const changeMember = async (
  client: Client,
  action: Exclude<Action, "list" | "invite" | "look" | "stop-looking" | "looking">,
  { who, role, yes }: Given,
): Promise<void> => {
  const member = await memberNamed(client, who);
  const path = `/api/v1/members/${member.id}`;
  const name = printable(member.email);
  switch (action) {
    case "role": {
      const next = roleNamed(role);
      await ask(client, memberList, { path, method: "PATCH", body: { role: next } });
      return line(`${name} is ${next} now.`);
    }
    case "suspend":
    case "activate": {
      const state = action === "suspend" ? "suspended" : "active";
      await ask(client, memberList, { path, method: "PATCH", body: { state } });
      return line(`${name} is ${state} now.`);
    }
    case "remove": {
      await confirm(`Remove ${name} from the organization?`, yes === true);
      await ask(client, memberList, { path, method: "DELETE" });
      return line(`${name} is no member any more.`);
    }
    case "reset-link": {
      const { link } = await ask(client, resetLink, { path: `${path}/reset-link`, method: "POST" });
      line(`With this link ${name} sets a new password; it works once, within an hour:`);
      return line(`  ${link}`);
    }
    case "reset-second-factor":
      await tell(client, { path: `${path}/reset-second-factor`, method: "POST" });
      return line(`${name} has no second factor any more, and is signed out everywhere.`);
    case "sign-out":
      await tell(client, { path: `${path}/end-sessions`, method: "POST" });
      return line(`${name} is signed out everywhere.`);
  }
};

const act = async (client: Client, action: Action, given: Given): Promise<void> => {
  switch (action) {
    case "list":
      return given.csv ? printCsv(client) : list(client, given.json);
    case "invite":
      return invite(client, given.who, given.role);
    case "look":
      return look(client, given.who, given.reason);
    case "stop-looking":
      await tell(client, { path: "/api/v1/account/look/end", method: "POST" });
      return line("You do not look at Parlance as somebody else any more.");
    case "looking":
      return allowLooking(client, given.who);
    default:
      return changeMember(client, action, given);
  }
};

export const users = defineCommand({
  meta: {
    name: "users",
    description:
      "List the members; invite one, change a role, suspend, activate or remove one, help one who is locked out, look as one, read-only",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: `list (default), ${actions.slice(1).join(", ")}`,
    },
    who: {
      type: "positional",
      required: false,
      description: "An e-mail address; with looking: on or off",
    },
    role: { type: "string", description: "With invite and role: owner, admin, member or viewer" },
    reason: { type: "string", description: "With look: why; the member is told" },
    yes: { type: "boolean", alias: "y", description: "With remove: do not ask" },
    json: { type: "boolean", description: "With list: print JSON" },
    csv: { type: "boolean", description: "With list: print CSV, with teams and inviters" },
  },
  run: async ({ args }) => {
    const action = actionOf("users", args.action, actions);
    const client = await openClient();
    try {
      return await act(client, action, args);
    } finally {
      await client.close();
    }
  },
});
