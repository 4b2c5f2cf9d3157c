// Finds or creates a collection by the name that a person types.
import { type Collection, collection, collectionList } from "#services/contract/collections.ts";
import { rejected } from "#services/domain/errors.ts";
import { ask, type Client } from "./client/client.ts";

export const listCollections = async (client: Client): Promise<Collection[]> =>
  (await ask(client, collectionList, { path: "/api/v1/collections" })).collections;

/** @throws ParlanceError rejected `unknown-collection`, with the existing names. */
export const findCollection = async (client: Client, name: string): Promise<Collection> => {
  const all = await listCollections(client);
  const found = all.find((one) => one.id === name || one.name === name);
  if (found !== undefined) return found;
  throw rejected(`There is no collection called “${name}”.`, {
    code: "unknown-collection",
    hint:
      all.length === 0
        ? "There are no collections yet: `./parlance import FILE --collection NAME` creates one."
        : `There are: ${all.map((one) => one.name).join(", ")}.`,
  });
};

export const findOrMakeCollection = async (client: Client, name: string): Promise<Collection> => {
  const all = await listCollections(client);
  return (
    all.find((one) => one.id === name || one.name === name) ??
    ask(client, collection, { path: "/api/v1/collections", body: { name } })
  );
};
