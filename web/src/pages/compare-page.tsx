// The compare page: two selections A and B, their differences with significance, and the messages of each difference.
import {
  Button,
  Drawer,
  Group,
  Menu,
  Select,
  Skeleton,
  Switch,
  Text,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { IconArrowsLeftRight, IconChevronDown, IconScale } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Comparison, Difference } from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";
import { analysisQuery } from "../api/analysis.ts";
import { collectionQuery, versionsQuery } from "../api/collections.ts";
import { comparisonQuery, facetsQuery, figuresQuery } from "../api/selected.ts";
import type { CompareAddress } from "../shape/address/page-addresses.ts";
import {
  addressOf,
  narrowed,
  type SelectionAddress,
  selectionOf,
} from "../shape/address/selection-address.ts";
import { type ChipNames, selectionWords } from "../shape/address/selection-chips.ts";
import {
  type ComparePreset,
  comparePresets,
  lastAddition,
  monthsOf,
  weekdaysOf,
} from "../shape/figures/compare-presets.ts";
import {
  differenceKey,
  kindCounts,
  kindTitles,
  shownDifferences,
} from "../shape/figures/differences.ts";
import { counted } from "../shape/words/numbers.ts";
import { languageLabel } from "../shape/words/sources.ts";
import { unbroken } from "../shape/words/unbroken.ts";
import { AnalysisGate } from "../ui/analysis/analysis-gate.tsx";
import { MessagesDrawer, type OpenedMessages } from "../ui/messages/messages-drawer.tsx";
import { DateRange } from "../ui/parts/date-range.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useChipNames } from "../ui/selection/chip-names.ts";
import { DifferenceList } from "../ui/selection/difference-list.tsx";
import { SelectionFacets } from "../ui/selection/selection-facets.tsx";
import "./compare.css";

type Side = "a" | "b";

const dayMs = 86_400_000;
/** A month as figures have it; where there are too many months to draw, they have longer steps. */
const MONTH_MS = 30.44 * dayMs;

const useAddress = () => {
  const address = useSearch({ from: "/c/$collection/compare" });
  const navigate = useNavigate({ from: "/c/$collection/compare" });
  const change = (to: Partial<CompareAddress>) =>
    void navigate({ search: (now) => ({ ...now, ...to }), resetScroll: false });
  return [address, change] as const;
};

const usePresets = (collection: string): readonly ComparePreset[] => {
  const { data: here } = useQuery(collectionQuery(collection));
  const { data: analysis } = useQuery(analysisQuery(collection));
  const { data: found } = useQuery(facetsQuery(collection, {}));
  const { data: versions } = useInfiniteQuery(versionsQuery(collection));
  const { data: drawn, isPending } = useQuery(
    figuresQuery(collection, { figures: ["volume", "hours"], step: "month" }),
  );
  if (!here || isPending) return [];
  const [volume, hours] = ["volume", "hours"].map((name) =>
    drawn?.figures.find((one) => one.name === name),
  );
  return comparePresets({
    months: volume?.chart.width === MONTH_MS ? monthsOf(volume) : [],
    weekdays: hours === undefined ? null : weekdaysOf(hours),
    firstAt: here.firstAt,
    lastAt: here.lastAt,
    sources: here.sources.map((one) => one.source),
    version: lastAddition(versions?.pages[0]?.versions ?? [], analysis?.version ?? null),
    roles: found?.facets?.roles.flatMap((one) => (one.value === null ? [] : [one.value])) ?? [],
  });
};

interface SideCardProps {
  readonly side: Side;
  readonly collection: string;
  readonly address: SelectionAddress;
  readonly names: ChipNames;
  readonly found: Comparison["a"] | undefined;
  readonly onAddress: (next: SelectionAddress) => void;
}

function SideCard({ side, collection, address, names, found, onAddress }: SideCardProps) {
  const [open, setOpen] = useState(false);
  const name = side.toUpperCase();
  const change = (to: Partial<SelectionAddress>) => onAddress({ ...address, ...to });
  return (
    <section className={`card compare-side ${side}`} aria-label={`Side ${name}`}>
      <span className="compare-letter" aria-hidden="true">
        {name}
      </span>
      <div style={{ minWidth: 0, flex: 1 }}>
        <p className="compare-words">{selectionWords(address, names)}</p>
        <Text size="xs" c="dimmed" className="tabular">
          {found
            ? `${counted(found.messages, "message")}, ${counted(found.conversations, "conversation")}, ${counted(found.people, "person", "people")}`
            : " "}
        </Text>
      </div>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Filters<VisuallyHidden> of {name}</VisuallyHidden>
      </Button>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        title={`Messages in ${name}`}
        position={side === "a" ? "left" : "right"}
        size="min(340px, 88vw)"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {open && (
          <>
            <DateRange
              mb={16}
              label="Time"
              range={{ after: address.after, before: address.before }}
              onRange={change}
            />
            <SelectionFacets collection={collection} address={address} onAddress={change} />
          </>
        )}
      </Drawer>
    </section>
  );
}

const labelOf = (one: Difference): string =>
  one.kind === "language" && one.label === one.key ? languageLabel(one.key) : one.label;

/** The open difference from the URL, "a.topic.top_x" → its messages on that side. */
const openedOf = (open: string | undefined, found: Comparison): OpenedMessages | undefined => {
  const side = open?.[0];
  const one = found.differences.find((each) => differenceKey(each) === open?.slice(2));
  if (!one || (side !== "a" && side !== "b")) return undefined;
  const datum = side === "a" ? one.selectionA : one.selectionB;
  const selection = datum && narrowed(found[side].selection, datum);
  return selection ? { title: `${labelOf(one)} in ${side.toUpperCase()}`, selection } : undefined;
};

