// Finds or creates a collection by the name that a person types.
import { type Collection, collection, collectionList } from "#services/contract/collections.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask, type Client } from "./client/client.ts";
import { misuse } from "./line/misuse.ts";

export const listCollections = async (client: Client): Promise<Collection[]> =>
  (await ask(client, collectionList, { path: "/api/v1/collections" })).collections;

/** Said where there is no collection. */
export const noneYet =
  "There are no collections yet: `./parlance import FILE --collection NAME` creates one.";

const namesOf = (all: readonly Collection[]) => all.map(({ name }) => `“${name}”`).join(", ");

/**
 * The collection of this name or id; without a name, the only one that there is.
 * @throws ParlanceError rejected `unknown-collection` | `no-collection-named`, with the existing names
 */
export const chooseCollection = async (
  client: Client,
  name: string | undefined,
): Promise<Collection> => {
  if (name !== undefined) return findCollection(client, name);
  const all = await listCollections(client);
  const [only, another] = all;
  if (only !== undefined && another === undefined) return only;
  if (only !== undefined)
    throw misuse(
      `Name one of the ${all.length} collections.`,
      `Say --collection NAME. There are: ${namesOf(all)}.`,
    );
  throw rejected("There is no collection.", { code: "no-collection", hint: noneYet });
};

/** @throws ParlanceError rejected `unknown-collection`, with the existing names. */
export const findCollection = async (client: Client, name: string): Promise<Collection> => {
  const all = await listCollections(client);
  const found = all.find((one) => one.id === name || one.name === name);
  if (found !== undefined) return found;
  const near = didYouMean(
    name,
    all.map((one) => one.name),
  );
  throw rejected(`There is no collection called “${name}”.${near}`, {
    code: "unknown-collection",
    hint: all.length === 0 ? noneYet : `There are: ${namesOf(all)}.`,
  });
};

/**
 * The collection of this name or id, and whether it was made now.
 * @param model its embedding model; undefined for any, or the default of the server
 * @throws ParlanceError rejected `usage` where it is there and has another model; `unknown-model`
 */
export const findOrMakeCollection = async (
  client: Client,
  name: string,
  model: string | undefined,
): Promise<{ readonly target: Collection; readonly isNew: boolean }> => {
  const all = await listCollections(client);
  const found = all.find((one) => one.id === name || one.name === name);
  if (found !== undefined && model !== undefined && found.model !== model)
    throw misuse(
      `“${found.name}” has the embedding model ${found.model}.`,
      "Leave out --model, or import into a new collection: --collection NAME.",
    );
  if (found !== undefined) return { target: found, isNew: false };
  const body = model === undefined ? { name } : { name, model };
  const target = await ask(client, collection, { path: "/api/v1/collections", body });
  return { target, isNew: true };
};
