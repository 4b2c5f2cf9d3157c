// Opens a snapshot as it may be shown: without the rows that are being erased, of an index that has seen every purge so far.
import { IndexError, type IndexStore, type Searcher } from "#index-store/index-store.ts";
import { withoutRows } from "./visible-searcher.ts";

/** What is asked about a collection whenever one of its snapshots is opened or used. */
export interface IndexSource {
  index(): Promise<IndexStore>;
  /**
   * How many steps erasures have taken: it grows when one is asked for, and when the index has been purged. Undefined where the
   * collection is gone.
   */
  erasures(): Promise<number | undefined>;
  /** Ids of rows that are being erased: no answer may hold them. */
  hidden(): Promise<readonly string[]>;
}

export interface OpenedSnapshot {
  readonly searcher: Searcher;
  /** Whether the version holds rows that are not shown. */
  readonly hides: boolean;
  /** Steps of erasures that it takes into account. */
  readonly erasures: number;
}

/** Whether both show the same rows of the same index's version: then either may answer in place of the other. */
export const isSame = (one: OpenedSnapshot, other: OpenedSnapshot): boolean =>
  !one.hides &&
  !other.hides &&
  one.searcher.version.id === other.searcher.version.id &&
  one.searcher.degraded?.reason === other.searcher.degraded?.reason;

export const isDamage = (error: unknown): error is IndexError =>
  error instanceof IndexError && error.code === "damaged";

const WHOLE_ID = /^[0-9a-f]{40}$/;

/** A whole id finds a version for a while after an erasure has rewritten it. @throws IndexError "unknown-version" */
const checkStillThere = async (index: IndexStore, address?: string | number): Promise<void> => {
  if (typeof address !== "string" || !WHOLE_ID.test(address)) return;
  if ((await index.versions()).some(({ id }) => id === address)) return;
  throw new IndexError("unknown-version", `There is no version "${address}" any more.`);
};

/**
 * The newest version, or the one addressed; undefined where the collection is gone. The steps of erasures are read before and
 * after, so that a snapshot never takes fewer of them into account than it says.
 * @throws IndexError "unknown-version", "damaged" where no version can be opened
 */
export const openSnapshot = async (
  source: IndexSource,
  address?: string | number,
): Promise<OpenedSnapshot | undefined> => {
  for (;;) {
    const erasures = await source.erasures();
    if (erasures === undefined) return undefined;
    const index = await source.index();
    await checkStillThere(index, address);
    const whole = await index.searcher(address);
    try {
      const searcher = withoutRows(whole, await source.hidden());
      if ((await source.erasures()) === erasures)
        return { searcher, hides: searcher !== whole, erasures };
    } catch (error) {
      whole.close();
      throw error;
    }
    whole.close();
  }
};
