// The choice to see what is in a file before it is imported; the browser remembers it. A collection may ask for it anyway.
import { Checkbox } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { collectionsQuery } from "../../api/collections.ts";

/** Whether this person wants to see what is in a file first. */
export const useInspectFirst = () =>
  useLocalStorage<boolean>({
    key: "parlance-inspect-first",
    defaultValue: false,
    getInitialValueInEffect: false,
  });

export interface InspectFirstProps {
  /** The collection that files go into; undefined before one is chosen, or for a new one. */
  readonly into: string | undefined;
}

export function InspectFirst({ into }: InspectFirstProps) {
  const [isWanted, want] = useInspectFirst();
  const { data = [] } = useQuery(collectionsQuery);
  const isAsked = data.find(({ id }) => id === into)?.confirmsImports === true;
  return (
    <Checkbox
      size="sm"
      label="Show what is in a file before it is imported"
      {...(isAsked ? { description: "This collection asks for it at every import." } : {})}
      checked={isAsked || isWanted}
      disabled={isAsked}
      onChange={(event) => want(event.currentTarget.checked)}
    />
  );
}
