// Who asks, in each of the collections that a question is put to.
import type { AskDeps, TargetCollection } from "./ask-one.ts";
import type { Asked } from "./asked.ts";
import type { PeopleHere } from "./people-filter.ts";

/**
 * The people of each collection. Where it is known in one of them who asks, "me" is nobody in those where it is not: there it is no
 * name that somebody happens to have.
 */
export const peopleOf = async (
  { people }: Pick<AskDeps, "people">,
  collections: readonly TargetCollection[],
  isForMe: boolean,
): Promise<{ readonly collection: TargetCollection; readonly here: PeopleHere }[]> => {
  const found = await Promise.all(
    collections.map(async (collection) => ({
      collection,
      here: await people(collection.id, isForMe),
    })),
  );
  const isKnown = found.some(({ here }) => here.own !== undefined);
  return isKnown
    ? found.map(({ collection, here }) => ({ collection, here: { ...here, own: here.own ?? [] } }))
    : found;
};

const SAY_IT = "Say it on the page People, with “This is me”, or with parlance people me NAME.";
const MOST_NAMED = 3;

/** Where it is not known who asks: in no collection, or in some of several. */
export const noticesOfMe = (asked: readonly Pick<Asked, "collection" | "here">[]): string[] => {
  if (asked.every(({ here }) => here.own === undefined))
    return [`Who you are here is not known, so from:me is taken for a name. ${SAY_IT}`];
  const unknown = asked.filter(({ here }) => here.own?.length === 0);
  if (unknown.length === 0) return [];
  const named = unknown.slice(0, MOST_NAMED).map(({ collection }) => `“${collection.name}”`);
  const more = unknown.length - named.length;
  const list = more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
  return [`Who you are in ${list} is not known, so nothing there is taken for yours. ${SAY_IT}`];
};
