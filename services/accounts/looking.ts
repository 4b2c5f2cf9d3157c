// Looking at the app as somebody else, read-only: who may begin it, when it is over, and how the person learns of it.
import type { z } from "zod";
import type { lookList, StartedLook } from "#services/contract/looks.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { lookId, type OrganizationId, type TeamId } from "#services/domain/ids.ts";
import type { Caller, Role, Scope } from "#services/domain/scope.ts";
import {
  addLook,
  endLookRow,
  everyOpenLook,
  findLook,
  findOrganization,
  findUser,
  findUserSession,
  forgetLooks,
  type LookRow,
  listLooksAs,
  openLooksOf,
  type Rows,
} from "#services/store/store.ts";
import { activeMember } from "./active-member.ts";
import { actorOf } from "./audit.ts";
import { factorsOf, hasSecondFactor } from "./factors.ts";
import { lookedAsLetter } from "./letters.ts";
import { changeOne } from "./organization.ts";
import {
  type AccountParts,
  change,
  days,
  type Origin,
  type Person,
  readingOf,
  rowsOf,
  warnOf,
} from "./parts.ts";
import { readerOf } from "./preferences.ts";
import { prove } from "./proof.ts";
import { rank } from "./rights.ts";
import { requirePerson } from "./standing.ts";
import { LOOK_S, type LookClaims, signedOut } from "./tokens.ts";

export type Look = Extract<Caller, { kind: "look" }>;

/** People see for so long who looked as them. */
const KEPT_MS = days(400);
const OPERATOR = "operator";

const refuse = (message: string, code: string, status: number, hint: string) =>
  rejected(message, { code, status, hint });

/** Ends one, and says so in the log; once. */
const close = async (
  parts: AccountParts,
  rows: Rows,
  look: LookRow,
  ended: { readonly by: string; readonly actor: { name: string; id: string | null } },
): Promise<void> => {
  const at = parts.now();
  if (!(await endLookRow(rows, look.id, { at, by: ended.by }))) return;
  await parts.audit.write(rows, at, {
    actor: ended.actor,
    action: "look.end",
    target: look.user_id,
    details: { look: look.id, why: ended.by },
  });
};

const nameOfLooker = async ({ database }: AccountParts, look: LookRow): Promise<string> =>
  look.by_id === null ? OPERATOR : ((await findUser(database.system.rows, look.by_id))?.name ?? "");

/**
 * Begins one. Of the same session it is the only one.
 * @throws ParlanceError rejected `looking-off` (403) | `not-allowed` (403) | `own-account` (409) | `member-not-active` (409) | `second-factor-missing` (409) |
 * `unknown-member` (404) | `wrong-password` | `sign-in-again` (403)
 */
export const beginLook = async (
  parts: AccountParts,
  scope: Scope,
  text: string,
  {
    reason,
    password,
    origin,
  }: { readonly reason: string; readonly password: string | undefined; readonly origin: Origin },
): Promise<StartedLook> => {
  const { caller, organization } = scope;
  requirePerson(caller);
  const who = caller.kind === "user" ? caller : undefined;
  if (who !== undefined) await prove(parts, who, { password, address: origin.address });
  const { look, as } = await changeOne(parts, scope, text, async ({ rows, all }, known) => {
    const owner = await findOrganization(all, organization);
    if (owner?.allows_looking !== 1)
      throw refuse(
        "Looking as somebody else is turned off in this organization.",
        "looking-off",
        403,
        "An owner can turn it on in the settings of the organization.",
      );
    const id = known.user_id;
    if (id === who?.id)
      throw refuse("This is your own account.", "own-account", 409, "Choose somebody else.");
    const person = await findUser(all, id);
    if (known.state !== "active" || person === undefined)
      throw refuse(
        "This member is suspended or has not joined yet, and sees nothing.",
        "member-not-active",
        409,
        "Choose somebody who can sign in.",
      );
    if (owner.requires_second_factor === 1 && !hasSecondFactor(await factorsOf(all, person)))
      throw refuse(
        "This member has not set up the second factor that your organization requires, and sees nothing until then.",
        "second-factor-missing",
        409,
        "Ask them to set it up first.",
      );
    if (who !== undefined)
      for (const one of await openLooksOf(rows, who.session))
        await close(parts, rows, one, { by: "begun anew", actor: actorOf(who) });
    const begun = parts.now();
    const row: LookRow = {
      id: lookId(parts.newId()),
      user_id: id,
      by_id: who?.id ?? null,
      by_session: who?.session ?? null,
      reason,
      begun_at: begun,
      until: begun + LOOK_S * 1000,
      ended_at: null,
      ended_by: null,
    };
    await addLook(rows, row);
    const details = { look: row.id, name: person.name, reason, minutes: LOOK_S / 60 };
    const { network } = origin;
    return { result: { look: row, as: person }, action: "look.begin", details, network };
  });
  const { name } = (await findOrganization(parts.database.system.rows, organization)) ?? {};
  // Told as far as that is possible: it is in their list of sessions too.
  parts.mail
    ?.send(
      lookedAsLetter({
        to: readerOf(as),
        by: who?.name,
        organization: name ?? "Parlance",
        reason,
        at: parts.now(),
        link: `${origin.url}/account/sessions`,
      }),
    )
    .catch(warnOf(parts));
  const claims = { look: look.id, user: as.id, by: look.by_id, organization };
  return {
    access: await parts.tokens.look(claims),
    expiresIn: LOOK_S,
    as: { id: as.id, name: as.name },
  };
};

