// Watches a collection's analysis: once a newer one is there, everything computed from the old one is asked for again.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { analysisQuery, ofAnalysis } from "../../api/analysis.ts";

export const useAnalysisWatch = (collection: string): void => {
  const client = useQueryClient();
  const { data } = useQuery(analysisQuery(collection));
  // A run that leaves its id where it was (edits replayed) has ended at another time.
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
