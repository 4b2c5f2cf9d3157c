// The filters of a selection: topics, people, sources and others, with the number of messages of each value.
import { useQuery } from "@tanstack/react-query";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import { facetsQuery, labelsQuery } from "../../api/selected.ts";
import { toggled } from "../../shape/address/search-address.ts";
import {
  type SelectionAddress,
  type SelectionList,
  selectionOf,
} from "../../shape/address/selection-address.ts";
import { flagLabel, weekdayName, weekdaysInOrder } from "../../shape/address/selection-chips.ts";
import { languageLabel } from "../../shape/words/sources.ts";
import { FacetList } from "../parts/facet-list.tsx";
import "../search/search.css";
import { useTopicMarks } from "../topics/topic-marks.ts";

export interface SelectionFacetsProps {
  readonly collection: string;
  readonly address: SelectionAddress;
  readonly onAddress: (change: Partial<SelectionAddress>) => void;
}

const without = (address: SelectionAddress, name: SelectionList): SelectionAddress => ({
  ...address,
  [name]: undefined,
});

const moods = ["positive", "neutral", "negative"] as const;
const flags = ["question", "frustration", "refusal"] as const;

/** A facet is counted without its own chosen values, so that other values can be added. */
function Counted({
  collection,
  address,
  onAddress,
  name,
  title,
}: SelectionFacetsProps & {
  readonly name: "topic" | "author" | "bot" | "source" | "channel" | "lang" | "role";
  readonly title: string;
}) {
  const marks = useTopicMarks(collection);
  const { data } = useQuery(facetsQuery(collection, selectionOf(without(address, name))));
  const facets = data?.facets;
  const values = {
    topic: facets?.topics,
    author: facets?.authors,
    bot: facets?.bots,
    source: facets?.sources,
    channel: facets?.channels,
    lang: facets?.languages,
    role: facets?.roles,
  }[name];
  const labelOf = (value: string | null, label: string): string => {
    if (name === "topic")
      return value === "none" ? "No topic" : (marks.get(value ?? "")?.title ?? label);
    if (name === "role") return roleLabel(value ?? label);
    if (name === "source") return sourceLabel(value);
    return name === "lang" ? languageLabel(value) : label;
  };
  const chosen: readonly (string | null)[] = address[name] ?? [];
  return (
    <FacetList
      title={title}
      values={(values ?? []).map((one) => ({ ...one, label: labelOf(one.value, one.label) }))}
      chosen={chosen}
      onToggle={(value) => onAddress({ [name]: toggled(chosen, value) })}
    />
  );
}

export function SelectionFacets(props: SelectionFacetsProps) {
  const { collection, address, onAddress } = props;
  const { data: labels } = useQuery(labelsQuery(collection));
  return (
    <>
      <Counted {...props} name="topic" title="Topic" />
      <Counted {...props} name="author" title="Person" />
      <Counted {...props} name="bot" title="Bots" />
      <Counted {...props} name="source" title="Source" />
      <Counted {...props} name="channel" title="Channel" />
      <Counted {...props} name="lang" title="Language" />
      <Counted {...props} name="role" title="Role" />
      <FacetList
        title="Sentiment"
        values={moods.map((mood) => ({ value: mood, label: mood, count: undefined }))}
        chosen={address.mood ?? []}
        onToggle={(value) => {
          const mood = moods.find((one) => one === value);
          if (mood) onAddress({ mood: toggled(address.mood, mood) });
        }}
      />
      <FacetList
        title="Flag"
        values={flags.map((flag) => ({ value: flag, label: flagLabel(flag), count: undefined }))}
        chosen={address.flag ?? []}
        onToggle={(value) => {
          const flag = flags.find((one) => one === value);
          if (flag) onAddress({ flag: toggled(address.flag, flag) });
        }}
      />
      <FacetList
        title="Weekday"
        values={weekdaysInOrder().map((day) => ({
          value: String(day),
          label: weekdayName(day),
          count: undefined,
        }))}
        chosen={(address.weekday ?? []).map(String)}
        onToggle={(value) => onAddress({ weekday: toggled(address.weekday, Number(value)) })}
      />
      <FacetList
        title="Label"
        values={(labels ?? []).map((one) => ({
          value: one.id,
          label: one.name,
          count: one.chunks,
        }))}
        chosen={address.label ?? []}
        onToggle={(value) => {
          if (value !== null) onAddress({ label: toggled(address.label, value) });
        }}
      />
    </>
  );
}
