// Functions that all benchmarks share: quantiles, Markdown tables, a description of the machine.
import { cpus, totalmem } from "node:os";

/** The q-quantile (0 … 1) by nearest rank. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
  );
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const markdownTable = (
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string =>
  [
    `| ${headings.join(" | ")} |`,
    `|${headings.map((_, at) => (at === 0 ? "---" : "--:")).join("|")}|`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");

export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;

export const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));
