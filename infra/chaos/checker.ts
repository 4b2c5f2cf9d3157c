// The exact check of chaos: what was attempted and confirmed, against what is stored and what searches reach.

export interface Account {
  /** Every message that was sent, whether or not its upload was accepted. */
  readonly attempted: Iterable<string>;
  /** The messages of accepted uploads. */
  readonly confirmed: Iterable<string>;
  /** The messages that are stored, as often as they are. */
  readonly stored: Iterable<string>;
  /** The messages that the index answers with, as often as it does. */
  readonly searchable: Iterable<string>;
}

export interface Verdict {
  /** Confirmed, but not stored. */
  readonly lost: readonly string[];
  /** Stored, but not to be found by a search. */
  readonly hidden: readonly string[];
  /** Stored or indexed more than once. */
  readonly duplicated: readonly string[];
  /** Stored or indexed, but never sent; or indexed, but not stored. */
  readonly unexpected: readonly string[];
}

const counts = (items: Iterable<string>): Map<string, number> => {
  const found = new Map<string, number>();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
};

const twice = (found: ReadonlyMap<string, number>) =>
  [...found].filter(([, count]) => count > 1).map(([item]) => item);

/** Compares them. A message whose upload was not confirmed may be there or not, but only as a whole and once. */
export const check = ({ attempted, confirmed, stored, searchable }: Account): Verdict => {
  const sent = new Set(attempted);
  const rows = counts(stored);
  const hits = counts(searchable);
  return {
    lost: [...new Set(confirmed)].filter((item) => !rows.has(item)),
    hidden: [...rows.keys()].filter((item) => !hits.has(item)),
    duplicated: [...new Set([...twice(rows), ...twice(hits)])],
    unexpected: [
      ...new Set([
        ...[...rows.keys()].filter((item) => !sent.has(item)),
        ...[...hits.keys()].filter((item) => !sent.has(item) || !rows.has(item)),
      ]),
    ],
  };
};

/** One line: nothing where all is well. */
export const complaints = (verdict: Verdict): string =>
  Object.entries(verdict)
    .filter(([, items]) => items.length > 0)
    .map(([kind, items]) => `${items.length} ${kind} (${items.slice(0, 3).join(", ")} …)`)
    .join(", ");
