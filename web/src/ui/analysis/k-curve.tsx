// A curve of the criterion over the tried numbers of topics, with the chosen number marked.
import { useMemo } from "react";
import type { AnalysisQuality } from "#services/contract/analysis.ts";
import { kCurve } from "../../shape/figures/k-curve.ts";

const [width, height, left, bottom, top] = [420, 130, 8, 22, 22];

export function KCurve({ k }: { readonly k: AnalysisQuality["k"] }) {
  const points = useMemo(() => kCurve(k.tried, width, height), [k.tried]);
  if (points.length < 2) return null;
  const chosen = points.find((one) => one.k === k.chosen);
  const labelled = points.filter(
    (one, at) => at === 0 || at === points.length - 1 || one.k === k.chosen,
  );
  return (
    <svg
      viewBox={`0 0 ${width + left * 2} ${height + bottom + top}`}
      className="k-curve"
      role="img"
      aria-label={`${k.criterion} for ${points[0]?.k} to ${points.at(-1)?.k} topics; ${k.chosen} chosen.`}
    >
      <g transform={`translate(${left} ${top})`}>
        <line x1={0} x2={width} y1={height} y2={height} className="k-axis" />
        {chosen && (
          <line x1={chosen.x} x2={chosen.x} y1={chosen.y} y2={height} className="k-chosen-line" />
        )}
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} className="k-line" />
        {points.map(({ k: tried, x, y }) => (
          <circle
            key={tried}
            cx={x}
            cy={y}
            r={tried === k.chosen ? 5 : 2.5}
            className={tried === k.chosen ? "k-chosen" : "k-dot"}
          />
        ))}
        {labelled.map(({ k: tried, x }) => (
          <text
            key={tried}
            x={x}
            y={height + 15}
            textAnchor={x < 12 ? "start" : x > width - 12 ? "end" : "middle"}
            className={tried === k.chosen ? "k-label chosen" : "k-label"}
          >
            {tried}
          </text>
        ))}
      </g>
    </svg>
  );
}
