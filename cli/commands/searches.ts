// `parlance searches`: how much is searched, how fast and with what outcome; keeps the texts of searches, or no longer does.
import { defineCommand } from "citty";
import { printCsv } from "#services/contract/figure-csv.ts";
import type { AnyFigure } from "#services/contract/figures.ts";
import { organization } from "#services/contract/organizations.ts";
import { changeText, searchFigures } from "#services/contract/search-figures.ts";
import { type Searches, searches as searchesAnswer } from "#services/contract/searches.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { printValue } from "#services/report/report.ts";
import { ask } from "../client/client.ts";
import { count, json, line, paint, printable, table } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const ROWS = 20;

/** @throws ParlanceError rejected `bad-argument` */
const daysOf = (given: string): number => {
  const days = Number(given);
  if (Number.isInteger(days) && days >= 1 && days <= 366) return days;
  throw misuse(`--days ${given} is not a number of days.`, "Write a number from 1 to 366.");
};

const printFigure = ({ title, says, empty, columns, rows }: AnyFigure): void => {
  line();
  line(paint("bold", title));
  line(empty ?? says);
  if (empty !== null) return;
  const printing = { zone: "UTC", titles: new Map<string, string>(), width: null };
  table(
    columns.map(({ label }) => label),
    rows
      .slice(0, ROWS)
      .map((row) => columns.map((column, at) => printValue(row[at] ?? null, column, printing))),
  );
  if (rows.length > ROWS)
    line(paint("dim", `${rows.length - ROWS} further rows: --json prints all`));
};

const print = (found: Searches): void => {
  const { all, before, days, texts } = found;
  line(
    `${count(all.searches)} searches in ${days.length} days, ${changeText(all.searches, before.searches, days.length)}; ${count(all.empty)} without a hit, ${count(all.slow)} slow.`,
  );
  // What goes day by day is for --csv.
  for (const figure of searchFigures(found)) if (figure.chart.x !== "day") printFigure(figure);
  if (texts !== null) return;
  line();
  line(paint("dim", "What is searched for is not kept: `parlance searches texts on` keeps it."));
};

const figureNamed = (found: Searches, name: string): AnyFigure => {
  const figures = searchFigures(found);
  const figure = figures.find((one) => one.name === name);
  if (figure !== undefined) return figure;
  const names = figures.map((one) => one.name);
  throw misuse(
    `There is no figure “${printable(name)}”.${didYouMean(name, names)}`,
    `Use ${names.join(", ")}.`,
  );
};

export const searches = defineCommand({
  meta: {
    name: "searches",
    description: "How much is searched, how fast, and with what outcome; keep what is searched for",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "list (default); or texts, which says whether what is searched for is kept",
    },
    state: { type: "positional", required: false, description: "With texts: on, or off (deletes)" },
    days: { type: "string", default: "30", description: "Days back from today, 1-366" },
    csv: { type: "string", description: "Print this figure as CSV, such as searches-by-day" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("searches", args.action, ["list", "texts"]);
    const { state } = args;
    if (action === "list" && state !== undefined)
      throw misuse("“parlance searches list” takes nothing more.", "Write --days or --csv.");
    if (state !== undefined && state !== "on" && state !== "off")
      throw misuse(`“${state}” is neither on nor off.`, "Write `parlance searches texts on`.");
    const days = daysOf(args.days);
    const client = await openClient();
    try {
      if (action === "texts") {
        const { keepsSearchTexts } = await ask(client, organization, {
          path: "/api/v1/organization",
          ...(state === undefined
            ? {}
            : { method: "PATCH", body: { keepsSearchTexts: state === "on" } }),
        });
        if (args.json) return json({ keepsSearchTexts });
        return line(
          keepsSearchTexts ? "What is searched for is kept." : "What is searched for is not kept.",
        );
      }
      const found = await ask(client, searchesAnswer, { path: `/api/v1/searches?days=${days}` });
      if (args.csv !== undefined)
        return void process.stdout.write(printCsv(figureNamed(found, args.csv)));
      if (args.json) return json(found);
      return print(found);
    } finally {
      await client.close();
    }
  },
});
