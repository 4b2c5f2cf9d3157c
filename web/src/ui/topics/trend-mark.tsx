// An icon and a ratio for a rising or fading topic; nothing where the trend is not significant.
import { Tooltip, VisuallyHidden } from "@mantine/core";
import { IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import type { Trend } from "#services/contract/analysis.ts";
import { times } from "../../shape/figures/effects.ts";

const icon = { size: 15, stroke: 1.8, "aria-hidden": true } as const;

export function TrendMark({ trend }: { readonly trend: Trend }) {
  if (trend.direction !== "rising" && trend.direction !== "fading") return null;
  const rising = trend.direction === "rising";
  return (
    <Tooltip label={trend.says} multiline maw={300} openDelay={200}>
      <span className={rising ? "trend-mark rising" : "trend-mark"}>
        {rising ? <IconTrendingUp {...icon} /> : <IconTrendingDown {...icon} />}
        <span className="tabular">
          {trend.ratio === null ? trend.direction : times(trend.ratio)}
        </span>
        <VisuallyHidden>{trend.direction}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}
