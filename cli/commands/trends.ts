// `parlance trends`: prints the figures of a collection as tables, as CSV, or as JSON.
import { defineCommand } from "citty";
import { topicList } from "#services/contract/analysis.ts";
import { printCsv } from "#services/contract/figure-csv.ts";
import {
  type Figure,
  type FigureName,
  figureList,
  figureName,
} from "#services/contract/figures.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { selection } from "#services/contract/selection.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { readTime } from "#services/domain/typed-time.ts";
import { printValue } from "#services/report/report.ts";
import { analysisOf } from "../analysis.ts";
import { ask } from "../client/client.ts";
import { json, line, paint, printable, table, when } from "../client/output.ts";
import { collectionArgument, type InCollection, inCollection } from "../in-collection.ts";
import { misuse } from "../line/misuse.ts";
import { topicNamed } from "../topic-edits.ts";

const ROWS = 20;

const printFigure = (figure: Figure, zone: string, titles: ReadonlyMap<string, string>) => {
  line(paint("bold", printable(figure.title)));
  line(printable(figure.empty ?? figure.says));
  if (figure.empty === null) {
    const printing = { zone, titles, width: figure.chart.width };
    table(
      figure.columns.map(({ label }) => label),
      figure.rows
        .slice(0, ROWS)
        .map((row) =>
          figure.columns.map((column, at) => printValue(row[at] ?? null, column, printing)),
        ),
    );
    if (figure.rows.length > ROWS)
      line(paint("dim", `${figure.rows.length - ROWS} further rows: --csv or --json prints all`));
  }
  line();
};

/** @throws ParlanceError rejected `bad-argument` */
const instantOf = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const at = readTime(text, Date.now());
  if (at !== undefined) return at;
  throw misuse(
    `--${option} ${text} is not a time.`,
    "Write 2024, 2024-03, 2024-03-15, 2024-03-15T10:00Z, or 7d for seven days ago (h, d, w, m, y).",
  );
};

/** @throws ParlanceError rejected `bad-argument` */
const timesOf = (after: string | undefined, before: string | undefined) => {
  const [from, until] = [instantOf("after", after), instantOf("before", before)];
  if (from !== undefined && until !== undefined && from >= until)
    throw misuse(
      `No time is from ${after} on and before ${before}.`,
      "Exchange the values of --after and --before.",
    );
  return { after: from, before: until };
};

/** @throws ParlanceError rejected `bad-argument` */
const namesOf = (given: string | undefined): FigureName[] => {
  const names = listed(given) ?? figureName.options;
  return names.map((name) => {
    const known = figureName.options.find((one) => one === name);
    if (known !== undefined) return known;
    throw misuse(
      `There is no figure “${name}”.${didYouMean(name, figureName.options)}`,
      `Use ${figureName.options.join(", ")}.`,
    );
  });
};

const listed = (text: string | undefined) =>
  text
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** The ids of topics that are named by id or title, or by `none`. */
const topicsNamed = async (
  { client, path }: InCollection,
  names: readonly string[] | undefined,
): Promise<string[] | undefined> => {
  if (names === undefined) return undefined;
  const { topics } = await ask(client, topicList, { path: `${path}/topics?hidden=1` });
  return names.map((name) => (name === "none" ? name : topicNamed(topics, name).id));
};

/**
 * Authors as they are shown, found as `from:` of a search finds them.
 * @throws ParlanceError rejected `unknown-author` where nobody is called so
 */
const authorsNamed = async (
  { client, path }: InCollection,
  names: readonly string[] | undefined,
): Promise<string[] | undefined> => {
  if (names === undefined) return undefined;
  const found: string[] = [];
  for (const name of names) {
    const query = `from:"${name.replaceAll(/["\\]/gu, "\\$&")}"`;
    const { facets, noMatch } = await ask(client, searchAnswer, {
      path: `${path}/search`,
      body: { query, units: ["message"], limit: 1 },
    });
    const authors = (facets?.authors ?? []).flatMap(({ value }) => (value === null ? [] : value));
    if (authors.length === 0)
      throw rejected(`No message is by “${name}”.`, {
        code: "unknown-author",
        hint: noMatch?.excluding[0]?.hint ?? "`parlance trends --figure people` lists the authors.",
      });
    found.push(...authors);
  }
  return [...new Set(found)];
};

/** What was asked for holds no message: the times that there are. */
const printNothing = (
  { collection: { firstAt, lastAt } }: InCollection,
  { after, before }: Readonly<Record<"after" | "before", string | undefined>>,
): void => {
  line("No message is of these topics, authors and times.");
  if ((after ?? before) !== undefined && firstAt !== null && lastAt !== null)
    line(`The messages here are of ${when(firstAt)} to ${when(lastAt)}.`);
};

export const trends = defineCommand({
  meta: {
    name: "trends",
    description: "Figures of a collection: volume, topics over time, people, hours, sentiment …",
  },
  args: {
    collection: collectionArgument,
    figure: {
      type: "string",
      description: `Figures, separated by commas (all by default): ${figureName.options.join(", ")}`,
    },
    after: { type: "string", description: "Only messages from this time on: 2024, 2024-03-15, 7d" },
    before: { type: "string", description: "Only messages before this time" },
    topic: { type: "string", description: "Only these topics: titles or ids, separated by commas" },
    from: {
      type: "string",
      description: "Only these authors, as from: of a search finds them; separated by commas",
    },
    csv: { type: "boolean", description: "Print one figure as CSV" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) => {
    const figures = namesOf(args.figure);
    const times = timesOf(args.after, args.before);
    if (args.csv && args.json)
      throw misuse("--csv and --json cannot be used together.", "Leave one of them out.");
    if (args.csv && figures.length !== 1)
      throw misuse("CSV can contain one figure only.", "Name one with --figure.");
    return inCollection(args.collection, async (there) => {
      await analysisOf(there);
      const chosen = {
        ...times,
        topics: await topicsNamed(there, listed(args.topic)),
        authors: await authorsNamed(there, listed(args.from)),
      };
      const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
      const answer = await ask(there.client, figureList, {
        path: `${there.path}/figures`,
        body: { figures, selection: selection.parse(Object.fromEntries(given)) },
      });
      if (args.json) return json(answer);
      const [first] = answer.figures;
      if (args.csv && first !== undefined) {
        process.stdout.write(printCsv(first));
        return undefined;
      }
      if (answer.messages === 0 && given.length > 0) return printNothing(there, args);
      for (const figure of answer.figures) printFigure(figure, there.collection.zone, new Map());
      return undefined;
    });
  },
});
