// Watches a collection's analysis: after a new one, or a deletion, everything computed from the old one is loaded again.
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
    if (!last || last.collection !== collection || last.seen === seen) return;
    void client.invalidateQueries({ queryKey: ofAnalysis(collection) });
    // An analysis that goes or comes without an import is the sign of a deletion, also of one asked for in another window.
    void client.invalidateQueries({ queryKey: ["collections", collection] });
    void client.invalidateQueries({ queryKey: ["conversations", collection] });
  }, [client, collection, seen]);
};
