// The answer of /ready → the sentences that the status banner shows.
import type { Readiness } from "#services/contract/system.ts";

export interface StatusLine {
  readonly key: string;
  readonly text: string;
  /** Id of the collection, where only that one is affected. */
  readonly collection: string | undefined;
}

const checkNames: ReadonlyMap<string, string> = new Map<string, string>([
  ["database", "The database"],
  ["model", "The embedding model"],
  ["jobs", "The job queue"],
]);

/** One line for each check that failed and each part that does not work in full; none where all works. */
export const statusLines = ({ checks, degraded = [] }: Readiness): readonly StatusLine[] => [
  ...checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => ({
      key: name,
      text: `${checkNames.get(name) ?? name} does not work: ${detail}`,
      collection: undefined,
    })),
  ...degraded.map(({ code, message, collection }) => ({
    key: `${code} ${collection ?? ""}`,
    text: message,
    collection,
  })),
];
