// The answer of /ready → the sentences that the status banner and the status page show.
import type { Readiness } from "#services/contract/system.ts";

export interface StatusLine {
  readonly key: string;
  readonly text: string;
  /** Id of the collection, where only that one is affected. */
  readonly collection: string | undefined;
}

const checkNames: ReadonlyMap<string, string> = new Map<string, string>([
  ["database", "Database"],
  ["disk", "Disk"],
  ["model", "Embedding model"],
  ["jobs", "Job queue"],
  ["broker", "Message broker"],
  ["threads", "API threads"],
]);

/** A check of /ready by its label; a check that is not known keeps its name. */
export const checkName = (name: string): string => checkNames.get(name) ?? name;

/** One line for each check that failed and each part that does not work in full; none where all works. */
export const statusLines = ({ checks, degraded = [] }: Readiness): readonly StatusLine[] => [
  ...checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => ({
      key: name,
      text: `${checkName(name)}: ${detail}`,
      collection: undefined,
    })),
  ...degraded.map(({ code, message, collection }) => ({
    key: `${code} ${collection ?? ""} ${message}`,
    text: message,
    collection,
  })),
];

const roles = {
  all: "answers requests and does jobs",
  api: "answers requests (api)",
  worker: "does jobs (worker)",
} as const;

/** Which server this is, and what it shares with others: labels with what stands beside them. */
export const serverLines = (
  server: NonNullable<Readiness["server"]>,
): readonly (readonly [name: string, detail: string])[] => [
  ["Role", roles[server.role]],
  ["Name among servers", server.host],
  ["Rows", server.database],
  ["Jobs are carried by", server.broker],
  ["Files", server.blobs],
  ["Indexes", server.indexes],
  ...(server.stages.length === 0
    ? []
    : ([["Stages that it runs", server.stages.join(", ")]] as const)),
];

/** The first lines, and how many more there are. */
export const shortened = (
  lines: readonly StatusLine[],
  most: number,
): { readonly shown: readonly StatusLine[]; readonly more: number } =>
  // "1 more" takes as much room as the line itself.
  lines.length <= most + 1
    ? { shown: lines, more: 0 }
    : { shown: lines.slice(0, most), more: lines.length - most };
