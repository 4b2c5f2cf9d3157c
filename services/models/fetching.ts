// Fetches models from the hub: one process each, with progress, room on the disk asked for, and going on where it stopped.
import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { knownModels } from "#services/domain/known-models.ts";
import { downloadModel, type ModelProgress } from "#services/embed/embed.ts";
import {
  changeModel,
  type Database,
  findModel,
  type Lease,
  type Leases,
  type ModelRow,
} from "#services/store/store.ts";
import { hubFolder, isModelThere, type ModelConfig } from "./locate.ts";

export interface FetchingOptions {
  readonly config: ModelConfig;
  readonly database: Database;
  readonly leases: Leases;
  /** @throws ParlanceError unavailable where so many bytes do not fit on the disk */
  readonly room: (bytes: number) => Promise<void>;
  /** Called when its files are there. */
  readonly ready: (id: string) => Promise<void>;
  readonly fail: (id: string, error: unknown) => Promise<void>;
}

/** Each machine has files of its own: the lease is for processes that share them. */
const machineOf = ({ home }: Pick<ModelConfig, "home">): string =>
  createHash("sha256")
    .update(`${hostname()} ${resolve(home)}`)
    .digest("hex")
    .slice(0, 16);

const RENEW_MS = 5000;
const TELL_MS = 500;

/** Beside the model's files, which go before it: see `readModelFiles`. What somebody has written there stays. */
const suggestPrefixes = async (name: string, folder: string): Promise<void> => {
  const prefixes = knownModels.find(({ id }) => id === name)?.prefixes;
  if (prefixes === undefined) return;
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify({ prefixes })}\n`;
  await writeFile(join(folder, "parlance.json"), text, { flag: "wx" }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
};

export const openFetching = (options: FetchingOptions) => {
  const { config, database, leases, room, ready, fail } = options;
  const machine = machineOf(config);
  /** Stops fetching what was removed here. */
  const fetching = new Map<string, AbortController>();
  const ending = new Set<Promise<void>>();
  let isClosed = false;

  /** Tells how far it is, at most twice a second, and asks for room as soon as the size is known. */
  const progressOf = (id: string, stop: AbortController) => {
    let latest: ModelProgress | undefined;
    let told: ModelProgress | undefined;
    let asked = false;
    let failed: unknown;
    const write = () => {
      if (latest === undefined || latest === told) return;
      told = latest;
      const { done, total } = latest;
      changeModel(database, id, { done_bytes: done, total_bytes: total }).catch(() => undefined);
    };
    // By the clock, not by what comes: from a hub that has stopped sending, the last bytes are told too.
    const telling = setInterval(write, TELL_MS);
    return {
      get failed() {
        return failed;
      },
      tell: (progress: ModelProgress): void => {
        latest = progress;
        const { done, total } = progress;
        if (!asked) {
          asked = true;
          write();
          room(total - done).catch((error: unknown) => {
            failed = error;
            stop.abort();
          });
        }
      },
      /** Tells the last of it. */
      end: (): void => {
        clearInterval(telling);
        write();
      },
    };
  };

  const fetchIt = async (row: ModelRow, lease: Lease): Promise<void> => {
    const { id, place } = row;
    const stop = new AbortController();
    fetching.set(id, stop);
    const progress = progressOf(id, stop);
    const renewing = setInterval(() => {
      leases.renew(lease).then(
        async (isOurs) => {
          if (!isOurs || (await findModel(database, id)) === undefined) stop.abort();
        },
        () => undefined,
      );
    }, RENEW_MS);
    try {
      const path = hubFolder(config, place);
      // It may have become whole just before its process was killed.
      if (!(await isModelThere(path))) {
        await suggestPrefixes(place, path);
        await downloadModel({
          name: place,
          hub: config.modelHub,
          path,
          onProgress: progress.tell,
          signal: stop.signal,
        });
      }
      progress.end();
      await ready(id).catch(async (error: unknown) => {
        // Another try is to fetch it anew.
        await rm(path, { recursive: true, force: true });
        throw error;
      });
    } catch (error) {
      if (!isClosed) await fail(id, progress.failed ?? error);
    } finally {
      progress.end();
      clearInterval(renewing);
      fetching.delete(id);
      await leases.release(lease).catch(() => leases.releaseLater(lease));
    }
  };

  /** Does nothing where another process of this machine fetches it. */
  const fetchOne = async (row: ModelRow): Promise<void> => {
    // Here it is, and what it is was told: another machine fetches it.
    if (row.facts !== null && (await isModelThere(hubFolder(config, row.place)))) return;
    const lease = isClosed ? undefined : await leases.take(`model ${row.id} ${machine}`);
    if (lease === undefined) return;
    const end = fetchIt(row, lease);
    ending.add(end);
    await end.finally(() => ending.delete(end));
  };

  return {
    one: fetchOne,
    /** It was removed. */
    stop: (id: string): void => fetching.get(id)?.abort(),
    /** Stops all; the next process goes on with them. */
    async close(): Promise<void> {
      isClosed = true;
      for (const stop of fetching.values()) stop.abort();
      await Promise.allSettled(ending);
    },
  };
};
