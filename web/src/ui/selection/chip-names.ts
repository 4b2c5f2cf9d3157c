// Names of topics, labels and concepts by id, for the chips of a selection.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { conceptsQuery } from "../../api/concepts.ts";
import { labelsQuery } from "../../api/selected.ts";
import type { SelectionAddress } from "../../shape/address/selection-address.ts";
import type { ChipNames } from "../../shape/address/selection-chips.ts";
import { useTopicMarks } from "../topics/topic-marks.ts";

/** Labels and concepts are loaded only where the URL has one. */
export const useChipNames = (
  collection: string,
  address: Pick<SelectionAddress, "label" | "concept">,
): ChipNames => {
  const marks = useTopicMarks(collection);
  const labels = useQuery({ ...labelsQuery(collection), enabled: address.label !== undefined });
  const concepts = useQuery({
    ...conceptsQuery(collection),
    enabled: address.concept !== undefined,
  });
  return useMemo(
    () => ({
      topic: (id) => marks.get(id)?.title,
      label: (id) => labels.data?.find((one) => one.id === id)?.name,
      concept: (id) => concepts.data?.find((one) => one.id === id)?.name,
    }),
    [marks, labels.data, concepts.data],
  );
};
