// Shared links: made by whoever manages a collection, opened by whoever has one, over when their time or their maker's membership is.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import { type newShare, type share, shareTarget } from "#services/contract/shares.ts";
import { rejected } from "#services/domain/errors.ts";
import { type CollectionId, readShareId, type ShareId, shareId } from "#services/domain/ids.ts";
import { personBehind, type Role, type Scope } from "#services/domain/scope.ts";
import {
  accessOf,
  addShare,
  countOpened,
  findMember,
  findShare,
  findUser,
  listShares,
  listSharesBy,
  type Rows,
  removeShare,
  type ShareRow,
  teamsOf,
} from "#services/store/store.ts";
import { actorOf } from "./audit.ts";
import { forgetTry, takeTry } from "./limits.ts";
import {
  type AccountParts,
  changeIn,
  days,
  hashOf,
  type Origin,
  type Person,
  randomToken,
  readingOf,
} from "./parts.ts";
import { managesIn } from "./rights.ts";

type Share = z.infer<typeof share>;
type NewShare = z.infer<typeof newShare>;

const shown = (row: ShareRow, madeBy: string): Share => ({
  id: row.id,
  target: shareTarget.parse(JSON.parse(row.target)),
  title: row.title,
  hasPassword: row.password_hash !== null,
  madeBy,
  madeById: row.made_by,
  createdAt: row.created_at,
  expiresAt: row.until,
  opened: row.opened,
  lastOpenedAt: row.opened_at,
});

const nameOf = async ({ database }: AccountParts, row: ShareRow): Promise<string> =>
  (await findUser(database.system.rows, row.made_by))?.name ?? "";

export const sharesOf = async (
  parts: AccountParts,
  { organization }: Scope,
  collection: CollectionId,
): Promise<Share[]> => {
  const rows = await listShares(readingOf(parts, organization), collection);
  return Promise.all(rows.map(async (row) => shown(row, await nameOf(parts, row))));
};

/** Those that somebody made, in collections that the scope opens. */
export const sharesBy = async (
  parts: AccountParts,
  scope: Scope,
  { id, name }: Person,
): Promise<Share[]> =>
  (await listSharesBy(parts.database.within(scope).rows, id)).map((row) => shown(row, name));

/**
 * @param of what is shared, which has been looked up, and its title
 * @throws ParlanceError rejected `no-accounts` (409)
 */
export const makeShare = async (
  parts: AccountParts,
  { organization, caller }: Scope,
  of: { readonly collection: CollectionId; readonly title: string; readonly made: NewShare },
  origin: Origin,
): Promise<{ share: Share; link: string }> => {
  const maker = personBehind(caller);
  if (maker === undefined)
    throw rejected("Shared links belong to people, so that somebody answers for them.", {
      code: "no-accounts",
      status: 409,
      hint: "Sign in, or use an API key. `parlance accounts enable` turns accounts on.",
    });
  const token = randomToken();
  const { target, days: lives, password } = of.made;
  const row: ShareRow = {
    id: shareId(parts.newId()),
    collection_id: of.collection,
    hash: hashOf(token),
    target: JSON.stringify(target),
    title: of.title,
    made_by: maker,
    password_hash: password === undefined ? null : await parts.passwords.hash(password),
    created_at: parts.now(),
    until: parts.now() + days(lives),
    opened: 0,
    opened_at: null,
  };
  await changeIn(parts, organization, async (rows) => {
    await addShare(rows, row);
    const details = { kind: target.kind, days: lives, hasPassword: password !== undefined };
    return {
      result: undefined,
      event: {
        actor: actorOf(caller),
        action: "share.make",
        target: of.collection,
        details: { ...details, share: row.id },
        network: origin.network,
      },
    };
  });
  return {
    share: shown(row, await nameOf(parts, row)),
    link: `${origin.url}/shared#token=${token}`,
  };
};

/** The link does not work any more. @throws ParlanceError rejected `unknown-share` (404) */
export const withdrawShare = (
  parts: AccountParts,
  { organization, caller }: Scope,
  collection: CollectionId,
  text: string,
): Promise<void> => {
  const id = readShareId(text);
  return changeIn(parts, organization, async (rows) => {
    if (id === undefined || !(await removeShare(rows, collection, id)))
      throw rejected("There is no such link.", { code: "unknown-share", status: 404 });
    const event = {
      actor: actorOf(caller),
      action: "share.withdraw",
      target: collection,
      details: { share: id },
    };
    return { result: undefined, event };
  });
};

