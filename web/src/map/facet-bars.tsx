// The largest values of a selection's facets (topics, people, channels …) as bars; a click narrows the selection.
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { SelectedMessages } from "#services/contract/figures.ts";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import { percent } from "../shape/figures/effects.ts";
import { languageLabel } from "../shape/words/sources.ts";

type Facets = NonNullable<SelectedMessages["facets"]>;
type FacetName = keyof Facets;

const names: readonly (readonly [FacetName, string])[] = [
  ["topics", "Topics"],
  ["authors", "People"],
  ["bots", "Bots"],
  ["channels", "Channels"],
  ["languages", "Languages"],
  ["roles", "Roles"],
  ["sources", "Sources"],
];
const shownBars = 5;

const labelOf = (name: FacetName, value: string | null, label: string): string => {
  if (name === "roles") return roleLabel(value ?? label);
  if (name === "sources") return sourceLabel(value);
  return name === "languages" ? languageLabel(value) : label;
};

export interface FacetBarsProps {
  readonly facets: Facets;
  readonly total: number;
  readonly onChoose: (name: FacetName, value: string | null) => void;
}

export function FacetBars({ facets, total, onChoose }: FacetBarsProps) {
  const [wanted, setWanted] = useState<FacetName>("topics");
  // A facet with a single value cannot narrow the selection.
  const offered = names.filter(([name]) => facets[name].length > 1);
  const name = offered.some(([one]) => one === wanted) ? wanted : offered[0]?.[0];
  if (name === undefined) return null;
  const values = facets[name].slice(0, shownBars);
  const most = Math.max(1, ...values.map((one) => one.count));
  return (
    <div className="map-facets">
      <div className="map-facet-names" role="tablist" aria-label="Facets of the selection">
        {offered.map(([one, label]) => (
          <UnstyledButton
            key={one}
            role="tab"
            aria-selected={one === name}
            className="map-facet-name"
            onClick={() => setWanted(one)}
          >
            {label}
          </UnstyledButton>
        ))}
      </div>
      <ul className="map-rows" aria-label={offered.find(([one]) => one === name)?.[1]}>
        {values.map((one) => (
          <li key={String(one.value)}>
            <UnstyledButton className="map-bar" onClick={() => onChoose(name, one.value)}>
              <i style={{ width: `${(one.count / most) * 100}%` }} aria-hidden="true" />
              <span className="clip">{labelOf(name, one.value, one.label)}</span>
              <span className="tabular">{percent(one.count / Math.max(1, total))}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
