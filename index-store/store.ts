// One opened index that is written to: writers take turns, and the housekeeping of its versions.
import { type Attachments, openAttachments } from "./attachments.ts";
import { type Diff, diffStates } from "./diff.ts";
import type { Documents } from "./documents.ts";
import { dropElsewhere, restoreElsewhere } from "./elsewhere.ts";
import { asked, isDamage, stateOf } from "./head.ts";
import type { History, Version } from "./history/history.ts";
import { IdFilters } from "./id-filter.ts";
import { IndexError } from "./index-error.ts";
import { type IndexReader, openReader, type ReaderParts } from "./index-reader.ts";
import { type MergeOptions, type MergePlan, mergeSegments, planMerge } from "./merging.ts";
import { purgeRows } from "./purge.ts";
import { rebuildSegment } from "./rebuild.ts";
import { type Retention, superseded } from "./retention.ts";
import {
  type Change,
  type CommitOptions,
  commitChange,
  joinSchemas,
  rebasing,
  startAnew,
  type Workshop,
} from "./writer.ts";

/** Objects that no version names are kept this long: their writer may be about to name them. */
const GRACE_MS = 60 * 60 * 1000;

export interface IndexStore extends IndexReader, Attachments {
  /**
   * Adds and removes rows in one new version: builds a segment and commits durably. Rebases and retries where another writer was
   * first. Returns null where there was nothing to do. Small segments stay: `merge` rewrites them.
   */
  commit(
    change: { readonly add?: readonly Documents[]; readonly remove?: readonly string[] },
    options: CommitOptions,
  ): Promise<Version | null>;
  /** What `merge` with the same options would rewrite now; null where nothing is worth it. */
  planMerge(options?: Omit<MergeOptions, "signal">): Promise<MergePlan | null>;
  /**
   * Rewrites some segments as one, by the policy, at rest, or all of them, without changing what is live; null where nothing was worth
   * it. Called again, it makes the next merge. Searches go on meanwhile, and other handles commit; erasures of other handles wait for it.
   * @throws the signal's reason; IndexError "damaged"
   */
  merge(options?: MergeOptions): Promise<Version | null>;
  /** Names a version, which is kept from then on. @throws IndexError "unknown-version" | "bad-query" for a name that is taken or not allowed */
  tag(address: string | number, name: string): Promise<Version>;
  /** Removes a name, so that `dropVersions` may drop its version; null where the version does not have it. @throws IndexError "unknown-version" */
  untag(address: string | number, name: string): Promise<Version | null>;
  /** A new version with the content of an older one. */
  rollBack(address: string | number): Promise<Version>;
  /**
   * Writes a segment again in place of a damaged one, as a new version; null where the newest version does not have it (any
   * more). `documents` are its live rows, and may hold deleted ones too, which stay deleted. Where its columns are damaged, they
   * are the rows that should be indexed and that `liveIds` does not name; where there are none, the segment is dropped.
   * Without `documents` it is rebuilt from its own vectors, columns and texts, which is enough where only words are damaged.
   * @throws IndexError "bad-documents" where documents are missing or are no rows of it, "damaged" where its own files are not enough
   */
  rebuildSegment(id: string, documents?: Documents): Promise<Version | null>;
  /**
   * Makes an empty version after the newest one, where no version can be read any more: its rows can be added again to that one.
   * @throws IndexError "conflict" where another writer was first
   */
  startAnew(message: string): Promise<Version>;
  /**
   * Erases rows from every version, old ones included: afterwards neither text, words nor vectors of them are in any file. All
   * attachments go too: they were computed from those rows. Searchers that are still open say so by `isErased`.
   */
  purge(ids: readonly string[]): Promise<void>;
  /** Erases all attachments, so that nothing of them is in any file; versions stay as they are. */
  eraseAttachments(): Promise<void>;
  /**
   * Drops old versions, so that their bytes leave the disk: all but those that the retention keeps, the newest, those with a tag and
   * those with an attachment. Nothing is dropped while another process writes. Returns the bytes freed.
   */
  dropVersions(retention: Retention): Promise<number>;
  /** Removes what no version or attachment names and nobody is about to name; returns bytes freed. */
  collectGarbage(): Promise<number>;
  /**
   * Where another server searches: makes there what it lacks of the newest version's segments, from their files; returns of how many.
   * @throws IndexError "unavailable"
   */
  restoreElsewhere(): Promise<number>;
}

