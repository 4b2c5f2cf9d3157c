// Where the indexes of a home are: a folder for each collection on this machine's disk.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type IndexStore, type OpenOptions, openIndexStore } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { indexSchema } from "./schema.ts";

/** The place of indexes. Another driver may read and follow a copy of a remote history. */
export interface IndexPlace {
  /** Opens a collection's index, or creates it. `dim` is used only for an index without vectors. */
  open(collection: CollectionId, dim: number): Promise<IndexStore>;
  /** Removes the index with all versions. It must not be open any more in this process. */
  remove(collection: CollectionId): Promise<void>;
}

export interface LocalPlaceOptions
  extends Pick<OpenOptions, "now" | "newId" | "onWarning">,
    Required<Pick<OpenOptions, "engine">> {
  /** Contains a folder for each collection; created where absent. */
  readonly folder: string;
}

export const localPlace = ({ folder, ...options }: LocalPlaceOptions): IndexPlace => {
  const folderOf = (collection: CollectionId) => join(folder, collection);
  return {
    async open(collection, dim) {
      await mkdir(folderOf(collection), { recursive: true, mode: 0o700 });
      return openIndexStore({
        ...options,
        path: join(folderOf(collection), "index.git"),
        dim,
        schema: indexSchema,
      });
    },
    remove: (collection) => rm(folderOf(collection), { recursive: true, force: true }),
  };
};
