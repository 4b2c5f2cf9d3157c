// Names of whoever owned a server without accounts, which become those of its owner once people sign in.
import type { UserId } from "#services/domain/ids.ts";
import { keyOf, type NameIn } from "#services/domain/people.ts";
import { insertMany } from "../compiled.ts";
import type { OwnNameRow } from "../people-tables.ts";
import type { Rows } from "../rows.ts";

type Named = Pick<OwnNameRow, "collection_id"> & NameIn;

const placeOf = ({ collection_id, source, name }: Named): string =>
  `${collection_id}\u0000${keyOf({ source, name })}`;

/** What somebody said of names in all collections that the rows are of. */
export const everyOwnName = (rows: Rows, user: UserId | ""): Promise<OwnNameRow[]> =>
  rows
    .selectFrom("own_names")
    .select(["collection_id", "user_id", "source", "name", "mine"])
    .where("user_id", "=", user)
    .orderBy("collection_id")
    .orderBy("name")
    .orderBy("source")
    .execute();

/** Names of whoever made exports that came while nobody signed in. */
const toldToNobody = (rows: Rows): Promise<Named[]> =>
  rows
    .selectFrom("told_owners as t")
    .innerJoin("uploads as u", "u.id", "t.origin_id")
    .select(["t.collection_id", "t.source", "t.name"])
    .distinct()
    .where("u.brought_by", "is", null)
    .execute();

/** Inside a transaction: this user is "me" where nobody in particular was. What they said themselves meanwhile stays. */
export const adoptOwnNames = async (rows: Rows, user: UserId): Promise<void> => {
  const said = await everyOwnName(rows, "");
  const known = new Set((await everyOwnName(rows, user)).map(placeOf));
  const isNew = (one: Named) =>
    !known.has(placeOf(one)) && !known.has(placeOf({ ...one, source: "" }));
  const adopted = said.filter(isNew);
  for (const one of adopted) known.add(placeOf(one));
  const told = (await toldToNobody(rows)).filter(isNew).map((one) => ({ ...one, mine: 1 }));
  await insertMany(
    rows,
    "own_names",
    ["collection_id", "user_id", "source", "name", "mine"],
    [...adopted, ...told].map(({ collection_id, source, name, mine }) => ({
      collection_id,
      user_id: user,
      source,
      name,
      mine,
    })),
  );
  await rows.deleteFrom("own_names").where("user_id", "=", "").execute();
};
