// Where the indexes of a home lie: a folder for each collection on this machine's disk.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type IndexStore, type OpenOptions, openIndexStore } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { indexSchema } from "./schema.ts";

/** A place with the same promise may lie elsewhere: a copy of a far history that is only read and followed. */
export interface IndexPlace {
  /** Opens a collection's index; made where absent. `dim` counts only for one that holds no vectors yet. */
  open(collection: CollectionId, dim: number): Promise<IndexStore>;
  /** Removes it with all versions. Nothing of it is open any more in this process. */
  remove(collection: CollectionId): Promise<void>;
}

export interface LocalPlaceOptions
  extends Pick<OpenOptions, "now" | "newId" | "onWarning">,
    Required<Pick<OpenOptions, "engine">> {
  /** Holds a folder for each collection; made where absent. */
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
