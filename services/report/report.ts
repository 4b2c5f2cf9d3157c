// The door of reports: what an analysis found, as one self-contained HTML page or as Markdown, to be kept or sent.
import type { Topic } from "#services/contract/analysis.ts";
import type { Figure, Overview } from "#services/contract/figures.ts";
import { htmlReport } from "./html.ts";
import { markdownReport } from "./markdown.ts";

export interface ReportParts {
  readonly collection: {
    readonly name: string;
    readonly description: string;
    readonly zone: string;
  };
  readonly overview: Overview;
  /** Shown ones, parents before children. */
  readonly topics: readonly Topic[];
  readonly figures: readonly Figure[];
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

export type ReportFormat = "html" | "md";

/** Nothing in it is loaded from elsewhere, and nothing in it runs: texts of messages are escaped in both forms. */
export const printReport = (parts: ReportParts, format: ReportFormat): string =>
  format === "html" ? htmlReport(parts) : markdownReport(parts);
