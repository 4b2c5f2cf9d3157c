// Which embedding model a new collection gets: asked only where there are several.
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { modelsQuery } from "../../api/models.ts";

export interface ModelChoiceProps {
  /** null: the default one. */
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

export function ModelChoice({ value, onChange }: ModelChoiceProps) {
  const { data } = useQuery(modelsQuery);
  const ready = data?.models.filter(({ state }) => state === "ready") ?? [];
  if (ready.length < 2) return null;
  return (
    <Select
      label="Embedding model"
      description="It stays with the collection."
      value={value ?? ready.find(({ isDefault }) => isDefault)?.id ?? null}
      onChange={onChange}
      allowDeselect={false}
      data={ready.map(({ id }) => ({ value: id, label: id }))}
    />
  );
}
