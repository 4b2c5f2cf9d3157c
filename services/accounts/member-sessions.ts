// Where members are signed in, for their admins: only what works in this organization now.
import { rejected } from "#services/domain/errors.ts";
import { readUserSessionId } from "#services/domain/ids.ts";
import type { Role, Scope } from "#services/domain/scope.ts";
import { endUserSessions, findMember, listUserSessions } from "#services/store/store.ts";
import { changeOne, memberId } from "./organization.ts";
import { type AccountParts, readingOf } from "./parts.ts";
import { shownSession } from "./people.ts";
import { requireRank } from "./standing.ts";

/** The last used one first. @throws ParlanceError rejected `unknown-member` (404) | `not-allowed` (403) */
export const sessionsOfMember = async (parts: AccountParts, scope: Scope, text: string) => {
  const { organization, caller } = scope;
  const id = memberId(text);
  const known = await findMember(readingOf(parts, organization), id);
  if (known === undefined)
    throw rejected("There is no such member.", { code: "unknown-member", status: 404 });
  requireRank(caller, known.role as Role);
  const here = caller.kind === "user" ? caller.session : undefined;
  return (await listUserSessions(parts.database.system.rows, id, parts.now()))
    .filter((one) => one.in_organization === organization)
    .map((one) => shownSession(one, here));
};

/** @throws as `sessionsOfMember` */
export const endSessionsOf = (parts: AccountParts, scope: Scope, text: string): Promise<number> =>
  changeOne(parts, scope, text, async ({ all }, known) => {
    const ended = { at: parts.now(), by: "ended" };
    const which = { user: known.user_id, inOrganization: scope.organization };
    const count = await endUserSessions(all, which, ended);
    return { result: count, action: "session.end", details: { count } };
  });

/** @throws as `sessionsOfMember`; rejected `unknown-session` (404) */
export const endSessionOf = (
  parts: AccountParts,
  scope: Scope,
  text: string,
  session: string,
): Promise<void> =>
  changeOne(parts, scope, text, async ({ all }, known) => {
    const id = readUserSessionId(session);
    const which = { user: known.user_id, inOrganization: scope.organization };
    const count =
      id === undefined
        ? 0
        : await endUserSessions(all, { ...which, id }, { at: parts.now(), by: "ended" });
    if (count === 0)
      throw rejected("There is no such session.", { code: "unknown-session", status: 404 });
    return { result: undefined, action: "session.end", details: { count, session } };
  });
