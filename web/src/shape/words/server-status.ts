// The answer of /ready → the sentences that the status banner and the status page show.
import type { Readiness, ServerFacts } from "#services/contract/system.ts";

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

/** What whoever does not look after the server is told of a check, in words; details stay as they are. */
const plainDetails: ReadonlyMap<string, string> = new Map([
  ["ok", "works"],
  ["failed", "does not work"],
]);
export const checkDetail = (detail: string): string => plainDetails.get(detail) ?? detail;

/** What vectors are computed on, and why not on what was asked for. */
export const providerText = ({ active, asked, fallback }: Readiness["providers"]): string => {
  const name = active === "cpu" ? "CPU" : active;
  return fallback === null ? name : `${name} (asked for ${asked.join(", ")}: ${fallback})`;
};

const roles: Readonly<Record<ServerFacts["role"], string>> = {
  all: "answers requests and does the jobs",
  api: "answers requests; others do the jobs",
  worker: "does jobs",
};

/** Which server this is and what it works on, as rows of a list. */
export const serverRows = (
  facts: ServerFacts | undefined,
): readonly (readonly [name: string, detail: string])[] =>
  facts === undefined
    ? []
    : [
        ["This server", `${facts.host}, ${roles[facts.role]}`],
        ["Rows are in", facts.database],
        ["Jobs go through", facts.broker],
        ["Requests are counted in", facts.counters],
        ["Files are in", facts.blobs],
        ["Indexes are in", facts.indexes],
      ];

/** One line for each check that failed and each part that does not work in full; none where all works. */
export const statusLines = ({ checks, degraded = [] }: Readiness): readonly StatusLine[] => [
  ...checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => ({
      key: name,
      text: `${checkName(name)}: ${checkDetail(detail)}`,
      collection: undefined,
    })),
  ...degraded.map(({ code, message, collection }) => ({
    key: `${code} ${collection ?? ""} ${message}`,
    text: message,
    collection,
  })),
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
