// Counts searches for their organization: in memory first, and into the database every few seconds.
import type { OrganizationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  addSearches,
  type CountedSearches,
  type Store,
  searchTimes,
} from "#services/store/store.ts";

const FLUSH_MS = 10_000;
/** Whether texts are wanted is asked again after so long. */
const WANTED_MS = 5000;
const DAY_MS = 86_400_000;
const MOST_TEXTS = 2000;
const LONGEST_TEXT = 200;
const PLACES = 11;

interface Counting {
  readonly store: Store;
  readonly counts: Map<string, Growing>;
  readonly texts: Map<string, { day: number; text: string; searches: number; empty: number }>;
}

type Growing = { -readonly [K in keyof CountedSearches]: CountedSearches[K] } & {
  times: number[];
  opened: number[];
};

export interface SearchCounts {
  search(
    parlance: Parlance,
    done: {
      readonly mode: string;
      readonly query: string;
      readonly isEmpty: boolean;
      readonly ms: number;
    },
  ): void;
  /** @param place 1 for the first hit */
  opened(parlance: Parlance, mode: string, place: number): void;
  flush(): Promise<void>;
}

export interface SearchCountOptions {
  /** Whether an organization wants to know what is searched for. */
  readonly keepsTexts: (organization: OrganizationId) => Promise<boolean>;
  readonly onError: (error: unknown, requestId: string) => void;
}

/** Whoever looks at the app as somebody else searches for nothing of their own. */
const isCounted = ({ caller }: Scope): boolean =>
  caller.kind !== "look" && (caller.kind !== "user" || !caller.uncounted);

const placeOfTime = (ms: number): number => {
  const at = searchTimes.findIndex((most) => ms <= most);
  return at < 0 ? searchTimes.length : at;
};

/** Between two flushes a crash loses what was counted. */
export const openSearchCounts = ({ keepsTexts, onError }: SearchCountOptions): SearchCounts => {
  let waiting = new Map<OrganizationId, Counting>();
  let timer: NodeJS.Timeout | undefined;
  const wanted = new Map<
    OrganizationId,
    { readonly at: number; readonly keeps: Promise<boolean> }
  >();
  const isWanted = (organization: OrganizationId): Promise<boolean> => {
    const at = performance.now();
    const known = wanted.get(organization);
    if (known !== undefined && at - known.at < WANTED_MS) return known.keeps;
    const keeps = keepsTexts(organization);
    wanted.set(organization, { at, keeps });
    return keeps;
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const all = waiting;
    waiting = new Map();
    for (const { store, counts, texts } of all.values())
      await store
        .transaction((rows) => addSearches(rows, [...counts.values()], [...texts.values()]))
        .catch((error: unknown) => onError(error, ""));
  };
  const countingOf = ({ store, scope }: Parlance): Counting => {
    const known = waiting.get(scope.organization);
    if (known !== undefined) return known;
    const fresh: Counting = { store, counts: new Map(), texts: new Map() };
    waiting.set(scope.organization, fresh);
    timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    return fresh;
  };
  const growing = (parlance: Parlance, mode: string): Growing => {
    const { counts } = countingOf(parlance);
    const day = Math.floor(parlance.now() / DAY_MS);
    const name = `${day} ${mode}`;
    const known = counts.get(name);
    if (known !== undefined) return known;
    const fresh: Growing = {
      day,
      mode,
      searches: 0,
      empty: 0,
      times: Array.from({ length: searchTimes.length + 1 }, () => 0),
      opened: Array.from({ length: PLACES }, () => 0),
    };
    counts.set(name, fresh);
    return fresh;
  };
  const noteText = async (
    parlance: Parlance,
    day: number,
    { query, isEmpty }: { readonly query: string; readonly isEmpty: boolean },
  ): Promise<void> => {
    const text = query.normalize("NFC").trim().toLowerCase().slice(0, LONGEST_TEXT);
    if (text === "" || !(await isWanted(parlance.scope.organization))) return;
    const { texts } = countingOf(parlance);
    const name = `${day} ${text}`;
    const known = texts.get(name);
    if (known === undefined && texts.size >= MOST_TEXTS) return;
    texts.set(name, {
      day,
      text,
      searches: (known?.searches ?? 0) + 1,
      empty: (known?.empty ?? 0) + Number(isEmpty),
    });
  };
  return {
    search(parlance, { mode, query, isEmpty, ms }) {
      if (!isCounted(parlance.scope)) return;
      const count = growing(parlance, mode);
      count.searches++;
      if (isEmpty) count.empty++;
      const at = placeOfTime(ms);
      count.times[at] = (count.times[at] ?? 0) + 1;
      // Nobody waits for it.
      noteText(parlance, count.day, { query, isEmpty }).catch((error: unknown) =>
        onError(error, ""),
      );
    },
    opened(parlance, mode, place) {
      if (!isCounted(parlance.scope)) return;
      const { opened } = growing(parlance, mode);
      const at = Math.min(place, PLACES) - 1;
      opened[at] = (opened[at] ?? 0) + 1;
    },
    flush,
  };
};
