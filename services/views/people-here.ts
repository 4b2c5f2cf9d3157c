// Who the people of a collection are, and which of them ask: read once for each state of the collection.
import type { CollectionId } from "#services/domain/ids.ts";
import { noPeople, openPeople, ownPeople, type People } from "#services/domain/people.ts";
import type { Parlance } from "#services/parlance.ts";
import { openLru } from "#services/search/search.ts";
import {
  guessedBots,
  marksOf,
  ownNames,
  type Rows,
  saidOfNames,
  toldOwners,
  whoIsMe,
} from "#services/store/store.ts";

export const readPeople = async (rows: Rows, collection: CollectionId): Promise<People> =>
  openPeople(await saidOfNames(rows, collection), await guessedBots(rows, collection));

/** The people that whoever asks says they are, by what they are shown as. */
export const readOwn = async (
  { store: { rows }, scope }: Pick<Parlance, "store" | "scope">,
  collection: CollectionId,
  people: People,
): Promise<readonly string[]> => {
  const user = whoIsMe(scope.caller);
  return user === undefined
    ? []
    : ownPeople(
        people,
        await ownNames(rows, collection, user),
        await toldOwners(rows, collection, user),
      );
};

/** Collections whose people are kept; those that are gone make room in time. */
const MOST = 1000;

interface Kept {
  readonly revision: number;
  readonly people: People;
}

/** Kept people are stale when the collection's revision has changed, which grows with every edit of them, in any process. */
export const openPeopleHere = () => {
  const kept = openLru<Kept>(MOST);
  return async ({ store: { rows } }: Pick<Parlance, "store">, collection: CollectionId) => {
    const marks = await marksOf(rows, collection);
    if (marks === undefined) return noPeople;
    const known = kept.get(collection);
    if (known?.revision === marks.revision) return known.people;
    const people = await readPeople(rows, collection);
    kept.set(collection, { revision: marks.revision, people });
    return people;
  };
};
