// One facet as checkboxes: its values with counts; the first values, all on demand.
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { shortCount } from "../../shape/words/numbers.ts";

interface FacetValue {
  readonly value: string | null;
  readonly label: string;
  readonly count: number | undefined;
}

export interface FacetListProps {
  readonly title: string;
  readonly values: readonly FacetValue[];
  readonly chosen: readonly (string | null)[];
  readonly onToggle: (value: string | null) => void;
  /** The name of a chosen value that is not among the values. */
  readonly nameOf?: (value: string | null) => string | undefined;
}

const atFirst = 6;

export function FacetList({ title, values, chosen, onToggle, nameOf }: FacetListProps) {
  const [all, setAll] = useState(false);
  const known = new Set(values.map((one) => one.value));
  const missing = chosen
    .filter((value) => !known.has(value))
    .map((value) => ({ value, label: nameOf?.(value) ?? value ?? "None", count: undefined }));
  const listed = [...missing, ...values];
  if (listed.length === 0 || (listed.length === 1 && chosen.length === 0)) return null;
  const shown = all
    ? listed
    : listed.filter((one, index) => index < atFirst || chosen.includes(one.value));
  return (
    <fieldset className="facet">
      <legend>{title}</legend>
      {shown.map((one) => {
        const on = chosen.includes(one.value);
        return (
          <label key={String(one.value)} className={on ? "facet-value chosen" : "facet-value"}>
            <input type="checkbox" checked={on} onChange={() => onToggle(one.value)} />
            <span className="clip" title={one.label}>
              {one.label}
            </span>
            <span className="tabular">{one.count === undefined ? "" : shortCount(one.count)}</span>
          </label>
        );
      })}
      {listed.length > shown.length && (
        <UnstyledButton className="hit-act" ml={-8} onClick={() => setAll(true)}>
          {listed.length - shown.length} more
        </UnstyledButton>
      )}
      {all && listed.length > atFirst && (
        <UnstyledButton className="hit-act" ml={-8} onClick={() => setAll(false)}>
          Fewer
        </UnstyledButton>
      )}
    </fieldset>
  );
}
