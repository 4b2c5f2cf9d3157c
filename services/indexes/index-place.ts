// Where the indexes of a home are: a folder for each collection on this machine's disk.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type IndexStore,
  type OpenOptions,
  openIndexStore,
  removeElsewhere,
  type VectorsDatabase,
} from "#index-store/index-store.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import { openCopiedIndex } from "./copied-index.ts";
import { indexSchema } from "./schema.ts";

/** The place of indexes. Another driver may read and follow a copy of a remote history. */
export interface IndexPlace {
  /** Opens a collection's index, or creates it. `dim` is used only for an index without vectors. */
  open(collection: CollectionId, dim: number): Promise<IndexStore>;
  /** Removes the index with all versions. It must not be open any more in this process. */
  remove(collection: CollectionId): Promise<void>;
  /**
   * For copies of indexes that other machines write: takes over what they have erased since, and removes the copies of collections
   * that are gone. To be called now and then, since nobody may ask about them. Does nothing where there are no copies.
   * @param isThere whether a collection still exists
   */
  refresh(isThere: (collection: CollectionId) => Promise<boolean>): Promise<void>;
}

export interface LocalPlaceOptions
  extends Pick<OpenOptions, "now" | "newId" | "onWarning">,
    Required<Pick<OpenOptions, "engine">> {
  /** Contains a folder for each collection; created where absent. */
  readonly folder: string;
  /** The server on which vectors are searched, where there is one. */
  readonly vectors?: VectorsDatabase | undefined;
}

const elsewhereOf = (database: VectorsDatabase | undefined, collection: CollectionId) =>
  database && { database, collection };

export const localPlace = ({ folder, vectors, ...options }: LocalPlaceOptions): IndexPlace => {
  const folderOf = (collection: CollectionId) => join(folder, collection);
  return {
    async open(collection, dim) {
      await mkdir(folderOf(collection), { recursive: true, mode: 0o700 });
      return openIndexStore({
        ...options,
        elsewhere: elsewhereOf(vectors, collection),
        path: join(folderOf(collection), "index.git"),
        dim,
        schema: indexSchema,
      });
    },
    async remove(collection) {
      const elsewhere = elsewhereOf(vectors, collection);
      if (elsewhere !== undefined) await removeElsewhere(elsewhere);
      await rm(folderOf(collection), { recursive: true, force: true });
    },
    refresh: async () => undefined,
  };
};

export interface CopiedPlaceOptions extends LocalPlaceOptions {
  /** The folder of the writers' indexes, which this machine can reach; `folder` is that of its copies. */
  readonly writers: string;
}

/** Indexes that other machines write, read from copies on this one's disk. */
export const copiedPlace = ({ folder, writers, ...options }: CopiedPlaceOptions): IndexPlace => {
  const { vectors, ...common } = options;
  const written = localPlace({ folder: writers, ...options });
  const copied = (collection: CollectionId) => join(folder, collection);
  const open = async (collection: CollectionId, dim: number): Promise<IndexStore> => {
    await mkdir(copied(collection), { recursive: true, mode: 0o700 });
    return openCopiedIndex({
      ...common,
      elsewhere: elsewhereOf(vectors, collection),
      path: join(copied(collection), "index.git"),
      dim,
      schema: indexSchema,
      writers: join(writers, collection, "index.git"),
      openWriters: () => written.open(collection, dim),
    });
  };
  return {
    open,
    async remove(collection) {
      await rm(copied(collection), { recursive: true, force: true });
      await written.remove(collection);
    },
    async refresh(isThere) {
      for (const name of await readdir(folder).catch((): string[] => [])) {
        const collection = readCollectionId(name);
        if (collection === undefined) continue;
        if (!(await isThere(collection))) {
          await rm(copied(collection), { recursive: true, force: true });
          continue;
        }
        const index = await open(collection, 0);
        // A searcher may still be open in another handle; its files are removed all the same.
        await index.attachments("analysis").finally(() => index.close());
      }
    },
  };
};
