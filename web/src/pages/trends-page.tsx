// The trends page: all figures of a selection, which is kept in the URL.
import { NativeSelect, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { topicsQuery } from "../api/analysis.ts";
import { figuresQuery } from "../api/selected.ts";
import type { TrendsAddress } from "../shape/address/page-addresses.ts";
import { addressOf, isEverything, selectionOf } from "../shape/address/selection-address.ts";
import { levelName, levelsOf } from "../shape/topics/topic-tree.ts";
import { counted } from "../shape/words/numbers.ts";
import { AnalysisGate } from "../ui/analysis/analysis-gate.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { FiguresView } from "../ui/selection/figures-view.tsx";
import { SelectionBar } from "../ui/selection/selection-bar.tsx";

const steps = [
  { value: "", label: "Automatic steps" },
  { value: "hour", label: "By hour" },
  { value: "day", label: "By day" },
  { value: "week", label: "By week" },
  { value: "month", label: "By month" },
  { value: "quarter", label: "By quarter" },
  { value: "year", label: "By year" },
] as const;

const useAddress = () => {
  const address = useSearch({ from: "/c/$collection/trends" });
  const navigate = useNavigate({ from: "/c/$collection/trends" });
  const change = (to: Partial<TrendsAddress>) =>
    void navigate({ search: (now) => ({ ...now, ...to }), resetScroll: false });
  return [address, change] as const;
};

const askedOf = ({ step, level }: TrendsAddress) => ({
  ...(step === undefined ? {} : { step }),
  ...(level === undefined ? {} : { level }),
});

function TrendsBody({ collection }: { readonly collection: string }) {
  const [address, change] = useAddress();
  const selection = selectionOf(address);
  const asked = askedOf(address);
  const { data } = useQuery(
    figuresQuery(collection, { ...asked, ...(isEverything(selection) ? {} : { selection }) }),
  );
  const { data: list } = useQuery(topicsQuery(collection));
  const levels = levelsOf(list?.topics ?? []);
  return (
    <div className="page">
      <SelectionBar
        collection={collection}
        address={address}
        // The open row belongs to the selection before the change.
        onAddress={(to) => change({ ...to, open: undefined })}
        onClear={() => change({ ...addressOf({}), open: undefined })}
      >
        <NativeSelect
          size="xs"
          aria-label="Time steps"
          value={address.step ?? ""}
          data={steps.map((one) => ({ ...one }))}
          onChange={(event) =>
            change({
              step:
                steps.find((one) => one.value === event.currentTarget.value)?.value || undefined,
              open: undefined,
            })
          }
        />
        {levels.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label="Topic level"
            value={String(address.level ?? levels.at(-1))}
            data={levels.map((level) => ({
              value: String(level),
              label: levelName(level, levels.length),
            }))}
            onChange={(event) => {
              const level = Number(event.currentTarget.value);
              change({ level: level === levels.at(-1) ? undefined : level, open: undefined });
            }}
          />
        )}
      </SelectionBar>
      <VisuallyHidden component="h2">Figures</VisuallyHidden>
      <Text size="xs" c="dimmed" mb={10} role="status" className="tabular">
        {data && counted(data.messages, "message")}
      </Text>
      <FiguresView
        collection={collection}
        selection={selection}
        asked={asked}
        open={address.open}
        onOpen={(open) => change({ open })}
        tables={address.table ?? []}
        onTable={(name, on) => {
          const rest = (address.table ?? []).filter((one) => one !== name);
          const next = on ? [...rest, name] : rest;
          change({ table: next.length === 0 ? undefined : next });
        }}
      />
    </div>
  );
}

export function TrendsPage() {
  const { collection } = useParams({ from: "/c/$collection/trends" });
  useTitle("Trends");
  return (
    <AnalysisGate collection={collection} withoutTopics>
      <TrendsBody collection={collection} />
    </AnalysisGate>
  );
}
