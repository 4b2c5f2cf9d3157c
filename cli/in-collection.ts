// Runs a command on one collection: opens a client, finds the collection by name, or takes the only one, and closes the client at the end.
import type { Collection } from "#services/contract/collections.ts";
import type { Client } from "./client/client.ts";
import { chooseCollection } from "./collections.ts";
import { openClient } from "./open-client.ts";

export const collectionArgument = {
  type: "string",
  alias: "c",
  description: "Name of the collection (not needed where there is only one)",
} as const;

export interface InCollection {
  readonly client: Client;
  readonly collection: Collection;
  /** `/api/v1/collections/{id}` */
  readonly path: string;
}

export const inCollection = async <T>(
  name: string | undefined,
  work: (there: InCollection) => Promise<T>,
): Promise<T> => {
  const client = await openClient();
  try {
    const collection = await chooseCollection(client, name);
    return await work({ client, collection, path: `/api/v1/collections/${collection.id}` });
  } finally {
    await client.close();
  }
};
