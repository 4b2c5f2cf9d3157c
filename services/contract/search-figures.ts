// How much is searched, as figures: drawn on the page of the organization, printed and saved by the command line.
import { percent } from "#services/domain/percent.ts";
import type { AnyFigure } from "./figures.ts";
import type { Searches } from "./searches.ts";

const DAY_MS = 86_400_000;

type Column = AnyFigure["columns"][number];
type Rows = AnyFigure["rows"];
type Counts = Searches["all"];

/** A figure of a table; nothing can be opened behind its rows. */
const figureOf = (
  given: Pick<AnyFigure, "name" | "title" | "says" | "method" | "rows" | "empty"> & {
    readonly columns: readonly Column[];
    readonly chart: Pick<AnyFigure["chart"], "type" | "x" | "y"> & { readonly series?: string };
  },
): AnyFigure => ({
  ...given,
  columns: [...given.columns],
  selections: given.rows.map(() => null),
  chart: { series: null, width: DAY_MS, ...given.chart },
});

/** Days are those of UTC, in which searches are counted. */
const byDay = (figure: AnyFigure): AnyFigure => {
  const times = figure.rows.map(([at]) => Number(at));
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined
    ? figure
    : { ...figure, time: { zone: "UTC", first, last } };
};

const text = (key: string, label: string): Column => ({ key, label, kind: "text" });
const count = (key: string, label: string): Column => ({ key, label, kind: "count" });
const share = (key: string, label: string): Column => ({ key, label, kind: "share" });
const number = (key: string, label: string): Column => ({ key, label, kind: "number" });
const day: Column = { key: "day", label: "Day", kind: "time" };

const NOTHING = "Nothing was searched for in this time.";
const HOW =
  "Searches are counted by day (UTC) and mode, without names, and without those of people who opted out.";
const BOUNDS =
  "A search is counted under the first of 5, 10, 20, 50, 100, 200, 500, 1,000, 2,000 and 5,000 ms that it did not exceed: the times are upper bounds.";

const ofSearches = (part: number, { searches }: Counts): string =>
  `${percent(searches === 0 ? 0 : part / searches)} of ${searches.toLocaleString("en")}`;

const emptyOf = ({ searches }: Counts): string | null => (searches === 0 ? NOTHING : null);

const searchesByDay = ({ days, all }: Searches): AnyFigure =>
  byDay(
    figureOf({
      name: "searches-by-day",
      title: "Searches by day",
      says: `${ofSearches(all.empty, all)} searches found nothing.`,
      method: HOW,
      columns: [day, text("outcome", "Outcome"), count("searches", "Searches")],
      rows: days.flatMap((one): Rows => {
        const at = Date.parse(one.day);
        return [
          [at, "Found something", one.searches - one.empty],
          [at, "Found nothing", one.empty],
        ];
      }),
      chart: { type: "stacked-area", x: "day", y: "searches", series: "outcome" },
      empty: emptyOf(all),
    }),
  );

/** Days without a search have no share and no time. */
const searched = ({ days }: Searches) => days.filter(({ searches }) => searches > 0);

const sharesByDay = (of: Searches): AnyFigure =>
  byDay(
    figureOf({
      name: "search-shares",
      title: "Without a hit, and slow",
      says: `${ofSearches(of.all.slow, of.all)} searches took more than a second.`,
      method: `The share of each day's searches. Days without a search are left out. ${HOW}`,
      columns: [day, text("what", "Which"), share("share", "Share")],
      rows: searched(of).flatMap((one): Rows => {
        const at = Date.parse(one.day);
        return [
          [at, "Without a hit", one.empty / one.searches],
          [at, "More than a second", one.slow / one.searches],
        ];
      }),
      chart: { type: "line", x: "day", y: "share", series: "what" },
      empty: emptyOf(of.all),
    }),
  );

const timesByDay = (of: Searches): AnyFigure =>
  byDay(
    figureOf({
      name: "search-times",
      title: "Time to answer",
      says:
        of.all.p50 === null || of.all.p95 === null
          ? ""
          : `Half of the searches took at most ${of.all.p50.toLocaleString("en")} ms, 19 in 20 at most ${of.all.p95.toLocaleString("en")} ms.`,
      method: `${BOUNDS} Days without a search are left out.`,
      columns: [day, text("what", "Of the searches"), number("ms", "Milliseconds")],
      rows: searched(of).flatMap((one): Rows => {
        const at = Date.parse(one.day);
        return [
          [at, "Half", one.p50],
          [at, "19 in 20", one.p95],
        ];
      }),
      chart: { type: "line", x: "day", y: "ms", series: "what" },
      empty: emptyOf(of.all),
    }),
  );

