// The chart of a figure: lines, areas and bars by Recharts, or a heatmap. It fetches nothing.
import { AreaChart, BarChart, LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type CSSProperties, useMemo, useRef } from "react";
import type { AnyFigure } from "#services/contract/figures.ts";
import { times } from "../shape/figures/effects.ts";
import { type ChartData, chartData } from "../shape/figures/figure-chart.ts";
import { cellText, type Naming } from "../shape/figures/figure-values.ts";
import { type Scheme, topicColour } from "../shape/topics/topic-colours.ts";
import { shortCount } from "../shape/words/numbers.ts";
import { Heatmap } from "./heatmap.tsx";

export interface FigureChartProps {
  readonly figure: AnyFigure;
  readonly naming: Naming;
  /** The colour number of a topic. */
  readonly colourOf: (topic: string) => number | undefined;
  /** Opens the messages behind a row of the figure's table. */
  readonly onOpen: (row: number) => void;
  readonly height?: number;
}

/** Colour numbers of fixed values. The legend names the values, so the colours carry no meaning of their own. */
const fixedColours: ReadonlyMap<string, number> = new Map<string, number>([
  ["negative", 3],
  ["neutral", -1],
  ["positive", 8],
  ["rising", 0],
  ["steady", -1],
  ["unknown", -1],
  ["fading", 2],
]);

const colourOfSeries = (
  { value, topic }: ChartData["series"][number],
  at: number,
  of: Pick<FigureChartProps, "figure" | "colourOf">,
): number => {
  const { chart, columns } = of.figure;
  const colour = topic === undefined ? undefined : of.colourOf(topic);
  if (colour !== undefined) return colour;
  // In a series of topics this is not a topic: it is “all others” or “no topic”.
  if (columns.find((one) => one.key === chart.series)?.kind === "topic") return -1;
  return (typeof value === "string" ? fixedColours.get(value) : undefined) ?? at;
};

interface Clicked {
  readonly activeTooltipIndex?: unknown;
}

/** The clicked series, and for bars also the clicked step. */
interface Pressed {
  readonly key: string;
  readonly step: number | undefined;
}

/** The table row of a step of the chart: that of the clicked series, else of the first series. */
const rowAt = ({ data }: ChartData, step: unknown, pressed?: Pressed): number | undefined => {
  const at = pressed?.step ?? (step === null || step === undefined ? undefined : Number(step));
  const rows = (at === undefined ? undefined : data[at]?.rows) ?? {};
  return (pressed && rows[pressed.key]) ?? Object.values(rows)[0];
};

const barHeight = 28;

interface PlotProps extends Omit<FigureChartProps, "colourOf"> {
  readonly shaped: ChartData;
  readonly drawn: readonly {
    readonly name: string;
    readonly label: string;
    readonly color: string;
  }[];
}

function Plot({ figure, naming, shaped, drawn, onOpen, height = 260 }: PlotProps) {
  const narrow = useMediaQuery("(max-width: 48em)");
  const pressed = useRef<Pressed | undefined>(undefined);
  const { type } = figure.chart;
  const { data, xKind, yKind } = shaped;
  const print = (value: number) =>
    shaped.scale === "log2" ? times(2 ** value) : cellText(value, yKind, naming);
  const tick = (value: number) => (yKind === "count" ? shortCount(value) : print(value));
  // Counts have no fractions.
  const whole = yKind === "count" ? { allowDecimals: false } : {};
  // The handler of the clicked shape knows the series, that of the chart knows the step; the shape's runs first.
  const onPress = (key: string) => (_shape: unknown, step: unknown) => {
    pressed.current = { key, step: typeof step === "number" ? step : undefined };
  };
  const onClick = ({ activeTooltipIndex }: Clicked) => {
    const row = rowAt(shaped, activeTooltipIndex, pressed.current);
    pressed.current = undefined;
    if (row !== undefined) onOpen(row);
  };
  const shared = {
    data: data.map((datum) => ({ x: datum.label, ...datum.values })),
    dataKey: "x",
    series: [...drawn],
    valueFormatter: print,
    gridAxis: "x" as const,
    tickLine: "none" as const,
    strokeDasharray: "2 4",
    xAxisProps: { minTickGap: 28, tickMargin: 8 },
    yAxisProps: { tickFormatter: tick, width: 54, ...whole },
    tooltipAnimationDuration: 0,
    className: "figure-plot",
  };
  // A line needs three points or more; fewer are drawn as bars.
  const few = data.length < 3;
  if (!few && (type === "area" || type === "stacked-area"))
    return (
      <AreaChart
        {...shared}
        h={height}
        type={type === "area" ? "default" : "stacked"}
        curveType="linear"
        fillOpacity={type === "area" ? 0.18 : 0.88}
        strokeWidth={type === "area" ? 1.8 : 1}
        withDots={false}
        withGradient={false}
        areaProps={({ name }) => ({ onClick: onPress(name), isAnimationActive: false })}
        areaChartProps={{ onClick }}
      />
    );
  if (!few && type === "line")
    return (
      <LineChart
        {...shared}
        h={height}
        curveType="linear"
        strokeWidth={2}
        withDots={data.length < 40}
        dotProps={{ r: 2.5 }}
        lineProps={({ name }) => ({ onClick: onPress(name), isAnimationActive: false })}
        lineChartProps={{ onClick }}
      />
    );
  const horizontal = type === "bars" && xKind !== "time" && xKind !== "number";
  // Horizontal bars have one value each. Stacked, a bar leaves no empty space for the other series.
  const stacked = type === "stacked-bars" || type === "stacked-area" || horizontal;
  const bars = {
    type: stacked ? ("stacked" as const) : ("default" as const),
    barProps: ({ name }: { readonly name: string }) => ({
      onClick: onPress(name),
      isAnimationActive: false,
      radius: stacked && !horizontal ? 0 : 3,
    }),
    barChartProps: { onClick },
  };
  if (!horizontal) return <BarChart {...shared} {...bars} h={height} maxBarWidth={34} />;
  return (
    <BarChart
      {...shared}
      {...bars}
      h={data.length * barHeight + 44}
      orientation="vertical"
      gridAxis="y"
      xAxisProps={{ tickFormatter: tick, tickMargin: 8, ...whole }}
      yAxisProps={{
        width: narrow ? 122 : 180,
        interval: 0,
        tickFormatter: (text: string) => clipped(text, narrow ? 22 : 34),
      }}
      maxBarWidth={14}
    />
  );
}

const clipped = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;

export function FigureChart(props: FigureChartProps) {
  const { figure, naming, colourOf, onOpen } = props;
  const scheme: Scheme = useComputedColorScheme("light");
  const shaped = useMemo(() => chartData(figure, naming), [figure, naming]);
  if (figure.chart.type === "heatmap")
    return <Heatmap figure={figure} naming={naming} scheme={scheme} onOpen={onOpen} />;
  const drawn = shaped.series.map((one, at) => ({
    name: one.key,
    label: one.label,
    color: topicColour(colourOfSeries(one, at, { figure, colourOf }), scheme),
  }));
  return (
    <>
      <Plot {...props} shaped={shaped} drawn={drawn} />
      {drawn.length > 1 && (
        <ul className="figure-legend" aria-label="Colours">
          {drawn.map((one) => (
            <li key={one.name} data-colour={one.color}>
              <span
                className="topic-dot"
                style={{ "--dot": one.color } as CSSProperties}
                aria-hidden="true"
              />
              {one.label}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
