// The indexes of this process: each collection's index opened once, its newest snapshot followed, all closed when it ends.
import type { IndexStore, Searcher } from "#index-store/index-store.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import { hiddenChunks, marksOf, reportDamage, type Store } from "#services/store/store.ts";
import { reasonsFor } from "./damage-reasons.ts";
import { type FollowedIndex, followIndex } from "./followed-index.ts";
import type { IndexPlace } from "./index-place.ts";
import { openLingering } from "./lingering.ts";
import { type IndexSource, openSnapshot } from "./open-snapshot.ts";
import { openedIndexes } from "./opened-indexes.ts";

export interface Indexes {
  /** With everything that it holds, also what is being erased: for those who write. @throws ParlanceError rejected `unknown-collection` (404) */
  open(collection: CollectionId): Promise<IndexStore>;
  /**
   * A snapshot to answer questions from: of the newest version, or of the one addressed; undefined while there is none, or where
   * the collection is gone. Rows of an upload that is being erased are not in it, from the moment the erasure was asked for, by
   * whichever process. A newer version is noticed within a quarter of a second, by whichever process it was committed; while it
   * loads, the one before it answers, and of versions that follow each other quickly in a large index not each one is loaded.
   * Shared: do not close it, and do not keep it for more than half a minute.
   * @throws IndexError "unknown-version" | "damaged"
   */
  searcher(collection: CollectionId, address?: string | number): Promise<Searcher | undefined>;
  /** Closes what this process holds open of the index: its collection is gone, or is being erased by another one. */
  forget(collection: CollectionId): Promise<void>;
  /** Closes the index and removes it with all versions. */
  drop(collection: CollectionId): Promise<void>;
}

/** A snapshot that is not the newest is closed when whoever still asks it has long had an answer. */
const LINGER_MS = 30_000;

export interface OpenIndexesOptions {
  readonly place: IndexPlace;
  /** Whose a collection is, and the dimensions of its vectors (null before there are some); undefined where there is none. */
  readonly find: (
    collection: CollectionId,
  ) => Promise<{ readonly organization: OrganizationId; readonly dim: number | null } | undefined>;
  /** The rows of an organization: its erasures are read from them, and damage is noted in them. */
  readonly storeOf: (organization: OrganizationId) => Store;
  /** The dimensions of a collection that has no vectors yet: those of the model that will make them. */
  readonly dim: () => Promise<number>;
  readonly onWarning: (message: string) => void;
}

export interface EveryIndexOptions
  extends Pick<OpenIndexesOptions, "place" | "find" | "dim" | "onWarning"> {
  /** The rows of the organization that has the collection; undefined where there is no such collection. */
  readonly storeFor: (collection: CollectionId) => Promise<Store | undefined>;
}

/** Of all organizations: whose a collection is, is asked by `openIndexes`. */
export const openEveryIndex = ({
  place,
  find,
  storeFor,
  dim,
  onWarning,
}: EveryIndexOptions): Indexes & { close(): Promise<void> } => {
  const followed = new Map<CollectionId, FollowedIndex>();
  const lingering = openLingering(LINGER_MS);

  const marks = async (collection: CollectionId) => {
    const store = await storeFor(collection);
    return store && marksOf(store.rows, collection);
  };

  const opened = openedIndexes(async (collection) => {
    const row = await find(collection);
    if (!row)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    return place.open(collection, row.dim ?? (await dim()));
  });

  const sourceOf = (collection: CollectionId): IndexSource => ({
    index: () => opened.open(collection),
    erasures: async () => (await marks(collection))?.erasures,
    hidden: async () => {
      const store = await storeFor(collection);
      return store ? hiddenChunks(store.rows, collection) : [];
    },
  });

  const follow = (collection: CollectionId): FollowedIndex => {
    const known = followed.get(collection);
    if (known) return known;
    const source = sourceOf(collection);
    const following = followIndex({
      source,
      letGo: (snapshot) => lingering.letGo(collection, snapshot),
      onDamage: async (damage) => {
        const store = await storeFor(collection);
        if (store === undefined) return;
        for (const reason of reasonsFor(damage)) await reportDamage(store, collection, reason);
      },
      onWarning,
    });
    followed.set(collection, following);
    return following;
  };

  const forget = async (collection: CollectionId) => {
    const following = followed.get(collection);
    followed.delete(collection);
    await following?.close();
    lingering.forget(collection);
    await opened.close(collection);
  };

  const newest = async (collection: CollectionId): Promise<Searcher | undefined> => {
    const found = await follow(collection).searcher();
    if (found === undefined && (await marks(collection)) === undefined) await forget(collection);
    return found;
  };

  const addressed = async (
    collection: CollectionId,
    address: string | number,
  ): Promise<Searcher | undefined> => {
    const opening = await openSnapshot(sourceOf(collection), address);
    if (opening === undefined) return undefined;
    // Whoever turns pages names the version: the same object each time, so that what is remembered of it is of use.
    const known = followed.get(collection)?.find(opening) ?? lingering.find(collection, opening);
    if (known === undefined) lingering.letGo(collection, opening);
    else opening.searcher.close();
    return known ?? opening.searcher;
  };

  return {
    open: opened.open,
    searcher: (collection, address) =>
      address === undefined ? newest(collection) : addressed(collection, address),
    forget,
    async drop(collection) {
      await forget(collection);
      await place.remove(collection);
    },
    async close() {
      const open = new Set([...followed.keys(), ...opened.collections()]);
      for (const collection of open) await forget(collection);
      lingering.closeAll();
    },
  };
};
