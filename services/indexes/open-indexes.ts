// The indexes of this process: each collection's index opened once, followed to new versions, closed when it is dropped.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type IndexStore,
  type OpenOptions,
  openIndexStore,
  type Searcher,
} from "#index-store/index-store.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import type { Clock } from "#services/domain/units.ts";
import { indexSchema } from "./schema.ts";

export interface Indexes {
  /** @throws ParlanceError rejected `unknown-collection` (404) */
  open(collection: CollectionId): Promise<IndexStore>;
  /**
   * A snapshot: of the newest version, or of the one addressed; undefined while there is none. A newer version is noticed within
   * a quarter of a second, by whichever process it was committed; while it loads, the one before it answers, and of versions
   * that follow each other quickly in a large index not each one is loaded. Shared: do not close it, and do not keep it for more
   * than half a minute.
   */
  searcher(collection: CollectionId, address?: string | number): Promise<Searcher | undefined>;
  /** Closes what this process holds open of the index: its collection is being erased by another one. */
  forget(collection: CollectionId): Promise<void>;
  /** Closes the index and removes its folder with all versions. */
  drop(collection: CollectionId): Promise<void>;
}

/** How long an answer may come from a version that another process has just replaced. */
const LOOK_AGAIN_MS = 250;
/** A small version is loaded in this time: the question that noticed it is answered from it. */
const PATIENCE_MS = 100;
/** A replaced snapshot is closed when whoever still asks it has long had an answer. */
const LINGER_MS = 30_000;
/** Up to so many rows every version is loaded; beyond, one that is worth it: a tenth more rows, fewer, or after a while. */
const SMALL_ROWS = 20_000;
const WORTHWHILE_GROWTH = 1.1;
const WORTHWHILE_AFTER_MS = 2000;

interface Held {
  readonly searcher: Searcher;
  readonly openedAt: number;
  lookedAt: number;
  looking: boolean;
}

const isSame = (one: Searcher, other: Searcher): boolean =>
  one.version.id === other.version.id && one.degraded === other.degraded;

const isWorthLoading = (held: Held, rows: number): boolean => {
  const before = held.searcher.rows;
  return (
    rows <= SMALL_ROWS ||
    rows < before ||
    rows >= before * WORTHWHILE_GROWTH ||
    performance.now() - held.openedAt > WORTHWHILE_AFTER_MS
  );
};

export interface OpenIndexesOptions {
  /** Holds a folder for each collection; made where absent. */
  readonly folder: string;
  /** Whose a collection is, and the dimensions of its vectors (null before there are some); undefined where there is none. */
  readonly find: (
    collection: CollectionId,
  ) => Promise<{ readonly organization: OrganizationId; readonly dim: number | null } | undefined>;
  /** The dimensions of a collection that has no vectors yet: those of the model that will make them. */
  readonly dim: () => Promise<number>;
  readonly engine: NonNullable<OpenOptions["engine"]>;
  readonly now: Clock;
  readonly newId: () => string;
  readonly onWarning: (message: string) => void;
}

