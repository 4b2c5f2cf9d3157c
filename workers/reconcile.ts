// Reconcile: at start and hourly, the database's view of each index is repaired from its manifest, and lost jobs are queued again.
import { setTimeout as pause } from "node:timers/promises";
import { IndexError, type IndexStore } from "#index-store/index-store.ts";
import { workerScope } from "#services/domain/scope.ts";
import type { Instance, Parlance } from "#services/parlance.ts";
import {
  abandonStale,
  blobPrefix,
  type CollectionRow,
  endUnconfirmed,
  enqueueMissing,
  eraseUnfilled,
  everyCollection,
  findCollection,
  healthOf,
  listOrganizations,
  noteFileDeleted,
  requestRepair,
} from "#services/store/store.ts";
import { repairAnalyses, repairView } from "#services/workflow/workflow.ts";
import { LeasedLocks } from "./leased-locks.ts";
import { deleteRefusedFiles } from "./refused-files.ts";
import { dropOldVersions } from "./retention.ts";

const HOUR_MS = 3_600_000;
const SWEEP_MS = 10 * 60_000;
/** How often a server that starts looks whether another one still has its round. */
const LOOK_AGAIN_MS = 1000;
const TIDY_AFTER_MS = 300_000;
const DAY_MS = 24 * HOUR_MS;

/** Numbers of the versions with a kept analysis; empty where the list cannot be read. */
const savedAnalysesOf = async (index: IndexStore): Promise<ReadonlySet<number>> => {
  try {
    return new Set((await index.attachments("analysis")).map(({ version }) => version));
  } catch (error) {
    if (error instanceof IndexError && error.code === "damaged") return new Set();
    throw error;
  }
};

const manifestOf = async (parlance: Parlance, collection: CollectionRow) => {
  // Nothing was ever embedded for it, so it has no index; opening one would create it.
  if (collection.dim === null)
    return { version: null, rows: 0, batches: new Set<string>(), savedAnalyses: new Set<number>() };
  const index = await parlance.indexes.open(collection.id);
  const [newest] = await index.versions({ limit: 1 });
  return {
    version: newest?.number ?? null,
    rows: newest?.rows ?? 0,
    batches: await index.batches(),
    savedAnalyses: await savedAnalysesOf(index),
  };
};

/** The audit log says so, as it does where a person deletes one. @returns whether it is being erased */
const eraseWhereUnfilled = async (
  instance: Instance,
  { store }: Parlance,
  collection: CollectionRow,
): Promise<boolean> => {
  if (collection.fill_by === null) return false;
  const accounts = await instance.accounts();
  const isOn = await accounts.isOn();
  const { audit } = accounts.parts;
  return eraseUnfilled(store, collection, async (rows) => {
    if (isOn)
      await audit.write(rows, store.now(), {
        actor: { name: "Parlance", id: null },
        action: "collection.delete",
        target: collection.id,
        details: { why: "It was made for files, and none came into it within a day." },
      });
  });
};

const reconcileOne = async (
  instance: Instance,
  parlance: Parlance,
  collection: CollectionRow,
): Promise<void> => {
  const { store, blobs } = parlance;
  if (collection.state === "erasing") {
    await store.transaction((rows) =>
      enqueueMissing(store, rows, {
        name: "erase.requested",
        payload: { collection: collection.id, origin: null },
        key: collection.id,
      }),
    );
    return;
  }
  if (await eraseWhereUnfilled(instance, parlance, collection)) return;
  await deleteRefusedFiles(parlance, collection.id);
  const repaired = await repairView(store, collection.id, async () => {
    const now = await findCollection(store.rows, collection.id);
    return now && manifestOf(parlance, now);
  });
  if (!repaired) return;
  for (const key of repaired.free) await blobs.remove(key);
  await repairAnalyses(store, collection.id, repaired.manifest);
};

export interface Reconciled {
  /** Collections whose index could not be read, and why: these are left unchanged, and the others are done. */
  readonly failed: readonly { readonly collection: string; readonly error: unknown }[];
}

