// A heatmap of hours and weekdays: the more messages, the stronger the colour. It fetches nothing.
import { useMemo, useState } from "react";
import type { AnyFigure } from "#services/contract/figures.ts";
import { heatData } from "../shape/figures/figure-chart.ts";
import type { Naming } from "../shape/figures/figure-values.ts";
import { type Scheme, topicColour } from "../shape/topics/topic-colours.ts";
import { count } from "../shape/words/numbers.ts";
import { ScrollBox } from "../ui/parts/scroll-box.tsx";

export interface HeatmapProps {
  readonly figure: AnyFigure;
  readonly naming: Naming;
  readonly scheme: Scheme;
  readonly onOpen: (row: number) => void;
}

const size = 20;
const head = 18;
const side = 88;

export function Heatmap({ figure, naming, scheme, onOpen }: HeatmapProps) {
  const { columns, lines, cells, most, valueLabel } = useMemo(
    () => heatData(figure, naming),
    [figure, naming],
  );
  const [over, setOver] = useState<number | undefined>();
  const [width, height] = [side + columns.length * size, head + lines.length * size];
  const ink = topicColour(0, scheme);
  const pointed = cells.find((cell) => cell.row === over);
  return (
    <div className="heatmap">
      <ScrollBox label={`Chart: ${figure.title}`} minWidth={Math.min(width, 480)}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard, the table of the figure opens the same messages */}
        <svg
          className="heatmap-plot"
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${figure.title}. ${figure.says} The table gives every value.`}
          onPointerLeave={() => setOver(undefined)}
          onClick={() => {
            if (over !== undefined) onOpen(over);
          }}
        >
          {columns.map((label, at) =>
            at % 3 === 0 ? (
              <text key={label} x={side + at * size + size / 2} y={11} textAnchor="middle">
                {label}
              </text>
            ) : null,
          )}
          {lines.map((label, at) => (
            <text key={label} x={side - 10} y={head + at * size + size / 2 + 4} textAnchor="end">
              {label}
            </text>
          ))}
          {cells.map((cell) => (
            <rect
              key={cell.row}
              x={side + cell.column * size + 1}
              y={head + cell.line * size + 1}
              width={size - 2}
              height={size - 2}
              rx={3}
              fill={ink}
              // The square root, so that hours with few messages differ visibly from empty ones.
              fillOpacity={cell.value === 0 ? 0.05 : 0.12 + 0.88 * Math.sqrt(cell.value / most)}
              stroke={cell.row === over ? "currentColor" : "none"}
              onPointerEnter={() => setOver(cell.row)}
            />
          ))}
        </svg>
      </ScrollBox>
      <p className="heatmap-says tabular">
        {pointed
          ? `${lines[pointed.line]}, ${columns[pointed.column]}: ${count(pointed.value)} ${valueLabel.toLowerCase()}`
          : `Lightest: 0. Darkest: ${count(most)} ${valueLabel.toLowerCase()}.`}
      </p>
    </div>
  );
}
