// The progress of a running analysis, in the header of a collection.
import { RingProgress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { analysisQuery } from "../../api/analysis.ts";
import { share } from "../../shape/words/numbers.ts";

export function AnalysisChip({ collection }: { readonly collection: string }) {
  const { data } = useQuery(analysisQuery(collection));
  if (data?.state !== "running") return null;
  return (
    <Link
      to="/c/$collection"
      params={{ collection }}
      className="analysis-chip tabular"
      title={data.doing ?? undefined}
    >
      <RingProgress
        size={15}
        thickness={3}
        sections={[{ value: data.progress * 100, color: "var(--accent-text)" }]}
        aria-hidden
      />
      Analysing, {share(data.progress, 1)}
    </Link>
  );
}
