// A figure drawn: lines, areas and bars by Recharts. Loaded when the first figure comes into view; it fetches nothing.
import { AreaChart, BarChart, LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo, useRef } from "react";
import type { Figure } from "#services/contract/figures.ts";
import { type ChartData, chartData } from "../shape/figure-chart.ts";
import { cellText, type Naming } from "../shape/figure-values.ts";
import { shortCount } from "../shape/numbers.ts";
import { type Scheme, topicColour } from "../shape/topic-colours.ts";
import { Heatmap } from "./heatmap.tsx";

export interface FigureChartProps {
  readonly figure: Figure;
  readonly naming: Naming;
  /** The colour number of a topic that is a series. */
  readonly colourOf: (topic: string) => number | undefined;
  /** Opens the messages behind a row of the figure's table. */
  readonly onOpen: (row: number) => void;
  readonly height?: number;
}

// Moods are told by these wherever they are told by colour; the words stand beside.
const moods: Readonly<Record<string, number>> = { negative: 3, neutral: -1, positive: 8 };

const colourOfSeries = (
  { value }: ChartData["series"][number],
  at: number,
  colourOf: FigureChartProps["colourOf"],
): number => {
  // A single, nameless series: 0.
  if (typeof value !== "string") return at;
  if (value === "other" || value === "none") return -1;
  return colourOf(value) ?? moods[value] ?? at;
};

interface Clicked {
  readonly activeTooltipIndex?: unknown;
}

/** The row behind a step of the chart: of the series that was pressed, else of the first. */
const rowAt = ({ data }: ChartData, step: number, key: string | undefined): number | undefined => {
  const rows = data[step]?.rows ?? {};
  return (key === undefined ? undefined : rows[key]) ?? Object.values(rows)[0];
};

const barHeight = 30;

export function FigureChart(props: FigureChartProps) {
  const { figure, naming, colourOf, onOpen, height = 260 } = props;
  const scheme: Scheme = useComputedColorScheme("light");
  const narrow = useMediaQuery("(max-width: 48em)");
  const pressed = useRef<string | undefined>(undefined);
  const shaped = useMemo(() => chartData(figure, naming), [figure, naming]);
  const { type } = figure.chart;
  if (type === "heatmap")
    return <Heatmap figure={figure} naming={naming} scheme={scheme} onOpen={onOpen} />;

  const { series, data, xKind, yKind } = shaped;
  const several = series.length > 1;
  const tall = height + (several ? 50 : 0);
  const rows = data.map((datum) => ({ x: datum.label, ...datum.values }));
  const print = (value: number) => cellText(value, yKind, naming);
  const tick = (value: number) => (yKind === "count" ? shortCount(value) : print(value));
  const drawn = series.map((one, at) => ({
    name: one.key,
    label: one.label,
    color: topicColour(colourOfSeries(one, at, colourOf), scheme),
  }));
  // The shape that was pressed says which series is meant, the chart which step; the shape's handler comes first.
  const onPress = (key: string) => () => {
    pressed.current = key;
  };
  const onClick = ({ activeTooltipIndex }: Clicked) => {
    const row = rowAt(shaped, Number(activeTooltipIndex), pressed.current);
    pressed.current = undefined;
    if (row !== undefined) onOpen(row);
  };
  const shared = {
    data: rows,
    dataKey: "x",
    series: drawn,
    valueFormatter: print,
    withLegend: several,
    legendProps: { verticalAlign: "bottom" as const, height: narrow ? 78 : 52 },
    gridAxis: "y" as const,
    tickLine: "none" as const,
    strokeDasharray: "2 4",
    xAxisProps: { minTickGap: 28, tickMargin: 8 },
    yAxisProps: { tickFormatter: tick, width: 46 },
    tooltipAnimationDuration: 0,
    className: "figure-plot",
  };
  if (type === "area" || type === "stacked-area")
    return (
      <AreaChart
        {...shared}
        h={tall}
        type={type === "area" ? "default" : "stacked"}
        curveType="monotone"
        fillOpacity={type === "area" ? 0.18 : 0.75}
        strokeWidth={type === "area" ? 1.8 : 1}
        withDots={false}
        withGradient={false}
        areaProps={({ name }) => ({ onClick: onPress(name), isAnimationActive: false })}
        areaChartProps={{ onClick }}
      />
    );
  if (type === "line")
    return (
      <LineChart
        {...shared}
        h={tall}
        curveType="monotone"
        strokeWidth={2}
        withDots={data.length < 40}
        dotProps={{ r: 2.5 }}
        lineProps={({ name }) => ({ onClick: onPress(name), isAnimationActive: false })}
        lineChartProps={{ onClick }}
      />
    );
  const lying = xKind !== "time" && xKind !== "number" && !several && data.length > 3;
  const stacked = type === "stacked-bars";
  return (
    <BarChart
      {...shared}
      h={lying ? Math.max(140, data.length * barHeight + 40) : tall}
      type={stacked ? "stacked" : "default"}
      orientation={lying ? "vertical" : "horizontal"}
      gridAxis={lying ? "x" : "y"}
      {...(lying
        ? {
            xAxisProps: { tickFormatter: tick, tickMargin: 8 },
            yAxisProps: {
              width: narrow ? 122 : 190,
              interval: 0,
              tickFormatter: (text: string) => clipped(text, narrow ? 18 : 28),
            },
          }
        : {})}
      maxBarWidth={lying ? 18 : 34}
      barProps={({ name }) => ({
        onClick: onPress(name),
        isAnimationActive: false,
        radius: stacked ? 0 : 3,
      })}
      barChartProps={{ onClick }}
    />
  );
}

const clipped = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
