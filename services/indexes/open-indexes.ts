// The indexes of this process: each collection's index is opened once, its newest version followed, and all are closed at the end.
import type { IndexStore, Searcher } from "#index-store/index-store.ts";
import { corrupt, rejected } from "#services/domain/errors.ts";
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import {
  hiddenRows,
  marksOf,
  type OwnedCollection,
  reportDamage,
  type Store,
} from "#services/store/store.ts";
import { reasonsFor } from "./damage-reasons.ts";
import { type FollowedIndex, followIndex } from "./followed-index.ts";
import type { IndexPlace } from "./index-place.ts";
import { openLingering } from "./lingering.ts";
import { type IndexSource, isDamage, openSearcher } from "./open-searcher.ts";
import { openedIndexes } from "./opened-indexes.ts";
import { messagesOnly } from "./visible-searcher.ts";

export interface Indexes {
  /** With all rows, also those being erased: for writing. @throws ParlanceError rejected `unknown-collection` (404) */
  open(collection: CollectionId): Promise<IndexStore>;
  /**
   * A searcher for answering questions: of the newest version, or of the one addressed; undefined where there is none, or where the
   * collection no longer exists. It does not contain rows of an upload that is being erased, from the moment when any process requested
   * the erasure. A newer version, by any process, is noticed within a quarter of a second; while it
   * loads, the one before it answers, and of versions that follow each other quickly in a large index not each one is loaded.
   * Shared: do not close it, and do not keep it for more than half a minute.
   * @param units which rows it has: those of messages only, or those of exchanges too
   * @throws IndexError "unknown-version" | "damaged"
   */
  searcher(
    collection: CollectionId,
    address?: string | number,
    units?: "messages" | "all",
  ): Promise<Searcher | undefined>;
  /** Closes the index in this process: its collection no longer exists, or another process is erasing it. */
  forget(collection: CollectionId): Promise<void>;
  /** Closes the index and removes it with all versions. */
  drop(collection: CollectionId): Promise<void>;
}

/** A searcher of a replaced or older version is closed when everyone who still used it has an answer. */
const LINGER_MS = 30_000;

export interface OpenIndexesOptions {
  readonly place: IndexPlace;
  /** The owner of a collection, its model, and the dimensions of its vectors (null before there are any); undefined where there is no collection. */
  readonly find: (collection: CollectionId) => Promise<OwnedCollection | undefined>;
  /** The store of an organization, from which erasures are read and in which damage is recorded. */
  readonly storeOf: (organization: OrganizationId) => Store;
  /** The dimensions for a collection without vectors: those of its model, or of the default. */
  readonly dim: (model: string | undefined) => Promise<number>;
  /** As `FollowedIndexOptions.idleMs`. */
  readonly idleMs?: number | undefined;
  readonly onWarning: (message: string) => void;
}

export interface EveryIndexOptions
  extends Pick<OpenIndexesOptions, "place" | "find" | "dim" | "idleMs" | "onWarning"> {
  /** The rows of the organization that has the collection; undefined where there is no such collection. */
  readonly storeFor: (collection: CollectionId) => Promise<Store | undefined>;
}

/** Indexes of all organizations; `openIndexes` checks owners. */
export const openEveryIndex = ({
  place,
  find,
  storeFor,
  dim,
  idleMs,
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
    return place.open(collection, row.dim ?? (await dim(row.model ?? undefined)));
  });

  const sourceOf = (collection: CollectionId): IndexSource => ({
    index: () => opened.open(collection),
    erasures: async () => (await marks(collection))?.erasures,
    hidden: async () => {
      const store = await storeFor(collection);
      return store ? hiddenRows(store.rows, collection) : { chunks: [], conversations: [] };
    },
  });

  const follow = (collection: CollectionId): FollowedIndex => {
    const known = followed.get(collection);
    if (known) return known;
    const source = sourceOf(collection);
    const following = followIndex({
      source,
      idleMs,
      letGo: (searcher) => lingering.letGo(collection, searcher),
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
    const named = await openSearcher(sourceOf(collection), address).catch((error: unknown) => {
      if (!isDamage(error)) throw error;
      throw corrupt(`Version ${address} of this collection is damaged and cannot be searched.`, {
        code: "version-damaged",
        hint: "Search the newest version: that one is checked, and rebuilt where it is damaged.",
        cause: error,
      });
    });
    if (named === undefined) return undefined;
    // Each page of an answer names its version: what is remembered of a searcher helps only if all get the same one.
    const known = followed.get(collection)?.find(named) ?? lingering.find(collection, named);
    if (known === undefined) lingering.letGo(collection, named);
    else named.searcher.close();
    return known ?? named.searcher;
  };

  return {
    open: opened.open,
    async searcher(collection, address, units = "messages") {
      const all = await (address === undefined
        ? newest(collection)
        : addressed(collection, address));
      return all && units === "messages" ? messagesOnly(all) : all;
    },
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
