// `parlance inspect`: says what is in files and what cannot be read, and imports nothing.
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import * as prompts from "@clack/prompts";
import { defineCommand } from "citty";
import { columnsOfText, seenTable } from "#services/contract/columns.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { type InspectedProblem, type Inspection, inspect } from "#services/inspect/inspect.ts";
import { count, json, line, paint, printable, printFailure, when } from "../client/output.ts";
import { packFolder } from "../folder.ts";
import { type Given, look } from "../given-files.ts";
import { tableLines } from "../seen-table.ts";

const MOST_PROBLEMS = 8;

/** A folder is read as the archive that `parlance import` would send of it. */
const packed = async ({ path, isFolder }: Given, folder: string): Promise<string> => {
  if (!isFolder) return path;
  const archive = join(folder, `${basename(resolve(path))}.tar`);
  await pipeline(packFolder(path), createWriteStream(archive));
  return archive;
};

const inspectOne = async (
  given: Given,
  {
    zone,
    columns,
    quiet,
  }: {
    readonly zone: string | undefined;
    readonly columns: string | undefined;
    readonly quiet: boolean;
  },
): Promise<Inspection> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-inspect-"));
  const path = await packed(given, folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const bar =
    quiet || !process.stderr.isTTY
      ? undefined
      : prompts.progress({ max: 1000, output: process.stderr });
  bar?.start(basename(path));
  let shown = 0;
  try {
    return await inspect(
      { path, filename: basename(path) },
      {
        ...(zone === undefined ? {} : { zone }),
        ...(columns === undefined ? {} : { columns: { chosen: columnsOfText(columns) } }),
        onProgress: (bytes, total) => {
          const now = Math.round((1000 * bytes) / Math.max(1, total));
          bar?.advance(now - shown);
          shown = now;
        },
      },
    );
  } finally {
    bar?.stop(basename(path));
    await rm(folder, { recursive: true, force: true });
  }
};

const named = (number: number, one: string, many: string): string =>
  `${count(number)} ${number === 1 ? one : many}`;

const othersOf = ({ others }: Inspection): string[] => [
  ...(others.notices > 0 ? [named(others.notices, "notice", "notices")] : []),
  ...(others.tool > 0 ? [named(others.tool, "tool message", "tool messages")] : []),
  ...(others.thinking > 0 ? [`${count(others.thinking)} of reasoning`] : []),
  ...(others.offMainPath > 0 ? [`${count(others.offMainPath)} in branches or deleted`] : []),
];

const timesOf = ({ from, to, withoutTime, assumedZone }: Inspection, zone: string): string => {
  const span = from === null ? "none has a time" : `${when(from)} to ${when(to)} UTC`;
  return [
    span,
    ...(assumedZone > 0 ? [`the file names no zone: read as ${zone}`] : []),
    ...(from !== null && withoutTime > 0 ? [`${count(withoutTime)} without a time`] : []),
  ].join("; ");
};

const languageNames = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

/** Shares below this are mostly names and typing errors that look like another language. */
const LEAST_SHARE = 0.01;

const languagesOf = ({ languages }: Inspection): string => {
  const shown = languages.filter(({ share }) => share >= LEAST_SHARE).slice(0, 5);
  if (shown.length === 0) return "too little text to tell";
  const shares = shown.map(
    ({ code, share }) => `${languageNames.of(code) ?? code} ${Math.round(share * 100)} %`,
  );
  return `${shares.join(", ")} of what is long enough to tell`;
};

const authorsOf = ({ authors }: Inspection): string => {
  const first = authors.first.map(
    ({ name, messages }) => `${printable(name)} (${count(messages)})`,
  );
  const more = authors.count - first.length;
  return `${count(authors.count)}: ${first.join(", ")}${more > 0 ? ` and ${count(more)} more` : ""}`;
};

const printProblems = (problems: readonly InspectedProblem[]): void => {
  if (problems.length === 0) {
    line(`  ${paint("green", "Everything in it can be read.")}`);
    return;
  }
  line(`  ${paint("yellow", "Left out, or not as it should be:")}`);
  for (const { reason, count: times, places } of problems.slice(0, MOST_PROBLEMS)) {
    const where = places.map(printable).join("; ");
    line(`    ${count(times)} × ${printable(reason)}`);
    line(`      ${paint("dim", `${where}${times > places.length ? " …" : ""}`)}`);
  }
  const more = problems.length - MOST_PROBLEMS;
  if (more > 0)
    line(`    and ${named(more, "further kind", "further kinds")} of problem (--json has all)`);
};

const print = (one: Inspection, zone: string): void => {
  const row = (name: string, text: string) => line(`  ${name.padEnd(14)}${text}`);
  const others = othersOf(one);
  line(`${printable(one.filename)}  ${paint("dim", `${count(one.bytes)} bytes`)}`);
  row("Format", one.formats.map(printable).join(", "));
  row(
    "Conversations",
    `${count(one.conversations)}${one.branched > 0 ? `, ${count(one.branched)} with branches` : ""}`,
  );
  row(
    "Messages",
    `${count(one.messages)}${others.length > 0 ? `; beside them ${others.join(", ")}` : ""}`,
  );
  if (one.messages > 0) {
    row("Authors", authorsOf(one));
    row("Time", timesOf(one, zone));
    row("Languages", languagesOf(one));
  }
  if (one.models.length > 0) row("Models", one.models.map(printable).join(", "));
  if (one.attachments > 0)
    row(
      "Files",
      `${named(one.attachments, "attachment", "attachments")} by name; their bytes are not read`,
    );
  for (const seen of one.tables) for (const text of tableLines(seen)) line(`  ${text}`);
  printProblems(one.problems);
};

/** Of a table that was refused: what it looks like, and what its columns would be taken for. */
const printTables = ({ data }: ParlanceError): void => {
  const tables = seenTable.array().safeParse(data?.["tables"]);
  for (const seen of tables.data ?? []) for (const text of tableLines(seen)) line(text);
};

export const inspectCommand = defineCommand({
  meta: {
    name: "inspect",
    description: "Say what is in chat exports and what cannot be read; imports nothing",
  },
  args: {
    files: {
      type: "positional",
      required: true,
      description: "Files or folders: exports, archives, logs",
    },
    zone: {
      type: "string",
      description: "Time zone of logs that name none, for example Europe/Berlin (default: UTC)",
    },
    columns: {
      type: "string",
      description: "What the columns of a table hold, as for “parlance import”",
    },
    json: { type: "boolean", description: "Print everything that was found as JSON" },
  },
  async run({ args }) {
    const found: Inspection[] = [];
    for (const given of await Promise.all(args._.map(look))) {
      try {
        found.push(
          await inspectOne(given, {
            zone: args.zone,
            columns: args.columns,
            quiet: args.json === true,
          }),
        );
      } catch (error) {
        // A file that cannot be read does not stop the others.
        if (!(error instanceof ParlanceError) || error.kind !== "rejected") throw error;
        printFailure(error, args.json === true);
        if (!args.json) printTables(error);
        process.exitCode = 1;
      }
    }
    if (args.json) json(found);
    else for (const one of found) print(one, args.zone ?? "UTC");
  },
});