/** Of all organizations: whose a collection is, is asked by `openIndexes`. */
export const openEveryIndex = ({
  folder,
  find,
  ...options
}: OpenIndexesOptions): Indexes & { close(): Promise<void> } => {
  const opened = new Map<CollectionId, Promise<IndexStore>>();
  const first = new Map<CollectionId, Promise<Searcher | undefined>>();
  const newest = new Map<CollectionId, Held>();
  const lingering = new Set<{ timer: NodeJS.Timeout; searcher: Searcher }>();
  const folderOf = (collection: CollectionId) => join(folder, collection);

  const openOne = async (collection: CollectionId): Promise<IndexStore> => {
    const row = await find(collection);
    if (!row)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    await mkdir(folderOf(collection), { recursive: true, mode: 0o700 });
    return openIndexStore({
      path: join(folderOf(collection), "index.git"),
      dim: row.dim ?? (await options.dim()),
      schema: indexSchema,
      now: options.now,
      newId: options.newId,
      engine: options.engine,
      onWarning: options.onWarning,
    });
  };

  const open = (collection: CollectionId): Promise<IndexStore> => {
    const known = opened.get(collection);
    if (known) return known;
    const opening = openOne(collection);
    opened.set(collection, opening);
    opening.catch(() => opened.delete(collection));
    return opening;
  };

  const letGo = (searcher: Searcher) => {
    const entry = {
      searcher,
      timer: setTimeout(() => {
        lingering.delete(entry);
        searcher.close();
      }, LINGER_MS).unref(),
    };
    lingering.add(entry);
  };

  const hold = (collection: CollectionId, searcher: Searcher) => {
    const openedAt = performance.now();
    newest.set(collection, { searcher, openedAt, lookedAt: openedAt, looking: false });
  };

  /** The first one is waited for, once for all who ask. */
  const openFirst = (collection: CollectionId): Promise<Searcher | undefined> => {
    const known = first.get(collection);
    if (known) return known;
    const opening: Promise<Searcher | undefined> = open(collection)
      .then((index) => index.searcher())
      .then((searcher) => {
        if (searcher.version.number > 0 && first.get(collection) === opening) {
          hold(collection, searcher);
          return searcher;
        }
        searcher.close();
        return undefined;
      });
    first.set(collection, opening);
    const done = () => {
      if (first.get(collection) === opening) first.delete(collection);
    };
    opening.then(done, done);
    return opening;
  };

  /** Puts a newer version in the place of the one held, as soon as it is loaded. */
  const renew = async (collection: CollectionId, held: Held): Promise<void> => {
    const index = await open(collection);
    const head = await index.head();
    // A degraded one is tried again, whatever the head says.
    if (head?.id === held.searcher.version.id && held.searcher.degraded === null) return;
    const [last] = await index.versions({ limit: 1 });
    if (last && !isWorthLoading(held, last.rows)) return;
    const searcher = await index.searcher();
    const replaced = newest.get(collection) === held && !isSame(held.searcher, searcher);
    if (!replaced || searcher.version.number === 0) return searcher.close();
    hold(collection, searcher);
    letGo(held.searcher);
  };

  const look = async (collection: CollectionId, held: Held): Promise<void> => {
    held.looking = true;
    held.lookedAt = performance.now();
    try {
      await renew(collection, held);
    } catch (error) {
      // The one that is held still answers; the next question looks again.
      options.onWarning(error instanceof Error ? error.message : String(error));
    } finally {
      held.looking = false;
      held.lookedAt = performance.now();
    }
  };

  const forget = async (collection: CollectionId) => {
    const opening = first.get(collection);
    first.delete(collection);
    await opening?.catch((): undefined => undefined);
    newest.get(collection)?.searcher.close();
    newest.delete(collection);
    const index = await opened.get(collection)?.catch((): undefined => undefined);
    opened.delete(collection);
    await index?.close();
  };

  return {
    open,
    async searcher(collection, address) {
      if (address !== undefined) {
        const pinned = await (await open(collection)).searcher(address);
        letGo(pinned);
        return pinned;
      }
      const held = newest.get(collection);
      if (!held) return openFirst(collection);
      if (!held.looking && performance.now() - held.lookedAt > LOOK_AGAIN_MS)
        await Promise.race([look(collection, held), pause(PATIENCE_MS)]);
      return newest.get(collection)?.searcher ?? openFirst(collection);
    },
    forget,
    async drop(collection) {
      await forget(collection);
      await rm(folderOf(collection), { recursive: true, force: true });
    },
    async close() {
      for (const { timer, searcher } of lingering) {
        clearTimeout(timer);
        searcher.close();
      }
      lingering.clear();
      for (const collection of [...opened.keys()]) await forget(collection);
    },
  };
};
