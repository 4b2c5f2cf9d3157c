// What an inspection found, as rows of words: the file's facts, what an import would do, and what speaks for a second look.
import type { ImportPreview, UploadInspection } from "#services/contract/inspections.ts";
import { count, counted, share } from "../words/numbers.ts";
import { languageLabel } from "../words/sources.ts";
import { date } from "../words/times.ts";
import { choiceLabel, choicesOf } from "./column-choice.ts";

/** A name and what is said of it. */
export type Fact = readonly [name: string, text: string];

/** Shares below this are mostly names and typing errors that look like another language. */
const LEAST_SHARE = 0.01;
const MOST_LANGUAGES = 4;
const MOST_AUTHORS = 5;

/** Problems that have a line of their own, by their codes. */
const ownLines = { missing: "missing-shard", unknown: "unknown-block" } as const;

const tellers = {
  structure: "known by its fields",
  layout: "known by how it is laid out",
  guess: "a guess: any text with names and colons looks like it",
} as const;

const formatText = ({ formats }: UploadInspection): string =>
  formats
    .map(({ name, version, toldBy }) =>
      [version === null ? name : `${name} (${version})`, tellers[toldBy]].join(", "),
    )
    .join("; ");

const authorsText = ({ authors }: UploadInspection): string => {
  const first = authors.first.slice(0, MOST_AUTHORS).map(({ name }) => name);
  const more = authors.count - first.length;
  return `${count(authors.count)}: ${first.join(", ")}${more > 0 ? ` and ${count(more)} more` : ""}`;
};

const daysFrom = (from: number, to: number): string => {
  const [first, last] = [date(from), date(to)];
  return first === last ? first : `${first} to ${last}`;
};

const timeText = ({ from, to, withoutTime, assumedZone }: UploadInspection): string =>
  [
    from === null || to === null ? "no message has a time" : daysFrom(from, to),
    ...(assumedZone > 0 ? ["the file names no time zone: the collection’s is taken"] : []),
    ...(from !== null && withoutTime > 0 ? [`${count(withoutTime)} without a time`] : []),
  ].join("; ");

const languagesText = ({ languages }: UploadInspection): string =>
  languages
    .filter((one) => one.share >= LEAST_SHARE)
    .slice(0, MOST_LANGUAGES)
    .map((one) => `${languageLabel(one.code)} ${share(one.share, 1)}`)
    .join(", ");

const messagesText = ({ messages, others }: UploadInspection): string => {
  const beside = [
    ...(others.notices > 0 ? [counted(others.notices, "notice")] : []),
    ...(others.tool > 0 ? [counted(others.tool, "tool message")] : []),
    ...(others.thinking > 0 ? [`${count(others.thinking)} of thinking`] : []),
    ...(others.offMainPath > 0
      ? [`${count(others.offMainPath)} in other branches or deleted`]
      : []),
  ];
  return beside.length === 0
    ? count(messages)
    : `${count(messages)}; beside them ${beside.join(", ")}`;
};

const records = (one: UploadInspection, code: string): number =>
  one.problems.filter((problem) => problem.code === code).reduce((sum, { count: n }) => sum + n, 0);

/** What is in the file, in the order in which it is shown; nothing is said of what is not in it. */
export const factsOf = (one: UploadInspection): readonly Fact[] => {
  const languages = languagesText(one);
  const missing = records(one, ownLines.missing);
  const unknown = records(one, ownLines.unknown);
  const branches = one.branched > 0 ? `, ${count(one.branched)} with branches` : "";
  return [
    ["Format", formatText(one)],
    ["Conversations", `${count(one.conversations)}${branches}`],
    ["Messages", messagesText(one)],
    ...(one.authors.count > 0 ? [["People", authorsText(one)] as const] : []),
    ...(one.messages > 0 ? [["Time", timeText(one)] as const] : []),
    ...(languages === "" ? [] : [["Languages", languages] as const]),
    ...(one.models.length > 0 ? [["Models", one.models.join(", ")] as const] : []),
    ...(one.attachments > 0
      ? [["Attachments", `${count(one.attachments)} named; what is in them is not kept`] as const]
      : []),
    ...(missing > 0 ? [["Missing parts", counted(missing, "file")] as const] : []),
    ...(unknown > 0 ? [["Unknown content", counted(unknown, "block")] as const] : []),
  ];
};

/** What each column of a table is taken for. */
export const columnFacts = ({
  columns,
  mapping,
}: UploadInspection["tables"][number]): readonly Fact[] =>
  choicesOf(columns, mapping).map((choice, at) => [columns[at] ?? "", choiceLabel(choice)]);

const listed = (parts: readonly (readonly [number, string])[]): string => {
  const there = parts.filter(([number]) => number > 0);
  return there.length === 0 ? "none" : there.map(([n, what]) => `${count(n)} ${what}`).join(", ");
};

/** What an import would do with what the file has. */
export const previewFacts = ({ conversations, entries }: ImportPreview): readonly Fact[] => [
  [
    "Conversations",
    listed([
      [conversations.new, "new"],
      [conversations.extended, "with new entries"],
      [conversations.changed, "changed"],
      [conversations.unchanged, "unchanged"],
    ]),
  ],
  [
    "Entries",
    listed([
      [entries.new, "new"],
      [entries.known, "known"],
      [entries.changed, "changed"],
      [entries.gone, "deleted at the source: kept here and marked"],
    ]),
  ],
];

/** The sentence above it. */
export const previewTitle = ({ entries }: ImportPreview): string => {
  if (entries.new + entries.changed + entries.gone === 0)
    return "The collection has all of this already.";
  return entries.known + entries.changed + entries.gone === 0
    ? "All of this is new to the collection."
    : "What the import adds to the collection and changes in it:";
};