/** Does something with each collection, an organization after the other, within its own scope. */
const eachCollection = async (
  instance: Instance,
  work: (parlance: Parlance, collection: CollectionRow) => Promise<void>,
): Promise<Reconciled> => {
  const failed: { collection: string; error: unknown }[] = [];
  for (const organization of await listOrganizations(instance.database)) {
    const parlance = instance.within(workerScope(organization));
    for (const collection of await everyCollection(parlance.store.rows))
      try {
        await work(parlance, collection);
      } catch (error) {
        failed.push({ collection: collection.id, error });
      }
  }
  return { failed };
};

/** Deletes the files of imports that nobody has confirmed in time. */
const dropUnconfirmed = async ({ store, blobs }: Parlance): Promise<void> => {
  for (const id of await endUnconfirmed(store)) {
    await blobs.removeAll(blobPrefix(id));
    await noteFileDeleted(store, id);
  }
};

/** Safe to run at any time, beside working stages, and as often as wanted. */
export const reconcile = async (instance: Instance): Promise<Reconciled> => {
  const reconciled = await eachCollection(instance, (...of) => reconcileOne(instance, ...of));
  for (const organization of await listOrganizations(instance.database)) {
    const parlance = instance.within(workerScope(organization));
    await abandonStale(parlance.store);
    await dropUnconfirmed(parlance);
  }
  await instance.blobs.sweep(DAY_MS);
  instance.bus.wake();
  return reconciled;
};

/**
 * Every file of each collection's newest version is checked, in the background, and built again where it is damaged. Not where a
 * repair was given up.
 */
export const requestChecks = async (instance: Instance): Promise<Reconciled> => {
  const requested = await eachCollection(instance, async ({ store }, collection) => {
    const { id, state, version } = collection;
    // Damage may be known of an index whose first version is not noted in the rows.
    if (state === "active" && (version !== null || healthOf(collection).state !== "ok"))
      await store.transaction((rows) => requestRepair(store, rows, id));
  });
  instance.bus.wake();
  return requested;
};

/** Removes old versions, and the files that killed commits and merges left in each index. May run beside working stages. */
export const collectGarbage = (instance: Instance): Promise<Reconciled> =>
  eachCollection(instance, async (parlance, { id, state, version }) => {
    if (state !== "active" || version === null) return;
    await dropOldVersions(parlance, id);
    await (await parlance.indexes.open(id)).collectGarbage();
  });

/**
 * Runs once now, then every hour until stopped. The first round is awaited, so that no stage starts before it; where another server
 * has one at this moment, the stages start, and this server's own round follows.
 */
export const startReconciling = async (
  instance: Instance,
  onError: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> => {
  const locks = new LeasedLocks(instance.leases);
  const stopping = new AbortController();
  /** By one server at a time. @returns false where another one is at it */
  const attempt = async (work: (of: Instance) => Promise<Reconciled>): Promise<boolean> => {
    try {
      const done = await locks.tryHold("maintenance", () => work(instance));
      for (const { error } of done?.result.failed ?? []) onError(error);
      return done !== undefined;
    } catch (error) {
      onError(error);
      return true;
    }
  };
  /** The other server may have passed, before this one started, what this one has to repair; or it removes files and repairs nothing. */
  const firstRound = async () => {
    while (!stopping.signal.aborted && !(await attempt(reconcile)))
      await pause(LOOK_AGAIN_MS, undefined, { ref: false });
    await attempt(requestChecks);
  };
  const isFirst = await attempt(reconcile);
  let running = isFirst ? attempt(requestChecks).then(() => undefined) : firstRound();
  if (isFirst) await running;
  const tidy = () => {
    running = running.then(async () => {
      await attempt(collectGarbage);
    });
  };
  const timer = setInterval(() => {
    running = running.then(async () => {
      await attempt(reconcile);
      await attempt(requestChecks);
    });
    tidy();
  }, HOUR_MS).unref();
  // On every server, since each has copies of its own: what was erased elsewhere is not to stay in them.
  const sweeping = setInterval(() => {
    instance.blobs.sweep(DAY_MS).catch(onError);
  }, SWEEP_MS).unref();
  // Some minutes after the start, so that the start itself is quick.
  const soon = setTimeout(tidy, TIDY_AFTER_MS).unref();
  return {
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      clearInterval(sweeping);
      clearTimeout(soon);
      await running;
    },
  };
};
