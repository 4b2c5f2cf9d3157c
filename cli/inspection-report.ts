// What an inspection found in a file, in lines for people.
import type {
  ImportPreview,
  InspectedFormat,
  InspectedProblem,
  Inspection,
} from "#services/contract/inspections.ts";
import { count, line, paint, printable, when } from "./client/output.ts";
import { tableLines } from "./seen-table.ts";

const MOST_PROBLEMS = 8;

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

const tellers: Readonly<Record<InspectedFormat["toldBy"], string>> = {
  structure: "told by its fields",
  layout: "told by how it is laid out",
  guess: "a guess: text with names and colons",
};

const formatOf = ({ name, version, toldBy }: InspectedFormat): string =>
  `${printable(name)} (${version === null ? "" : `${printable(version)}, `}${tellers[toldBy]})`;

const previewOf = ({ conversations, entries }: ImportPreview): [string, string][] => {
  const listed = (counts: readonly (readonly [number, string])[]) =>
    counts.flatMap(([number, what]) => (number > 0 ? [`${count(number)} ${what}`] : [])).join(", ");
  return [
    [
      "Conversations",
      listed([
        [conversations.new, "new"],
        [conversations.extended, "with new entries"],
        [conversations.changed, "changed"],
        [conversations.unchanged, "unchanged"],
      ]) || "none",
    ],
    [
      "Entries",
      listed([
        [entries.new, "new"],
        [entries.known, "known"],
        [entries.changed, "changed"],
        [entries.gone, "gone (kept and marked)"],
      ]) || "none",
    ],
  ];
};

/** What an import of the file would do in its collection. */
export const printPreview = (preview: ImportPreview): void => {
  const { entries } = preview;
  const isNews = entries.new + entries.changed + entries.gone > 0;
  line(
    `  ${paint("dim", isNews ? "Beside what the collection has:" : "Nothing in it is new to the collection:")}`,
  );
  for (const [name, text] of previewOf(preview)) line(`    ${name.padEnd(14)}${text}`);
};

/** What is in the file. @param zone assumed where it names none */
export const printInspection = (one: Inspection, zone: string): void => {
  const row = (name: string, text: string) => line(`  ${name.padEnd(14)}${text}`);
  const others = othersOf(one);
  line(`${printable(one.filename)}  ${paint("dim", `${count(one.bytes)} bytes`)}`);
  row("Format", one.formats.map(formatOf).join(", "));
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
