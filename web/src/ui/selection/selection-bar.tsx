// The bar above the figures: the selected time as a histogram to drag over, the filters as chips, and a button for more filters.
import { Button, Drawer, Group, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustments, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { figuresQuery } from "../../api/selected.ts";
import { TimeHistogram } from "../../charts/time-histogram.tsx";
import {
  isEverything,
  type SelectionAddress,
  selectionOf,
} from "../../shape/address/selection-address.ts";
import { selectionChips } from "../../shape/address/selection-chips.ts";
import { stepBars } from "../../shape/figures/histogram.ts";
import { useChipNames } from "./chip-names.ts";
import { SelectionFacets } from "./selection-facets.tsx";
import "./selection-bar.css";

export interface SelectionBarProps {
  readonly collection: string;
  readonly address: SelectionAddress;
  readonly onAddress: (change: Partial<SelectionAddress>) => void;
  readonly onClear: () => void;
  readonly children?: React.ReactNode;
}

function TimeRange({
  collection,
  address,
  onAddress,
}: Omit<SelectionBarProps, "onClear" | "children">) {
  const selection = selectionOf({ ...address, after: undefined, before: undefined });
  const { data } = useQuery(
    figuresQuery(collection, {
      figures: ["volume"],
      ...(isEverything(selection) ? {} : { selection }),
    }),
  );
  const figure = data?.figures.find((one) => one.name === "volume");
  const drawn = useMemo(() => {
    if (!figure || figure.empty !== null) return [];
    const [x, y] = [figure.chart.x, figure.chart.y].map((key) =>
      figure.columns.findIndex((column) => column.key === key),
    );
    const steps = figure.rows.map((row) => ({
      from: Number(row[x ?? -1]),
      count: Number(row[y ?? -1]),
    }));
    // The same steps as in the chart beneath: months and quarters are not equally long.
    return stepBars(steps, figure.selections.at(-1)?.before);
  }, [figure]);
  const first = drawn[0];
  if (!first || drawn.length < 2) return null;
  return (
    <div className="selection-when">
      <TimeHistogram
        bars={drawn}
        spec={{
          title: "Time",
          width: figure?.chart.width ?? first.to - first.from,
          zone: figure?.time?.zone,
          first: figure?.time?.first,
          last: figure?.time?.last,
        }}
        state={{ after: address.after, before: address.before }}
        onState={(range) => onAddress(range)}
      />
    </div>
  );
}

export function SelectionBar(props: SelectionBarProps) {
  const { collection, address, onAddress, onClear, children } = props;
  const [open, drawer] = useDisclosure(false);
  const names = useChipNames(collection, address);
  const chips = selectionChips(address, names);
  return (
    <section className="card selection-bar" aria-label="Selection">
      <TimeRange collection={collection} address={address} onAddress={onAddress} />
      <div className="selection-line">
        <fieldset className="chips" style={{ border: 0, margin: 0 }} aria-label="Active filters">
          {chips.length === 0 && <span className="dim">All messages</span>}
          {chips.map((chip) => (
            <UnstyledButton
              key={chip.key}
              className="chip"
              aria-label={`Remove: ${chip.label}`}
              onClick={() => onAddress(chip.off)}
            >
              <span className="clip">{chip.label}</span>
              <IconX size={13} stroke={2} aria-hidden style={{ flex: "none" }} />
            </UnstyledButton>
          ))}
          {chips.length > 1 && (
            <UnstyledButton className="hit-act" onClick={onClear}>
              Remove all
            </UnstyledButton>
          )}
        </fieldset>
        <Group gap="xs">
          {children}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconAdjustments size={15} stroke={1.6} aria-hidden />}
            onClick={drawer.open}
          >
            Filters
          </Button>
        </Group>
      </div>
      <Drawer
        opened={open}
        onClose={drawer.close}
        title="Filters"
        position="right"
        size="min(340px, 88vw)"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {open && (
          <SelectionFacets collection={collection} address={address} onAddress={onAddress} />
        )}
      </Drawer>
    </section>
  );
}
