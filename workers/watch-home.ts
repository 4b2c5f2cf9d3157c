// Looks after a home while it is served: its database checked in full now and then, its blobs compared with the rows that name them.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { compareBlobs, ownerOfBlob } from "#services/blobs/blobs.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { readUploadId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { databaseName } from "#services/home/home.ts";
import type { Instance } from "#services/parlance.ts";
import {
  attachmentKeys,
  checkDatabase,
  damageOf,
  knownFilesOf,
  markOriginal,
} from "#services/store/store.ts";
import { LeasedLocks } from "./leased-locks.ts";

const STORE_MS = 20_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The first look comes when the start is over. */
const FIRST_MS = 20_000;

/** Of the keys without a file those that rows still name. @param of.named keys in rows, but for the files of messages */
const stillNamed = async (
  { database }: Instance,
  {
    missing,
    named,
  }: { readonly missing: readonly string[]; readonly named: ReadonlyMap<string, unknown> },
): Promise<ReadonlySet<string>> => {
  const still = new Set(missing.filter((key) => named.has(key)));
  if (still.size === missing.length) return still;
  const others = new Set(missing);
  for await (const key of attachmentKeys(database)) if (others.has(key)) still.add(key);
  return still;
};

/** Removes blobs that no row has named for a day, and says on uploads, and in the health, whose original is missing. */
export const compareStored = async (instance: Instance): Promise<void> => {
  const { blobs, database, health, now } = instance;
  const read = async () => (await knownFilesOf(database)).blobs;
  const before = now() - DAY_MS;
  const { missing, orphaned } = await compareBlobs(
    blobs,
    async () => {
      const keys = new Set((await read()).keys());
      for await (const key of attachmentKeys(database)) keys.add(key);
      return keys;
    },
    before,
  );
  for (const { key } of orphaned) await blobs.remove(key);
  // Removed since the list was read, with its row: asked once more.
  const named = await read();
  const gone = new Set<string>();
  for (const key of await stillNamed(instance, { missing, named }))
    if ((await blobs.find(key)) === undefined) gone.add(key);
  for (const key of named.keys()) {
    const owned = ownerOfBlob(key);
    const [folder, id = "", ...rest] = owned.key.split("/");
    // The original stands in the upload's folder itself; the files of its messages in one below.
    const upload = folder === "uploads" && rest.length === 1 ? readUploadId(id) : undefined;
    if (upload === undefined) continue;
    const { store } = instance.within(workerScope(owned.organization));
    await markOriginal(store, upload, gone.has(key) ? "missing" : "there");
  }
  health.tell(
    "blobs",
    gone.size === 0
      ? []
      : [
          {
            code: "blobs-missing",
            message: `${gone.size.toLocaleString("en")} stored files are missing; \`parlance doctor\` names them. What was read of them can be searched.`,
          },
        ],
  );
};

/** Asks the store of blobs whether it works, and says in the health where it does not. */
export const checkStore = async ({ blobs, health }: Instance): Promise<void> => {
  const parts = await blobs.check().catch((error: unknown) => {
    if (!(error instanceof ParlanceError)) throw error;
    const hint = error.hint === undefined ? "" : ` ${error.hint}`;
    return [{ code: error.code, message: `${error.message}${hint}` }];
  });
  health.tell("blob store", parts);
};

/** Checks the whole database in a process of low priority, where it is a file of this home: a server looks after its own. */
const checkWhole = async (
  { config, database, health }: Instance,
  signal: AbortSignal,
): Promise<void> => {
  if (database.kind !== "sqlite") return;
  const path = join(config.home, databaseName);
  const check = await checkDatabase({ path, depth: "full", signal });
  if (check.state === "unfinished") return;
  const damage = damageOf(check, path);
  health.tell(
    "database check",
    damage === undefined ? [] : [{ code: damage.code, message: damage.message }],
  );
};

export interface WatchOptions {
  readonly onError: (error: unknown) => void;
  /** Milliseconds to the first look. */
  readonly firstMs?: number;
}

/** The store of blobs every 20 s, what is in it every hour, the database every day, until stopped. */
export const startWatchingHome = (
  instance: Instance,
  { onError, firstMs = FIRST_MS }: WatchOptions,
): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const again = async (everyMs: number, look: () => Promise<void>) => {
    let wait = firstMs;
    for (;;) {
      // Rejects when it is stopped.
      await pause(wait, undefined, { signal, ref: false });
      await look().catch(onError);
      wait = everyMs;
    }
  };
  const locks = new LeasedLocks(instance.leases);
  const running = [
    again(STORE_MS, () => checkStore(instance)),
    // By one server at a time: they look at the same files.
    again(HOUR_MS, async () => {
      await locks.tryHold("comparing stored files", () => compareStored(instance));
    }),
    again(DAY_MS, () => checkWhole(instance, signal)),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
};