const modeNames: ReadonlyMap<string, string> = new Map([
  ["hybrid", "By meaning and words"],
  ["semantic", "By meaning"],
  ["lexical", "By words"],
]);

const byMode = ({ modes, all }: Searches): AnyFigure => {
  const sorted = modes.toSorted((a, b) => b.searches - a.searches);
  const [most] = sorted;
  return figureOf({
    name: "search-modes",
    title: "Modes",
    says:
      most === undefined
        ? ""
        : `${ofSearches(most.searches, all)} searches were ${(modeNames.get(most.mode) ?? most.mode).toLowerCase()}.`,
    method: `${HOW} ${BOUNDS}`,
    columns: [
      text("mode", "Mode"),
      count("searches", "Searches"),
      count("empty", "Without a hit"),
      count("slow", "More than 1 s"),
      number("p50", "Half, ms"),
      number("p95", "19 in 20, ms"),
      count("opened", "Hits opened"),
    ],
    rows: sorted.map((one) => [
      modeNames.get(one.mode) ?? one.mode,
      one.searches,
      one.empty,
      one.slow,
      one.p50,
      one.p95,
      one.opened,
    ]),
    chart: { type: "bars", x: "mode", y: "searches" },
    empty: emptyOf(all),
  });
};

const openedPlaces = ({ places, all }: Searches): AnyFigure => {
  const opened = places.reduce((sum, one) => sum + one, 0);
  const first = places[0] ?? 0;
  return figureOf({
    name: "opened-places",
    title: "Places of opened hits",
    says:
      opened === 0
        ? ""
        : `${percent(first / opened)} of ${opened.toLocaleString("en")} opened hits were the first.`,
    method:
      "When somebody opens a hit, its place in the list is counted; places behind the tenth are one.",
    columns: [number("place", "Place"), count("opened", "Opened")],
    rows: places.map((one, at) => [at === places.length - 1 ? `${at + 1} and later` : at + 1, one]),
    chart: { type: "bars", x: "place", y: "opened" },
    empty: emptyOf(all) ?? (opened === 0 ? "No hit was opened in this time." : null),
  });
};

type Texts = NonNullable<Searches["texts"]>;

const found = (name: string, title: string, texts: Texts["frequent"], empty: string): AnyFigure =>
  figureOf({
    name,
    title,
    says: texts.map((one) => `Most often “${one.text}”.`)[0] ?? "",
    method: `In small letters, the first 200 characters; at most 50. ${HOW}`,
    columns: [text("text", "Text"), count("searches", "Searches"), count("empty", "Without a hit")],
    rows: texts.map((one) => [one.text, one.searches, one.empty]),
    chart: { type: "table", x: "text", y: "searches" },
    empty: texts.length === 0 ? empty : null,
  });

const changed = (name: string, title: string, texts: Texts["rising"], days: number): AnyFigure =>
  figureOf({
    name,
    title,
    says:
      texts.map((one) => `Most of all “${one.text}”: ${one.searches} after ${one.before}.`)[0] ??
      "",
    method:
      "Differences of more than twice the root of both counts together: others come about by chance once in twenty times. At most 20.",
    columns: [
      text("text", "Text"),
      count("searches", "Searches"),
      count("before", `In ${days} days before`),
    ],
    rows: texts.map((one) => [one.text, one.searches, one.before]),
    chart: { type: "table", x: "text", y: "searches" },
    empty: texts.length === 0 ? `No text differs clearly from the ${days} days before.` : null,
  });

/** Of the texts there are figures only where the organization keeps them. */
export const searchFigures = (of: Searches): AnyFigure[] => {
  const { texts, days } = of;
  return [
    searchesByDay(of),
    sharesByDay(of),
    timesByDay(of),
    byMode(of),
    openedPlaces(of),
    ...(texts === null
      ? []
      : [
          found("frequent-texts", "Frequent texts", texts.frequent, NOTHING),
          found(
            "texts-without-hit",
            "Texts without a hit",
            texts.empty,
            "Every text found something.",
          ),
          changed("rising-texts", "Rising texts", texts.rising, days.length),
          changed("falling-texts", "Falling texts", texts.falling, days.length),
        ]),
  ];
};

/** "12 % more than in the 30 days before", "as many as …", "none in …"; for whole volumes. */
export const changeText = (now: number, before: number, days: number): string => {
  const when = `in the ${days} days before`;
  if (before === 0) return now === 0 ? `none ${when} either` : `none ${when}`;
  if (now === before) return `as many as ${when}`;
  const part = percent(Math.abs(now - before) / before);
  return `${part} ${now > before ? "more" : "fewer"} than ${when}`;
};
