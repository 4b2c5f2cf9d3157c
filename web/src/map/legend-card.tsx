// The legend: the column that the points are coloured by, and its values; a click on a value selects it.
import { NativeSelect, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { MapColumn, MapMeta } from "#services/contract/map.ts";
import type { Colouring, LegendEntry } from "../shape/map/colours.ts";
import { shortCount } from "../shape/words/numbers.ts";

export interface LegendCardProps {
  readonly columns: MapMeta["columns"];
  readonly by: MapColumn;
  readonly colouring: Colouring;
  readonly pending: boolean;
  /** Shows only the column, without its values. */
  readonly brief: boolean;
  /** Selected values of the column. */
  readonly chosen: readonly (string | null)[];
  /** Whether a value can be selected: "all others" cannot. */
  readonly isChoosable: (entry: LegendEntry) => boolean;
  readonly onBy: (by: MapColumn) => void;
  readonly onToggle: (value: string | null) => void;
}

const atFirst = 8;

function Entries({
  entries,
  chosen,
  isChoosable,
  onToggle,
}: Pick<LegendCardProps, "chosen" | "isChoosable" | "onToggle"> & {
  readonly entries: readonly LegendEntry[];
}) {
  const [all, setAll] = useState(false);
  const listed = entries.filter((entry) => entry.count > 0).toSorted((a, b) => b.count - a.count);
  const shown = all
    ? listed
    : listed.filter((entry, at) => at < atFirst || chosen.includes(entry.value));
  return (
    <>
      <ul className="map-legend-list">
        {shown.map((entry) => {
          const on = chosen.includes(entry.value);
          return (
            <li key={entry.code}>
              <UnstyledButton
                className="map-legend-entry"
                disabled={!isChoosable(entry)}
                aria-pressed={on}
                data-off={(chosen.length > 0 && !on) || undefined}
                onClick={() => onToggle(entry.value)}
              >
                <i style={{ background: entry.colour }} aria-hidden="true" />
                <span className="clip" title={entry.label}>
                  {entry.label}
                </span>
                <span className="tabular">{shortCount(entry.count)}</span>
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
      {listed.length > shown.length && (
        <UnstyledButton className="hit-act" onClick={() => setAll(true)}>
          {listed.length - shown.length} more
        </UnstyledButton>
      )}
      {all && listed.length > atFirst && (
        <UnstyledButton className="hit-act" onClick={() => setAll(false)}>
          Fewer
        </UnstyledButton>
      )}
    </>
  );
}

export function LegendCard(props: LegendCardProps) {
  const { columns, by, colouring, pending, brief, onBy } = props;
  return (
    <section className="map-float map-legend" aria-label="Legend">
      <NativeSelect
        size="xs"
        variant="unstyled"
        aria-label="Colour by"
        value={by}
        data={columns.map(({ name, label }) => ({
          value: name,
          label: `Colour by ${label.toLowerCase()}`,
        }))}
        onChange={(event) => {
          const next = columns.find((column) => column.name === event.currentTarget.value);
          if (next) onBy(next.name);
        }}
      />
      {!brief && (
        <div className="map-legend-body" aria-busy={pending}>
          {colouring.kind === "categories" ? (
            <Entries key={by} entries={colouring.entries} {...props} />
          ) : (
            <div className="map-scale">
              <div
                className="map-scale-bar"
                style={{ background: `linear-gradient(90deg, ${colouring.stops.join(", ")})` }}
              />
              <div className="map-scale-ends tabular">
                <span>{colouring.low}</span>
                {colouring.middle && <span>{colouring.middle}</span>}
                <span>{colouring.high}</span>
              </div>
            </div>
          )}
        </div>
      )}
    </section>
  );
}
