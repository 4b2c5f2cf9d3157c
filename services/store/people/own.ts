// Who is "me" in a collection: what somebody said of names, and what the exports tell of whoever made them.
import { sourcesOfOwner } from "#services/domain/conversation.ts";
import type { CollectionId, OriginId, UserId } from "#services/domain/ids.ts";
import { keyOf, LONGEST_NAME, type NameIn, type OwnName } from "#services/domain/people.ts";
import { type Caller, personBehind } from "#services/domain/scope.ts";
import { erasingOrigins } from "../being-erased.ts";
import { insertMany } from "../compiled.ts";
import type { Rows, Store } from "../rows.ts";

/** Whose names a caller's "me" means; "" for whoever owns a server without accounts, undefined where there is nobody. */
export const whoIsMe = (caller: Caller): UserId | "" | undefined => {
  if (caller.kind === "look") return caller.user;
  if (caller.kind === "nobody" || caller.kind === "share") return undefined;
  return personBehind(caller) ?? "";
};

export const ownNames = async (
  rows: Rows,
  collection: CollectionId,
  user: UserId | "",
): Promise<OwnName[]> =>
  (
    await rows
      .selectFrom("own_names")
      .select(["source", "name", "mine"])
      .where("collection_id", "=", collection)
      .where("user_id", "=", user)
      .execute()
  ).map(({ source, name, mine }) => ({ source, name, mine: mine === 1 }));

/** Names of whoever made the exports that this user brought; without accounts, of all exports that nobody signed in for. */
export const toldOwners = async (
  rows: Rows,
  collection: CollectionId,
  user: UserId | "",
): Promise<NameIn[]> => {
  const erasing = await erasingOrigins(rows, collection);
  return rows
    .selectFrom("told_owners as t")
    .innerJoin("uploads as u", "u.id", "t.origin_id")
    .select(["t.source", "t.name"])
    .distinct()
    .where("t.collection_id", "=", collection)
    .where((test) =>
      user === "" ? test("u.brought_by", "is", null) : test("u.brought_by", "=", user),
    )
    .$if(erasing.length > 0, (query) => query.where("t.origin_id", "not in", erasing))
    .execute();
};

/**
 * Says of names that they are this user's, or are not.
 * @param before other names of which nothing is said any more
 */
export const sayOwn = (
  store: Store,
  { collection, user }: { readonly collection: CollectionId; readonly user: UserId | "" },
  names: readonly OwnName[],
  before: readonly NameIn[] = [],
): Promise<void> =>
  store.transaction(async (rows) => {
    for (const { source, name } of [...before, ...names])
      await rows
        .deleteFrom("own_names")
        .where("collection_id", "=", collection)
        .where("user_id", "=", user)
        .where("source", "=", source)
        .where("name", "=", name)
        .execute();
    await insertMany(
      rows,
      "own_names",
      ["collection_id", "user_id", "source", "name", "mine"],
      names.map(({ source, name, mine }) => ({
        collection_id: collection,
        user_id: user,
        source,
        name,
        mine: Number(mine),
      })),
    );
  });

interface Brought {
  readonly source: string;
  readonly messages: readonly { readonly author: string; readonly role: string }[];
  /** Names of whoever made the export, as it tells. */
  readonly owners?: readonly string[];
}

/** Whoever asks an assistant in an export of their chats is whoever made it; other formats tell it themselves, or do not. */
const ownersIn = ({ source, messages, owners = [] }: Brought): Set<string> =>
  new Set([
    ...owners,
    ...(sourcesOfOwner.has(source)
      ? messages.flatMap(({ author, role }) => (role === "user" ? author : []))
      : []),
  ]);

/** Writes the names of whoever made an export that it has not told before. */
export const saveToldOwners = async (
  rows: Rows,
  { origin, collection }: { readonly origin: OriginId; readonly collection: CollectionId },
  brought: readonly Brought[],
): Promise<void> => {
  const made = new Map(
    brought.flatMap((part) =>
      [...ownersIn(part)]
        .filter((name) => name.length <= LONGEST_NAME)
        .map((name) => ({ source: part.source, name }))
        .map((one) => [keyOf(one), one] as const),
    ),
  );
  if (made.size === 0) return;
  for (const one of await rows
    .selectFrom("told_owners")
    .select(["source", "name"])
    .where("origin_id", "=", origin)
    .execute())
    made.delete(keyOf(one));
  await insertMany(
    rows,
    "told_owners",
    ["collection_id", "origin_id", "source", "name"],
    [...made.values()].map((one) => ({ collection_id: collection, origin_id: origin, ...one })),
  );
};