/** What a link opens, and the scope in which it is read. */
export interface SharedThing {
  readonly scope: Scope;
  readonly share: ShareId;
  readonly collection: CollectionId;
  readonly target: Share["target"];
  readonly title: string;
  readonly expiresAt: number;
  /** To be given for its files, for as long as the link works; undefined where it has no password. */
  readonly pass: string | undefined;
  /** Its reading began: it is counted. */
  count(): Promise<void>;
}

/** What a link opens, without its having been opened. */
type CheckedThing = Omit<SharedThing, "count" | "pass">;

/** A link is worth what its maker may do: who is out, or manages the collection no more, shares nothing of it. */
const managesStill = async (rows: Rows, row: ShareRow): Promise<boolean> => {
  const member = await findMember(rows, row.made_by);
  if (member?.state !== "active") return false;
  const access = await accessOf(rows, row.made_by, await teamsOf(rows, row.made_by));
  return managesIn(access, member.role as Role, row.collection_id);
};

const over = () =>
  rejected("This link does not work any more.", {
    code: "link-used",
    status: 410,
    hint: "Ask whoever sent it for a new one.",
  });

/** A link that works, whoever has it. @throws ParlanceError rejected `link-used` (410) */
const workingShare = async (parts: AccountParts, token: string) => {
  const row = await findShare(parts.database.system.rows, hashOf(token), parts.now());
  if (row === undefined) throw over();
  const rows = readingOf(parts, row.organization);
  if (!(await managesStill(rows, row))) throw over();
  return { row, rows };
};
type WorkingShare = Awaited<ReturnType<typeof workingShare>>;

/** Its key is salted, and never leaves the database: nothing about the password can be found out by a pass. */
const passOf = ({ id, password_hash: key }: WorkingShare["row"]): string | undefined =>
  key === null ? undefined : createHmac("sha256", key).update(`files of ${id}`).digest("base64url");

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));

const needsPassword = () =>
  rejected("This link needs a password.", {
    code: "password-needed",
    status: 403,
    hint: "Ask whoever sent it.",
  });

const thingOf = (row: WorkingShare["row"]): CheckedThing => ({
  scope: {
    organization: row.organization,
    caller: { kind: "share", id: row.id },
    collections: [row.collection_id],
  },
  share: row.id,
  collection: row.collection_id,
  target: shareTarget.parse(JSON.parse(row.target)),
  title: row.title,
  expiresAt: row.until,
});

/** What a link opens that may go on being shown, without its password. @throws ParlanceError rejected `link-used` (410) */
export const checkShared = async (parts: AccountParts, token: string): Promise<CheckedThing> =>
  thingOf((await workingShare(parts, token)).row);

/**
 * The same for its files, which many pages ask for at once: a pass cannot be guessed, and none is counted as a try.
 * @throws ParlanceError rejected `link-used` (410) | `password-needed` (403)
 */
export const openSharedFiles = async (
  parts: AccountParts,
  given: { readonly token: string; readonly pass?: string | undefined },
): Promise<CheckedThing> => {
  const { row } = await workingShare(parts, given.token);
  const pass = passOf(row);
  if (pass !== undefined && (given.pass === undefined || !isSame(given.pass, pass)))
    throw needsPassword();
  return thingOf(row);
};

/** @throws ParlanceError rejected `link-used` (410) | `password-needed` (403) | `wrong-password` (403) | `too-many-tries` (429) */
export const openShared = async (
  parts: AccountParts,
  given: { readonly token: string; readonly password?: string | undefined },
  origin: Origin,
): Promise<SharedThing> => {
  const { row, rows } = await workingShare(parts, given.token);
  if (row.password_hash !== null) {
    if (given.password === undefined) throw needsPassword();
    const tried = { kind: "share", account: row.id, address: origin.address } as const;
    await takeTry(parts, tried);
    const { ok } = await parts.passwords.check(given.password, row.password_hash);
    if (!ok) {
      throw rejected("The password is wrong.", { code: "wrong-password", status: 403 });
    }
    await forgetTry(parts, tried);
  }
  return { ...thingOf(row), pass: passOf(row), count: () => countOpened(rows, row, parts.now()) };
};
