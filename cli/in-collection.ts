// Runs a command on one collection: opens a client, finds the collection by name, and closes the client at the end.
import type { Collection } from "#services/contract/collections.ts";
import type { Client } from "./client/client.ts";
import { findCollection } from "./collections.ts";
import { openClient } from "./open-client.ts";

export const collectionArgument = {
  type: "string",
  alias: "c",
  required: true,
  description: "Name of the collection",
} as const;

export interface InCollection {
  readonly client: Client;
  readonly collection: Collection;
  /** `/api/v1/collections/{id}` */
  readonly path: string;
}

export const inCollection = async <T>(
  name: string,
  work: (there: InCollection) => Promise<T>,
): Promise<T> => {
  const client = await openClient();
  try {
    const collection = await findCollection(client, name);
    return await work({ client, collection, path: `/api/v1/collections/${collection.id}` });
  } finally {
    await client.close();
  }
};
