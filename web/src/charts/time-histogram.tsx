// Counts over time as bars; dragging over the bars selects a range of time. It fetches nothing.

import { type PointerEvent, useRef, useState } from "react";
import { stepText } from "#services/domain/step-text.ts";
import { type Bar, rangeOf } from "../shape/figures/histogram.ts";
import { writtenIn } from "../shape/words/english.ts";
import { count, counted } from "../shape/words/numbers.ts";
import "./time-histogram.css";

/** Title and scale of the chart. */
interface HistogramSpec {
  readonly title: string;
  /** Width of one bar in milliseconds, for its label. */
  readonly width: number;
  /** IANA zone in which the bars begin; the reader's own where there is none. */
  readonly zone?: string | undefined;
  /** First and last time among all that the bars count: they are written at the ends of the axis. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

/** The selected range of time. */
export interface HistogramState {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
}

export interface TimeHistogramProps {
  readonly bars: readonly Bar[];
  readonly spec: HistogramSpec;
  readonly state: HistogramState;
  readonly onState: (state: HistogramState) => void;
}

const dayMs = 86_400_000;
const height = 52;
const step = 6;

const inState = (bar: Bar, state: HistogramState) =>
  (state.after === undefined || bar.to > state.after) &&
  (state.before === undefined || bar.from < state.before);

export function TimeHistogram({ bars, spec, state, onState }: TimeHistogramProps) {
  const plot = useRef<SVGSVGElement>(null);
  const [brush, setBrush] = useState<readonly [number, number] | undefined>();
  const [over, setOver] = useState<number | undefined>();
  const first = bars[0];
  const last = bars.at(-1);
  if (!first || !last) return null;

  const barAt = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    const place = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, place));
  };
  const finish = () => {
    if (!brush) return;
    const range = rangeOf(bars, brush[0], brush[1]);
    setBrush(undefined);
    if (range) onState(range);
  };
  const shown = brush ? rangeOf(bars, brush[0], brush[1]) : undefined;
  const chosen = shown ?? state;
  const pointed = over === undefined ? undefined : bars[over];
  const total = bars.reduce((sum, bar) => sum + bar.count, 0);
  const writing = { zone: spec.zone, form: writtenIn() };
  const label = (bar: Bar) => stepText(bar.from, spec.width, writing);
  const endWidth = Math.min(spec.width, dayMs);
  const [from, to] = [
    stepText(Math.max(first.from, spec.first ?? first.from), endWidth, writing),
    stepText(Math.min(last.to - 1, spec.last ?? last.to - 1), endWidth, writing),
  ];

  return (
    <figure className="histogram">
      <figcaption className="histogram-title">
        <span>{spec.title}</span>
        <span className="dim tabular">
          {pointed ? `${label(pointed)}: ${count(pointed.count)}` : ""}
        </span>
      </figcaption>
      <svg
        ref={plot}
        role="img"
        aria-label={`${spec.title}: ${counted(total, "message")} from ${from} to ${to}. Use the date filter to select a range.`}
        viewBox={`0 0 ${bars.length * step} ${height}`}
        preserveAspectRatio="none"
        className="histogram-plot"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = barAt(event);
          setBrush([at, at]);
        }}
        onPointerMove={(event) => {
          const at = barAt(event);
          setOver(at);
          if (brush) setBrush([brush[0], at]);
        }}
        onPointerUp={finish}
        onPointerCancel={() => setBrush(undefined)}
        onPointerLeave={() => setOver(undefined)}
      >
        {bars.map((bar, index) => {
          const tall = bar.count === 0 ? 1 : Math.max(3, bar.height * (height - 2));
          return (
            <rect
              key={bar.from}
              x={index * step + 0.5}
              y={height - tall}
              width={step - 1}
              height={tall}
              className={inState(bar, chosen) ? "histogram-bar" : "histogram-bar faint"}
              data-empty={bar.count === 0 || undefined}
            />
          );
        })}
      </svg>
      <div className="histogram-axis tabular" aria-hidden="true">
        <span>{from}</span>
        {from !== to && <span>{to}</span>}
      </div>
    </figure>
  );
}
