// The title and colour of every topic by its id, for lists that have ids only.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { topicsQuery } from "../../api/analysis.ts";
import type { TopicMark } from "./topic-tag.tsx";

export const useTopicMarks = (collection: string): ReadonlyMap<string, TopicMark> => {
  const { data } = useQuery(topicsQuery(collection));
  return useMemo(
    () => new Map((data?.topics ?? []).map(({ id, title, colour }) => [id, { id, title, colour }])),
    [data],
  );
};