function Result({
  collection,
  found,
  busy,
}: {
  readonly collection: string;
  readonly found: Comparison;
  readonly busy: boolean;
}) {
  const [address, change] = useAddress();
  const all = address.all ?? false;
  const counts = kindCounts(found.differences, all);
  const shown = shownDifferences(found.differences, address);
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const says = found.says.length > 0 && (
    <ul className="compare-says">
      {found.says.map((one) => (
        <li key={one}>{unbroken(one)}</li>
      ))}
    </ul>
  );
  // No differences: there is too little to compare, or both sides are the same. The sentences say which.
  if (says && found.differences.length === 0) return <div aria-busy={busy}>{says}</div>;
  return (
    <div aria-busy={busy}>
      {says}
      {found.shared > 0 && (
        <Text size="sm" c="dimmed" mb={10}>
          {counted(found.shared, "message")} {found.shared === 1 ? "is" : "are"} in both A and B.
        </Text>
      )}
      <Group justify="space-between" mb={10} gap="xs">
        <Select
          w={190}
          aria-label="Kind of difference"
          allowDeselect={false}
          value={address.kind ?? "all"}
          data={[
            { value: "all", label: `All kinds (${total})` },
            ...[...counts].map(([kind, count]) => ({
              value: kind,
              label: `${kindTitles[kind]} (${count})`,
            })),
          ]}
          onChange={(kind) =>
            change({
              kind: kind === "all" || kind === null ? undefined : (kind as Difference["kind"]),
            })
          }
        />
        <Switch
          size="xs"
          label="Include differences that are not significant"
          checked={all}
          onChange={(event) => change({ all: event.currentTarget.checked || undefined })}
        />
      </Group>
      {shown.length === 0 ? (
        <EmptyState
          icon={<IconScale size={32} stroke={1.3} aria-hidden />}
          title="No significant difference"
        >
          A and B do not differ in this, or have too few messages to tell.
        </EmptyState>
      ) : (
        <div className="card">
          <DifferenceList
            differences={shown}
            labelOf={labelOf}
            onOpen={(side, one) => change({ open: `${side}.${differenceKey(one)}` })}
          />
        </div>
      )}
      <details className="compare-method">
        <summary>How is this computed?</summary>
        <p>{found.method}</p>
      </details>
      <MessagesDrawer
        collection={collection}
        opened={openedOf(address.open, found)}
        onClose={() => change({ open: undefined })}
      />
    </div>
  );
}

function Presets({
  presets,
  onPreset,
}: {
  readonly presets: readonly ComparePreset[];
  readonly onPreset: (preset: ComparePreset) => void;
}) {
  return (
    <div className="compare-start">
      <h2>Choose a comparison</h2>
      <p className="dim">
        Take one of these, or set the filters of A and B yourself: times, sources, people, topics.
      </p>
      <ul>
        {presets.map((preset) => (
          <li key={preset.name}>
            <UnstyledButton className="card compare-preset" onClick={() => onPreset(preset)}>
              {preset.name}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

function CompareBody({ collection }: { readonly collection: string }) {
  const [address, change] = useAddress();
  const presets = usePresets(collection);
  const { a = {}, b = {} } = address;
  const names = useChipNames(collection, {
    label: a.label ?? b.label,
    concept: a.concept ?? b.concept,
  });
  const sides: readonly [Selection, Selection] = [selectionOf(a), selectionOf(b)];
  const chosen = address.a !== undefined || address.b !== undefined;
  const result = useQuery({ ...comparisonQuery(collection, ...sides), enabled: chosen });
  const found = chosen ? result.data : undefined;
  const onPreset = (preset: ComparePreset) =>
    change({ a: addressOf(preset.a), b: addressOf(preset.b), open: undefined });
  return (
    <div className="page">
      <div className="compare-sides">
        <SideCard
          side="a"
          collection={collection}
          address={a}
          names={names}
          found={found?.a}
          onAddress={(next) => change({ a: next, open: undefined })}
        />
        <Button
          className="compare-swap"
          variant="default"
          size="xs"
          aria-label="Swap A and B"
          disabled={!chosen}
          onClick={() => change({ a: b, b: a, open: undefined })}
        >
          <IconArrowsLeftRight size={16} stroke={1.7} aria-hidden />
        </Button>
        <SideCard
          side="b"
          collection={collection}
          address={b}
          names={names}
          found={found?.b}
          onAddress={(next) => change({ b: next, open: undefined })}
        />
      </div>
      {chosen && (
        <Group justify="flex-end" mb={14}>
          <Menu position="bottom-end" shadow="md" width={340}>
            <Menu.Target>
              <Button
                size="xs"
                variant="subtle"
                color="gray"
                rightSection={<IconChevronDown size={14} stroke={1.8} aria-hidden />}
              >
                Other comparisons
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {presets.map((preset) => (
                <Menu.Item key={preset.name} onClick={() => onPreset(preset)}>
                  {preset.name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      )}
      {!chosen && <Presets presets={presets} onPreset={onPreset} />}
      {chosen && result.isPending && (
        <div role="status" aria-label="Loading the comparison">
          <Skeleton h={18} w="60%" mb={10} />
          <Skeleton h={320} radius="lg" />
        </div>
      )}
      {chosen && result.error && !found && (
        <ErrorMessage error={result.error} retry={() => void result.refetch()} />
      )}
      {found && <Result collection={collection} found={found} busy={result.isPlaceholderData} />}
    </div>
  );
}

export function ComparePage() {
  const { collection } = useParams({ from: "/c/$collection/compare" });
  useTitle("Compare");
  return (
    <AnalysisGate collection={collection} withoutTopics>
      <CompareBody collection={collection} />
    </AnalysisGate>
  );
}
