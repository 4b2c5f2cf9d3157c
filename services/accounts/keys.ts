// API keys: made for programs, shown once, found by their hash.
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { z } from "zod";
import {
  type apiKey,
  type KeyScope,
  type newApiKey,
  type newScimKey,
  scopesOfRole,
} from "#services/contract/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  apiKeyId,
  type CollectionId,
  type OrganizationId,
  readApiKeyId,
  readCollectionId,
  type UserId,
} from "#services/domain/ids.ts";
import type { Caller, Scope } from "#services/domain/scope.ts";
import {
  addApiKey,
  findUser,
  listApiKeys,
  listOwners,
  removeApiKey,
} from "#services/store/store.ts";
import { type AuditEvent, actorOf } from "./audit.ts";
import { type AccountParts, changeIn, days, hashOf, readingOf } from "./parts.ts";
import { requirePerson } from "./standing.ts";

type Shown = z.infer<typeof apiKey>;
type NewKey = z.infer<typeof newApiKey>;
type Person = Extract<Caller, { kind: "user" }>;
type Row = Awaited<ReturnType<typeof listApiKeys>>[number];

/** By this, programs that look for lost secrets recognise it. */
const PREFIX = "parlance_";

const checksum = (text: string): string => crc32(text).toString(36).padStart(7, "0");

/** `parlance_<43 letters: 256 bits><7: checksum>`, after the manner of GitHub's: a mistyped key is told without asking the database. */
const newKey = (): string => {
  const secret = randomBytes(32).toString("base64url").replaceAll("-", "a").replaceAll("_", "b");
  // The two replaced letters cost less than four of its bits.
  return `${PREFIX}${secret}${checksum(secret)}`;
};

/** Whether a text has the form of a key, checksum included. */
export const isApiKey = (text: string): boolean => {
  const [, secret, sum] = /^parlance_([A-Za-z0-9]{43})([a-z0-9]{7})$/u.exec(text) ?? [];
  return secret !== undefined && sum === checksum(secret);
};

const shownKey = (row: Row, owner: string): Shown => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes.split(" ") as KeyScope[],
  collections: row.collections === null ? null : (JSON.parse(row.collections) as string[]),
  owner: { id: row.user_id, name: owner },
  createdAt: row.created_at,
  expiresAt: row.until,
  lastUsedAt: row.used_at,
});

/** Those of a user or, where none is named, of all. */
export const shownKeys = async (
  parts: AccountParts,
  organization: OrganizationId,
  user?: UserId,
): Promise<Shown[]> => {
  const keys = await listApiKeys(readingOf(parts, organization), user);
  const names = new Map<UserId, string>();
  for (const { user_id } of keys)
    if (!names.has(user_id))
      names.set(user_id, (await findUser(parts.database.system.rows, user_id))?.name ?? "");
  return keys.map((row) => shownKey(row, names.get(row.user_id) ?? ""));
};

interface MadeKey {
  readonly key: Shown;
  readonly secret: string;
}

/** @throws ParlanceError rejected `not-allowed` (403) | `unknown-collection` (404) | `too-many-keys` (409) */
export const makeKey = async (
  parts: AccountParts,
  person: Person,
  organization: OrganizationId,
  made: NewKey,
): Promise<MadeKey> => {
  const without = made.scopes.find((scope) => !scopesOfRole[person.role].includes(scope));
  if (without !== undefined)
    throw rejected(
      without === "admin"
        ? "Only admins make keys with the scope “admin”."
        : `The scope “${without}” would have no effect: a viewer may only read and search.`,
      { code: "not-allowed", status: 403, hint: "Leave it out, or ask an admin for another role." },
    );
  const collections = made.collections?.map((text) => {
    const id = readCollectionId(text);
    if (id === undefined)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    return id;
  });
  return addKey(
    parts,
    organization,
    { owner: person, actor: actorOf(person) },
    { ...made, collections },
  );
};

/** A key for SCIM: that of the admin who makes it; made on the command line, that of the owner who is longest there. @throws as `makeKey`; rejected `no-owner` (409) */
export const makeScimKey = async (
  parts: AccountParts,
  { organization, caller }: Scope,
  made: z.infer<typeof newScimKey>,
): Promise<MadeKey> => {
  requirePerson(caller);
  const ownerId =
    caller.kind === "user" ? caller.id : (await listOwners(readingOf(parts, organization)))[0];
  const owner = ownerId && (await findUser(parts.database.system.rows, ownerId));
  if (owner === undefined)
    throw rejected("Nobody owns this organization yet.", { code: "no-owner", status: 409 });
  const by = { owner, actor: actorOf(caller) };
  return addKey(parts, organization, by, { ...made, scopes: ["scim"], collections: undefined });
};

const addKey = async (
  parts: AccountParts,
  organization: OrganizationId,
  {
    owner,
    actor,
  }: { readonly owner: Pick<Person, "id" | "name">; readonly actor: AuditEvent["actor"] },
  made: {
    readonly name: string;
    readonly days: number | null;
    readonly scopes: readonly KeyScope[];
    readonly collections: readonly CollectionId[] | undefined;
  },
): Promise<MadeKey> => {
  const { collections } = made;
  const secret = newKey();
  const now = parts.now();
  const row: Row = {
    id: apiKeyId(parts.newId()),
    user_id: owner.id,
    name: made.name,
    prefix: secret.slice(0, PREFIX.length + 6),
    hash: hashOf(secret),
    scopes: [...new Set(made.scopes)].join(" "),
    collections: collections === undefined ? null : JSON.stringify(collections),
    created_at: now,
    until: made.days === null ? null : now + days(made.days),
    used_at: null,
  };
  return changeIn(parts, organization, async (rows) => {
    if ((await listApiKeys(rows, owner.id)).length >= 100)
      throw rejected("You have 100 keys already.", {
        code: "too-many-keys",
        status: 409,
        hint: "Delete those that nothing uses.",
      });
    await addApiKey(rows, row);
    return {
      result: { key: shownKey(row, owner.name), secret },
      event: {
        actor,
        action: "key.make",
        target: row.id,
        details: { name: row.name, scopes: row.scopes, until: row.until },
      },
    };
  });
};

/** @param user only where it is theirs. @throws ParlanceError rejected `unknown-key` (404) */
export const deleteKey = async (
  parts: AccountParts,
  organization: OrganizationId,
  which: { readonly id: string; readonly user?: UserId },
  actor: { readonly name: string; readonly id: string | null },
): Promise<void> => {
  const id = readApiKeyId(which.id);
  const unknown = () => rejected("There is no such key.", { code: "unknown-key", status: 404 });
  if (id === undefined) throw unknown();
  await changeIn(parts, organization, async (rows) => {
    if (!(await removeApiKey(rows, id, which.user))) throw unknown();
    return { result: undefined, event: { actor, action: "key.delete", target: id } };
  });
};
