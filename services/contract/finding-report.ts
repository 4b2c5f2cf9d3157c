// The report of what cleaning found, as CSV.
import type { Finding } from "./cleaning.ts";
import { csvTable } from "./figure-csv.ts";

export const findingHeadings = [
  "kind",
  "action",
  "places",
  "values",
  "author",
  "time",
  "conversation",
  "link",
] as const;

/** The app's address of the message. */
export const linkOf = ({ conversation, message }: Finding): string =>
  `/conversation/${conversation}?at=${message}`;

/** Lines without headings. Values are masked. */
export const findingLines = (findings: readonly Finding[]): string =>
  findings.length === 0
    ? ""
    : csvTable(
        findings.map((one) => [
          one.kind,
          one.action,
          String(one.places),
          one.shown.join(" "),
          one.author,
          one.at === null ? "" : new Date(one.at).toISOString(),
          one.title ?? "",
          linkOf(one),
        ]),
      );
