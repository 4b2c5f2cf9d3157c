// A report as Markdown: sentences, the tree of topics, each figure as a table.

import type { Topic } from "#services/contract/analysis.ts";
import type { Figure } from "#services/contract/figures.ts";
import { changeWords } from "#services/domain/change-words.ts";
import type { EnglishForm } from "#services/domain/english.ts";
import { percent } from "#services/domain/percent.ts";
import type { ReportParts } from "./report-parts.ts";
import { count, day, printValue } from "./values.ts";

/** Rows of a figure that a table shows. */
const MOST_ROWS = 24;

/** Escapes characters that have a meaning in Markdown or HTML. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[\\`*_{}[\]<>#|~!]/gu, "\\$&")
    .replaceAll(/\s+/gu, " ")
    .trim();

const quote = (text: string): string => (text.length > 240 ? `${text.slice(0, 239)}…` : text);

const topicLines = (topic: Topic, form: EnglishForm): string[] => {
  const indent = "  ".repeat(topic.level);
  const words = topic.keywords.slice(0, 6).map(({ term }) => escaped(term));
  const change =
    topic.trend.direction === "rising" || topic.trend.direction === "fading"
      ? ` · ${topic.trend.direction}`
      : "";
  return [
    `${indent}- **${escaped(topic.title)}** (${count(topic.messages, form)} messages, ${percent(topic.share)}${change})${words.length > 0 ? `: ${words.join(", ")}` : ""}`,
    ...(topic.summary === null ? [] : [`${indent}  ${escaped(topic.summary)}`]),
    ...(topic.leaf
      ? topic.examples
          .slice(0, 1)
          .map(({ author, text }) => `${indent}  > ${escaped(author)}: ${escaped(quote(text))}`)
      : []),
  ];
};

const figureLines = (figure: Figure, { collection, topics, form }: ReportParts): string[] => {
  const head = [`## ${escaped(figure.title)}`, "", escaped(figure.says), ""];
  if (figure.empty !== null) return [...head.slice(0, 2), escaped(figure.empty), ""];
  const printing = {
    zone: collection.zone,
    form,
    titles: new Map(topics.map(({ id, title }) => [id, title])),
    width: figure.chart.width,
  };
  const rows = figure.rows.slice(0, MOST_ROWS);
  return [
    ...head,
    `| ${figure.columns.map(({ label }) => escaped(label)).join(" | ")} |`,
    `|${figure.columns.map(({ kind }) => (kind === "text" || kind === "topic" || kind === "conversation" ? "---" : "--:")).join("|")}|`,
    ...rows.map(
      (row) =>
        `| ${figure.columns.map((column, at) => escaped(printValue(row[at] ?? null, column, printing))).join(" | ")} |`,
    ),
    "",
    ...(figure.rows.length > rows.length
      ? [`${count(figure.rows.length - rows.length, form)} further rows are left out.`, ""]
      : []),
    `_${escaped(figure.method)}_`,
    "",
  ];
};

export const markdownReport = (parts: ReportParts): string => {
  const { collection, overview, topics, figures, madeAt, form } = parts;
  const writing = { zone: collection.zone, form };
  const { changes, analysis } = overview;
  return [
    `# ${escaped(collection.name)}`,
    "",
    ...(collection.description === "" ? [] : [escaped(collection.description), ""]),
    `${count(overview.messages, form)} messages in ${count(overview.conversations, form)} conversations by ${count(overview.people, form)} people${overview.firstAt !== null && overview.lastAt !== null ? `, ${day(overview.firstAt, writing)} to ${day(overview.lastAt, writing)}` : ""}. Made ${day(madeAt, writing)} from version ${analysis.version ?? "–"}.`,
    "",
    ...overview.says.flatMap((sentence) => [escaped(sentence), ""]),
    "## Topics",
    "",
    ...topics.flatMap((topic) => topicLines(topic, form)),
    "",
    ...(changes.length === 0
      ? []
      : [
          "## What changed",
          "",
          ...changes.map(
            ({ title, kind, sizeBefore, sizeAfter }) =>
              `- ${escaped(title)}: ${changeWords({ kind, sizeBefore, sizeAfter })} (${count(sizeBefore, form)} → ${count(sizeAfter, form)})`,
          ),
          "",
        ]),
    ...figures.flatMap((figure) => figureLines(figure, parts)),
  ].join("\n");
};
