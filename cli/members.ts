// The members of the organization, and the one that is meant by an e-mail address.
import type { z } from "zod";
import { memberList } from "#services/contract/organizations.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask, type Client } from "./client/client.ts";
import { misuse } from "./line/misuse.ts";

type Member = z.infer<typeof memberList>["members"][number];

export const membersOf = async (client: Client): Promise<Member[]> =>
  (await ask(client, memberList, { path: "/api/v1/members" })).members;

/** @throws ParlanceError rejected `bad-argument` | `unknown-member` */
export const memberNamed = async (client: Client, name: string | undefined): Promise<Member> => {
  if (name === undefined)
    throw misuse("Whom?", "Name an e-mail address; `parlance users` lists them.");
  const members = await membersOf(client);
  const found = members.find(({ email, id }) => email === name.toLowerCase() || id === name);
  if (found !== undefined) return found;
  const near = didYouMean(
    name,
    members.map(({ email }) => email),
  );
  throw rejected(`No member has the address “${name}”.${near}`, {
    code: "unknown-member",
    hint: "`parlance users` lists them.",
  });
};