/** What is known of both people, where both may still; otherwise why it is over. */
type State =
  | { readonly kind: "on"; readonly name: string; readonly teams: readonly TeamId[] }
  | { readonly kind: "over"; readonly why: string };

/** Undefined where they are out; a database that does not answer ends nothing. */
const memberOrOut = async (...asked: Parameters<typeof activeMember>) => {
  try {
    return await activeMember(...asked);
  } catch (error) {
    if (error instanceof ParlanceError && error.code === "signed-out") return undefined;
    throw error;
  }
};

const stateOf = async (
  parts: AccountParts,
  organization: OrganizationId,
  look: LookRow,
): Promise<State> => {
  const { rows } = parts.database.system;
  const over = (why: string): State => ({ kind: "over", why });
  if (look.ended_at !== null) return over(look.ended_by ?? "stopped");
  if (look.until <= parts.now()) return over("time");
  if ((await findOrganization(rows, organization))?.allows_looking !== 1) return over("turned off");
  const seen = await memberOrOut(parts, look.user_id, organization);
  if (seen === undefined) return over("suspended");
  if (seen.incomplete) return over("second factor missing");
  if (look.by_id !== null && look.by_session !== null) {
    if ((await findUserSession(rows, look.by_session, parts.now())) === undefined)
      return over("signed out");
    const by = await memberOrOut(parts, look.by_id, organization);
    if (by === undefined) return over("suspended");
    const role = by.membership.role as Role;
    const isBelow = rank[role] < rank[seen.membership.role as Role];
    if (rank[role] < rank.admin || isBelow || by.incomplete) return over("not allowed");
  }
  return { kind: "on", name: seen.person.name, teams: seen.teams };
};

const closeAt = async (
  parts: AccountParts,
  organization: OrganizationId,
  look: LookRow,
  why: string,
): Promise<void> => {
  const name = await nameOfLooker(parts, look);
  await change(parts, async (all) =>
    close(parts, await rowsOf(parts, all, organization), look, {
      by: why,
      actor: { name, id: look.by_id },
    }),
  );
};

/** Whoever has the token of one that goes on. @throws ParlanceError rejected `signed-out` (401) where it is over */
export const lookOf = async (
  parts: AccountParts,
  { look: id, user, organization }: LookClaims,
): Promise<{ readonly caller: Look; readonly teams: readonly TeamId[] }> => {
  const look = await findLook(readingOf(parts, organization), id);
  if (look === undefined || look.user_id !== user) throw signedOut();
  const state = await stateOf(parts, organization, look);
  if (state.kind === "over") {
    if (look.ended_at === null) await closeAt(parts, organization, look, state.why);
    throw signedOut("You do not see Parlance as somebody else any more.");
  }
  const by = { id: look.by_id, name: await nameOfLooker(parts, look) };
  const { name, teams } = state;
  return { caller: { kind: "look", id, user, name, by, until: look.until }, teams };
};

/** Stops the one that asks. @throws ParlanceError rejected `no-look` (409) for everybody else */
export const stopLook = async (
  parts: AccountParts,
  { organization, caller }: Scope,
): Promise<void> => {
  const look =
    caller.kind === "look" ? await findLook(readingOf(parts, organization), caller.id) : undefined;
  if (look === undefined)
    throw refuse(
      "You do not see Parlance as somebody else.",
      "no-look",
      409,
      "Send the token that you were given for it.",
    );
  await closeAt(parts, organization, look, "stopped");
};

/** Ends those that are over, and forgets those of long ago. */
export const sweepLooks = async (parts: AccountParts): Promise<void> => {
  const { rows } = parts.database.system;
  for (const { organization, ...look } of await everyOpenLook(rows)) {
    const state = await stateOf(parts, organization, look);
    if (state.kind === "over") await closeAt(parts, organization, look, state.why);
  }
  await forgetLooks(rows, parts.now() - KEPT_MS);
};

/** Who looked at the app as this person, the last one first. */
export const looksAs = async (
  parts: AccountParts,
  person: Person,
): Promise<z.infer<typeof lookList>["looks"]> =>
  (await listLooksAs(parts.database.system.rows, person.id)).map((one) => ({
    id: one.id,
    by: one.byName,
    organization: one.organization,
    reason: one.reason,
    beganAt: one.begun_at,
    // What nobody has ended yet is over with its time all the same.
    endedAt: one.ended_at ?? (one.until <= parts.now() ? one.until : null),
  }));