export interface StoreParts extends ReaderParts {
  readonly newId: () => string;
  readonly history: History;
}

/** Puts an index together from a history and engines. */
export const storeOf = (parts: StoreParts): IndexStore => {
  const { history, engines, dim, schema, now, newId } = parts;
  const onWarning = parts.onWarning ?? (() => undefined);
  const { reader, cache, checkOpen, forget, close } = openReader(parts);
  const filters = new IdFilters();
  const shop: Workshop = { history, engines, cache, filters, dim, schema, now, newId, onWarning };
  const attachments = openAttachments(history, now);
  let queue: Promise<unknown> = Promise.resolve();

  /** Writers of one process take turns; those of others are met at the commit. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    checkOpen();
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  const rollBack = async (address: string | number): Promise<Version> => {
    const target = await asked(history.find(address));
    const state = await stateOf(history, target);
    const version = await rebasing(shop, async (head) => {
      joinSchemas(head.state.manifest.schema, state.manifest.schema);
      const { added, removed } = await countChanges(() => diffStates(cache, head.state, state));
      const counts = { ...state.manifest.counts, added, removed };
      return {
        state: { ...state, manifest: { ...state.manifest, counts } },
        message: `Roll back to version ${target.number}`,
      };
    });
    if (version === null) throw new IndexError("unavailable", "The roll-back wrote nothing.");
    return version;
  };

  const purge = async (ids: readonly string[]): Promise<void> => {
    await forget();
    try {
      await asked(purgeRows(shop, ids));
    } finally {
      await forget();
    }
    await dropElsewhere(shop, 0);
  };

  return {
    ...reader,
    commit: (change: Change, options) => inTurn(() => commitChange(shop, change, options)),
    planMerge: (options = {}) => {
      checkOpen();
      return planMerge(shop, options);
    },
    merge: (options = {}) => inTurn(() => mergeSegments(shop, options)),
    tag: (address, name) =>
      inTurn(async () => {
        const version = await asked(history.find(address));
        await asked(history.tag(version, name));
        return version;
      }),
    untag: (address, name) =>
      inTurn(async () => {
        const version = await asked(history.find(address));
        return (await asked(history.untag(version, name))) ? version : null;
      }),
    rollBack: (address) => inTurn(() => rollBack(address)),
    startAnew: (message) => inTurn(() => startAnew(shop, message)),
    rebuildSegment: (id, documents) => inTurn(() => rebuildSegment(shop, id, documents)),
    purge: (ids) => inTurn(() => purge(ids)),
    attach: (...wanted) => inTurn(() => attachments.attach(...wanted)),
    attached: reader.attached,
    detach: (name, options) => inTurn(() => attachments.detach(name, options)),
    eraseAttachments: () => inTurn(() => asked(history.eraseAttachments())),
    dropVersions: (retention) =>
      inTurn(() => asked(history.drop((versions) => superseded(versions, retention, now())))),
    collectGarbage: () =>
      inTurn(async () => {
        const freed = await asked(history.collectGarbage({ now: now(), graceMs: GRACE_MS }));
        await dropElsewhere(shop, GRACE_MS);
        return freed;
      }),
    restoreElsewhere: () => inTurn(() => restoreElsewhere(shop)),
    close: () => close(queue),
  };
};

/** How many rows come and go; where the newer version cannot be read (the reason to roll back) this is not known: 0. */
const countChanges = async (diff: () => Promise<Diff>) => {
  try {
    const { added, removed } = await diff();
    return { added: added.length, removed: removed.length };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { added: 0, removed: 0 };
  }
};
