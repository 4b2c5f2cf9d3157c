// Watches a collection's analysis: after a new one, everything computed from the old one is loaded again.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { analysisQuery, ofAnalysis } from "../../api/analysis.ts";

export const useAnalysisWatch = (collection: string): void => {
  const client = useQueryClient();
  const { data } = useQuery(analysisQuery(collection));
  // A run that only applies manual changes keeps the id, but has another time of finish.
  const seen = data && `${data.id} ${data.finishedAt}`;
  const before = useRef<{ readonly collection: string; readonly seen: string }>(undefined);
  useEffect(() => {
    if (seen === undefined) return;
    const last = before.current;
    before.current = { collection, seen };
    if (last && last.collection === collection && last.seen !== seen)
      void client.invalidateQueries({ queryKey: ofAnalysis(collection) });
  }, [client, collection, seen]);
};
