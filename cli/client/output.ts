// The output of the command line: plain text for people, JSON for programs, colours only on a terminal.
import { styleText } from "node:util";
import { ParlanceError } from "#services/domain/errors.ts";

type Style = Parameters<typeof styleText>[0];

/** Colours where the terminal has them (Node respects NO_COLOR and pipes). */
export const paint = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });

// Control characters in a message could control the terminal, so they are shown as replacement marks.
const controls = /(?![\n\t])\p{Cc}/gu;
export const printable = (text: string): string => text.replaceAll(controls, "\ufffd");

export const line = (text = ""): void => {
  process.stdout.write(`${text}\n`);
};

export const json = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n`);
};

/** Rows below headings, with columns as wide as their content. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): void => {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const format = (row: readonly string[]) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join("  ");
  line(paint("dim", format(headings)));
  for (const row of rows) line(format(row.map(printable)));
};

export const count = (value: number): string => value.toLocaleString("en");

export const when = (at: number | null): string =>
  at === null ? "–" : new Date(at).toISOString().slice(0, 16).replace("T", " ");

/** What `parlance help exit-codes` prints. */
export const exitCodes: readonly { readonly code: number; readonly means: string }[] = [
  { code: 0, means: "Done." },
  { code: 1, means: "Failed: the message says why." },
  { code: 2, means: "Wrong use: an unknown command or option, a wrong value, a missing argument." },
  { code: 3, means: "Not available now: try again later." },
  { code: 4, means: "Data is damaged: see `parlance doctor`." },
];

/** Codes of rejections of what was typed, before anything was done. */
const misuses: ReadonlySet<string> = new Set([
  "bad-argument",
  "bad-action",
  "bad-request",
  "bad-tag",
  "version-of-several",
]);

/** One of `exitCodes`. */
export const exitCodeOf = (error: unknown): number => {
  if (!(error instanceof ParlanceError)) return 1;
  if (misuses.has(error.code)) return 2;
  return { rejected: 1, unavailable: 3, corrupt: 4 }[error.kind];
};

export const printFailure = (error: unknown, asJson: boolean): void => {
  if (asJson && error instanceof ParlanceError) {
    process.stderr.write(`${JSON.stringify(error)}\n`);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `${styleText("red", "✗", { stream: process.stderr })} ${printable(message)}\n`,
  );
  if (error instanceof ParlanceError && error.hint !== undefined)
    process.stderr.write(`  ${printable(error.hint)}\n`);
  if (
    !(error instanceof ParlanceError) &&
    error instanceof Error &&
    process.env["PARLANCE_LOG"] === "debug"
  )
    process.stderr.write(`${error.stack ?? ""}\n`);
};

/** The finding of `parlance doctor` about one thing. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "note" | "bad";
  /** For people. */
  readonly detail: string;
  /** Stable, kebab-case, for programs: `database-damaged`, `blobs-missing`. Absent where there is no problem. */
  readonly code?: string;
  /** The single things that the finding is about: problems of the database, names of files. */
  readonly items?: readonly string[];
}
