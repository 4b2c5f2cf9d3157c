// Prints a report: what an analysis found, as one self-contained HTML page or as Markdown.
import { htmlReport } from "./html.ts";
import { markdownReport } from "./markdown.ts";
import type { ReportParts } from "./report-parts.ts";

export type ReportFormat = "html" | "md";

/** Nothing in it is loaded from elsewhere, and nothing in it runs: texts of messages are escaped in both forms. */
export const printReport = (parts: ReportParts, format: ReportFormat): string =>
  format === "html" ? htmlReport(parts) : markdownReport(parts);
