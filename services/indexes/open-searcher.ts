// Opens a searcher without the rows that are being erased, on an index that has seen every purge so far.
import { IndexError, type IndexStore, type Searcher } from "#index-store/index-store.ts";
import { type Hidden, withoutRows } from "./visible-searcher.ts";

/** Data about a collection that are needed whenever one of its searchers is opened or used. */
export interface IndexSource {
  index(): Promise<IndexStore>;
  /**
   * Number of steps of erasures: it grows when one is requested, and when the index has been purged. Undefined where the
   * collection no longer exists.
   */
  erasures(): Promise<number | undefined>;
  /** What is being erased, which no answer may contain. */
  hidden(): Promise<Hidden>;
}

export interface OpenedSearcher {
  readonly searcher: Searcher;
  /** Whether the version has rows that are hidden. */
  readonly hides: boolean;
  /** The number of steps of erasures that it takes into account. */
  readonly erasures: number;
}

/** Whether both have the same rows of the same version, so that either may answer in place of the other. */
export const isSame = (one: OpenedSearcher, other: OpenedSearcher): boolean =>
  !one.hides &&
  !other.hides &&
  one.searcher.version.id === other.searcher.version.id &&
  one.searcher.degraded?.reason === other.searcher.degraded?.reason;

export const isDamage = (error: unknown): error is IndexError =>
  error instanceof IndexError && error.code === "damaged";

const WHOLE_ID = /^[0-9a-f]{40}$/;

/** A whole id still finds a version for a while after an erasure has rewritten it. @throws IndexError "unknown-version" */
const checkStillThere = async (index: IndexStore, address?: string | number): Promise<void> => {
  if (typeof address !== "string" || !WHOLE_ID.test(address)) return;
  if ((await index.versions()).some(({ id }) => id === address)) return;
  throw new IndexError("unknown-version", `There is no version "${address}" any more.`);
};

/**
 * The newest version, or the one addressed; undefined where the collection no longer exists. The steps of erasures are read before and
 * after, so that a searcher never takes fewer of them into account than its number says.
 * @throws IndexError "unknown-version", "damaged" where no version can be opened
 */
export const openSearcher = async (
  source: IndexSource,
  address?: string | number,
): Promise<OpenedSearcher | undefined> => {
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
