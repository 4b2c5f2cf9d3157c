// Draws figures as small SVGs, for a page without scripts.
import type { Figure } from "#services/contract/figures.ts";
import { escapedHtml } from "#services/domain/html.ts";
import { printValue } from "./values.ts";

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 8;

/** Okabe and Ito's colours, which colour-blind people can distinguish; then the same, lighter. */
const palette = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#b8a800",
  "#7a7a7a",
  "#4c9cc9",
  "#b07a00",
  "#3fb894",
  "#dba3c4",
];
export const colourOf = (place: number): string => palette[place % palette.length] ?? "#7a7a7a";

interface Table {
  /** In order of appearance. */
  readonly xs: readonly (string | number | null)[];
  readonly series: readonly string[];
  value(x: number, series: number): number;
}

const columnAt = (figure: Figure, key: string | null): number =>
  figure.columns.findIndex((column) => column.key === key);

const tableOf = (figure: Figure): Table => {
  const [x, y] = [columnAt(figure, figure.chart.x), columnAt(figure, figure.chart.y)];
  const split = columnAt(figure, figure.chart.series);
  const xs = [...new Set(figure.rows.map((row) => row[x] ?? null))];
  const names = [...new Set(figure.rows.map((row) => String(row[split] ?? "")))];
  const values = new Map<string, number>();
  for (const row of figure.rows) {
    const key = JSON.stringify([row[x] ?? null, String(row[split] ?? "")]);
    values.set(key, (values.get(key) ?? 0) + Number(row[y] ?? 0));
  }
  return {
    xs,
    series: names,
    value: (at, of) => values.get(JSON.stringify([xs[at] ?? null, names[of] ?? ""])) ?? 0,
  };
};

const rect = (place: { x: number; y: number; width: number; height: number }, fill: string) =>
  `<rect x="${place.x.toFixed(1)}" y="${place.y.toFixed(1)}" width="${Math.max(0.5, place.width).toFixed(1)}" height="${Math.max(0, place.height).toFixed(1)}" fill="${fill}"/>`;

/** Stacked bars over the x axis. Areas and lines are drawn as bars too, which show the same heights. */
const bars = (table: Table): string => {
  const totals = table.xs.map((_, x) =>
    table.series.reduce((sum, __, series) => sum + Math.max(0, table.value(x, series)), 0),
  );
  const most = Math.max(...totals, Number.MIN_VALUE);
  const step = (WIDTH - LEFT) / Math.max(1, table.xs.length);
  return table.xs
    .map((_, x) => {
      let below = 0;
      return table.series
        .map((__, series) => {
          const height = (Math.max(0, table.value(x, series)) / most) * (HEIGHT - 10);
          below += height;
          return rect(
            { x: LEFT + x * step, y: HEIGHT - below, width: step * 0.86, height },
            colourOf(series),
          );
        })
        .join("");
    })
    .join("");
};

/** Bars up and down from a line, where values may be negative. */
const signedBars = (table: Table): string => {
  const values = table.xs.map((_, x) => table.value(x, 0));
  const most = Math.max(...values.map(Math.abs), Number.MIN_VALUE);
  const step = (WIDTH - LEFT) / Math.max(1, table.xs.length);
  const middle = HEIGHT / 2;
  return values
    .map((value, x) => {
      const height = (Math.abs(value) / most) * (middle - 5);
      return rect(
        {
          x: LEFT + x * step,
          y: value >= 0 ? middle - height : middle,
          width: step * 0.86,
          height,
        },
        colourOf(value >= 0 ? 0 : 5),
      );
    })
    .join("");
};

const heatmap = (figure: Figure): string => {
  const [x, y, value] = [
    columnAt(figure, figure.chart.x),
    columnAt(figure, figure.chart.y),
    figure.columns.findIndex(({ kind }) => kind === "count" || kind === "number"),
  ];
  const across = [...new Set(figure.rows.map((row) => row[x] ?? null))];
  const down = [...new Set(figure.rows.map((row) => row[y] ?? null))];
  const most = Math.max(...figure.rows.map((row) => Number(row[value] ?? 0)), Number.MIN_VALUE);
  const [width, height] = [
    (WIDTH - LEFT) / Math.max(1, across.length),
    HEIGHT / Math.max(1, down.length),
  ];
  return figure.rows
    .map((row) => {
      const shade = 6 + 94 * Math.sqrt(Math.max(0, Number(row[value] ?? 0)) / most);
      return rect(
        {
          x: LEFT + across.indexOf(row[x] ?? null) * width,
          y: down.indexOf(row[y] ?? null) * height,
          width: width - 1,
          height: height - 1,
        },
        `color-mix(in srgb, #0072b2 ${shade.toFixed(0)}%, transparent)`,
      );
    })
    .join("");
};

/** "" where a table is clearer. The texts are in the table below it, so the drawing needs none. */
export const drawingOf = (figure: Figure, printing: Parameters<typeof printValue>[2]): string => {
  if (figure.empty !== null || figure.chart.type === "table" || figure.rows.length === 0) return "";
  const table = tableOf(figure);
  const signed = figure.rows.some((row) => Number(row[columnAt(figure, figure.chart.y)] ?? 0) < 0);
  const body =
    figure.chart.type === "heatmap" ? heatmap(figure) : signed ? signedBars(table) : bars(table);
  const column = figure.columns[columnAt(figure, figure.chart.x)];
  const ends = [table.xs[0], table.xs.at(-1)].map((x) =>
    column === undefined ? "" : printValue(x ?? null, column, printing),
  );
  const legend =
    table.series.length < 2
      ? ""
      : `<ul class="legend">${table.series
          .map(
            (name, at) =>
              `<li><i style="background:${colourOf(at)}"></i>${escapedHtml(printing.titles.get(name) ?? name)}</li>`,
          )
          .join("")}</ul>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapedHtml(figure.title)}">${body}</svg><p class="axis"><span>${escapedHtml(ends[0] ?? "")}</span><span>${escapedHtml(ends[1] ?? "")}</span></p>${legend}`;
};
