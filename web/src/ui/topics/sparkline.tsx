// A small line of a topic's messages over time.
import { useComputedColorScheme } from "@mantine/core";
import { sparkPath } from "../../shape/figures/spark-path.ts";
import { topicColour } from "../../shape/topics/topic-colours.ts";

export interface SparklineProps {
  readonly counts: readonly number[];
  readonly colour: number;
  readonly width?: number;
  readonly height?: number;
}

export function Sparkline({ counts, colour, width = 96, height = 24 }: SparklineProps) {
  const scheme = useComputedColorScheme("light");
  const path = sparkPath(counts, width, height);
  if (!path) return <span style={{ width, height }} />;
  const ink = topicColour(colour, scheme);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      preserveAspectRatio="none"
      style={{ display: "block", overflow: "visible" }}
    >
      <path d={path.area} fill={ink} opacity={0.14} />
      <path d={path.line} fill="none" stroke={ink} strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
}
