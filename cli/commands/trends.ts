// `parlance trends`: prints the figures of a collection as tables, as CSV, or as JSON.
import { defineCommand } from "citty";
import { printCsv } from "#services/contract/figure-csv.ts";
import { type Figure, figureList, figureName } from "#services/contract/figures.ts";
import { selection } from "#services/contract/selection.ts";
import { printValue } from "#services/report/report.ts";
import { analysisOf } from "../analysis.ts";
import { ask } from "../client/client.ts";
import { json, line, paint, printable, table } from "../client/output.ts";
import { collectionArgument, inCollection } from "../in-collection.ts";
import { misuse } from "../line/misuse.ts";

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

/** A day or time as people write it, in UTC. */
const instantOf = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw misuse(
      `--${option} ${text} is not a time.`,
      "Write 2024, 2024-03, 2024-03-15 or 2024-03-15T10:00Z.",
    );
  return at;
};

const listed = (text: string | undefined) =>
  text
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

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
    after: { type: "string", description: "Only messages from this time on" },
    before: { type: "string", description: "Only messages before this time" },
    topic: { type: "string", description: "Only these topics (ids, separated by commas)" },
    from: { type: "string", description: "Only these authors, separated by commas" },
    csv: { type: "boolean", description: "Print one figure as CSV" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) =>
    inCollection(args.collection, async (there) => {
      await analysisOf(there);
      const names = figureName.array().safeParse(listed(args.figure) ?? [...figureName.options]);
      if (!names.success)
        throw misuse(
          `--figure ${args.figure} is not known.`,
          `Use ${figureName.options.join(", ")}.`,
        );
      const chosen = {
        after: instantOf("after", args.after),
        before: instantOf("before", args.before),
        topics: listed(args.topic),
        authors: listed(args.from),
      };
      const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
      const answer = await ask(there.client, figureList, {
        path: `${there.path}/figures`,
        body: { figures: names.data, selection: selection.parse(Object.fromEntries(given)) },
      });
      if (args.json) return json(answer);
      if (args.csv) {
        const [figure, another] = answer.figures;
        if (figure === undefined || another !== undefined)
          throw misuse("CSV can contain one figure only.", "Name one with --figure.");
        process.stdout.write(printCsv(figure));
        return undefined;
      }
      for (const figure of answer.figures) printFigure(figure, there.collection.zone, new Map());
      return undefined;
    }),
});
