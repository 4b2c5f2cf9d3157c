// Prints a report: what an analysis found, as one self-contained HTML page or as Markdown.
import { htmlReport } from "./html.ts";
import { markdownReport } from "./markdown.ts";
import type { ReportParts } from "./report-parts.ts";

export type ReportFormat = "html" | "md";

/** The result loads nothing and has no scripts: texts of messages are escaped in both formats. */
export const printReport = (parts: ReportParts, format: ReportFormat): string =>
  format === "html" ? htmlReport(parts) : markdownReport(parts);
