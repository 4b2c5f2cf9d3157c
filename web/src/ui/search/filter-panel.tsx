// The filters of a search: a histogram over time to drag over, a date field, and the facets with counts.
import type { Facets } from "#services/contract/search.ts";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import { TimeHistogram } from "../../charts/time-histogram.tsx";
import {
  type ListFilter,
  listFilters,
  type SearchAddress,
  toggled,
} from "../../shape/address/search-address.ts";
import { bars } from "../../shape/figures/histogram.ts";
import { kindLabel, languageLabel } from "../../shape/words/sources.ts";
import { DateRange } from "../parts/date-range.tsx";
import { FacetList } from "../parts/facet-list.tsx";

export interface FilterPanelProps {
  readonly address: SearchAddress;
  readonly facets: Facets | null | undefined;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
  /** The search is over all collections: they are a facet too. */
  readonly acrossCollections: boolean;
  readonly topicName: (id: string) => string | undefined;
}

const titles: Record<ListFilter, string> = {
  topic: "Topic",
  author: "Person",
  bot: "Bots",
  role: "Role",
  source: "Source",
  channel: "Channel",
  lang: "Language",
  kind: "Kind",
};

const asLabelled = (filter: ListFilter, value: string | null, label: string): string => {
  if (filter === "role") return roleLabel(value ?? label);
  if (filter === "kind") return kindLabel(value ?? label);
  if (filter === "source") return sourceLabel(value);
  return filter === "lang" ? languageLabel(value) : label;
};

const dayMs = 86_400_000;
const mostBars = 44;

export function FilterPanel({
  address,
  facets,
  onAddress,
  acrossCollections,
  topicName,
}: FilterPanelProps) {
  const time = facets?.time ?? null;
  const drawn = time ? bars(time.bins, time.width, mostBars) : [];
  const barWidth = drawn[0] ? drawn[0].to - drawn[0].from : dayMs;
  const { after, before } = address;
  return (
    <>
      <section className="facet">
        {drawn.length > 1 && (
          <TimeHistogram
            bars={drawn}
            spec={{
              title: "Time",
              width: barWidth,
              zone: barWidth < dayMs ? undefined : "UTC",
              first: time?.first,
              last: time?.last,
            }}
            state={{ after, before }}
            onState={(range) => onAddress(range)}
          />
        )}
        <DateRange mt={10} range={{ after, before }} onRange={onAddress} />
      </section>
      {acrossCollections && (
        <FacetList
          title="Collection"
          values={facets?.collections ?? []}
          chosen={address.in ?? []}
          onToggle={(value) => {
            if (value !== null) onAddress({ in: toggled(address.in, value) });
          }}
        />
      )}
      {(Object.keys(titles) as ListFilter[]).map((filter) => (
        <FacetList
          key={filter}
          title={titles[filter]}
          values={(facets?.[listFilters[filter]] ?? []).map((one) => ({
            ...one,
            label: asLabelled(filter, one.value, one.label),
          }))}
          chosen={address[filter] ?? []}
          {...(filter === "topic"
            ? { nameOf: (id) => (id === null ? undefined : topicName(id)) }
            : {})}
          onToggle={(value) => {
            const now: readonly (string | null)[] | undefined = address[filter];
            onAddress({ [filter]: toggled(now, value) });
          }}
        />
      ))}
    </>
  );
}
