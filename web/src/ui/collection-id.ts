// The collection of the address, kept while its page is leaving.
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

/**
 * A page that is being left renders once more with the next address's parameters, where there may be no collection: the last
 * one stands then, so that nothing is asked for that does not exist.
 */
export const useCollectionId = (): string => {
  const { collection } = useParams({ strict: false });
  const [last, setLast] = useState(collection ?? "");
  if (collection !== undefined && collection !== last) setLast(collection);
  return collection ?? last;
};
