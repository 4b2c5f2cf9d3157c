// Names of topics, labels and concepts by id, to say a selection in words.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { conceptsQuery } from "../../api/concepts.ts";
import { labelsQuery } from "../../api/selected.ts";
import type { SelectionAddress } from "../../shape/address/selection-address.ts";
import type { ChipNames } from "../../shape/address/selection-chips.ts";
import { useTopicMarks } from "../topics/topic-marks.ts";

/** Labels and concepts are asked for only where the address holds one. */
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
