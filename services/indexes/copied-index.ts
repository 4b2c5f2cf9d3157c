// An index as a machine has it that reads a copy of its own: it follows the writers' index, and passes on what is to be written.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type FollowOptions,
  followIndex,
  IndexError,
  type IndexFollower,
  type IndexStore,
  openFarObjects,
} from "#index-store/index-store.ts";

export interface CopiedIndexOptions extends FollowOptions {
  /** The writers' index: a folder that this machine can reach. It need not be there yet. */
  readonly writers: string;
  /** Opens the writers' index itself, for the first thing that is to be written. */
  readonly openWriters: () => Promise<IndexStore>;
}

/** Two threads of this process may take over the same at once: the one that comes second looks again. */
const TRIES = 3;

/**
 * Opens the copy. Whatever tells of the newest version, and every searcher, takes over first what the writers have done since, and
 * fails where they cannot be reached: what they may have erased must not be answered from. Whoever keeps a searcher goes on with it
 * meanwhile.
 */
export const openCopiedIndex = async (options: CopiedIndexOptions): Promise<IndexStore> => {
  const { writers, openWriters, ...common } = options;
  const objects = openFarObjects(writers);
  const far = { remote: pathToFileURL(writers).href, objects };
  const copy: IndexFollower = await followIndex({ ...common, far });
  // Reads where the writers' refs stand, which takes a fraction of a fetch.
  const watched = await followIndex({ ...common, path: writers });
  let writing: Promise<IndexStore> | undefined;

  const follow = async (): Promise<void> => {
    if ((await stat(join(writers, "HEAD")).catch(() => undefined)) === undefined) {
      // Before the first version there is nothing to be fetched from.
      if ((await copy.head()) === null) return;
      throw new IndexError("unavailable", `The writers' index ${writers} cannot be reached.`);
    }
    for (let tries = 1; ; tries++)
      try {
        await copy.follow();
        return;
      } catch (error) {
        if (tries === TRIES) throw error;
      }
  };

  /** Takes over a version that is not the same as here. */
  const renew = async (): Promise<void> => {
    if ((await watched.head())?.id !== (await copy.head())?.id) await follow();
  };

  const write = async <T>(work: (index: IndexStore) => Promise<T>): Promise<T> => {
    writing ??= openWriters();
    writing.catch(() => {
      writing = undefined;
    });
    const result = await work(await writing);
    await follow();
    return result;
  };

  /** Attachments come and go without a new version. */
  const attached: IndexStore["attached"] = async (...wanted) => {
    await follow();
    return copy.attached(...wanted);
  };

  return {
    ...copy,
    head: async () => {
      await renew();
      return copy.head();
    },
    versions: async (page) => {
      await renew();
      return copy.versions(page);
    },
    searcher: async (address) => {
      await renew();
      return copy.searcher(address);
    },
    attached,
    attachments: async (name) => {
      await follow();
      return copy.attachments(name);
    },
    commit: (...how) => write((index) => index.commit(...how)),
    planMerge: (...how) => write((index) => index.planMerge(...how)),
    merge: (...how) => write((index) => index.merge(...how)),
    tag: (...how) => write((index) => index.tag(...how)),
    untag: (...how) => write((index) => index.untag(...how)),
    rollBack: (...how) => write((index) => index.rollBack(...how)),
    startAnew: (...how) => write((index) => index.startAnew(...how)),
    rebuildSegment: (...how) => write((index) => index.rebuildSegment(...how)),
    purge: (...how) => write((index) => index.purge(...how)),
    attach: (...how) => write((index) => index.attach(...how)),
    detach: (...how) => write((index) => index.detach(...how)),
    eraseAttachments: () => write((index) => index.eraseAttachments()),
    dropVersions: (...how) => write((index) => index.dropVersions(...how)),
    collectGarbage: () => write((index) => index.collectGarbage()),
    restoreElsewhere: () => write((index) => index.restoreElsewhere()),
    close: async () => {
      await (await writing?.catch((): undefined => undefined))?.close();
      await watched.close();
      await copy.close();
    },
  };
};
