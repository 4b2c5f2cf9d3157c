// The filters that are on, as chips to take off.
import { UnstyledButton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import {
  type ListFilter,
  listFilters,
  type SearchAddress,
  toggled,
  withoutFilters,
} from "../../shape/address/search-address.ts";
import { kindLabel, languageLabel, roleLabel, sourceLabel } from "../../shape/words/sources.ts";
import { date } from "../../shape/words/times.ts";

interface Chip {
  readonly key: string;
  readonly label: string;
  readonly off: Partial<SearchAddress>;
}

type TopicName = (id: string) => string | undefined;

const readable = (filter: ListFilter, value: string | null, topicName: TopicName): string => {
  if (filter === "topic") return topicName(value ?? "none") ?? "A topic of before";
  if (filter === "role") return roleLabel(value ?? "");
  if (filter === "kind") return kindLabel(value ?? "");
  if (filter === "source") return sourceLabel(value);
  if (filter === "lang") return languageLabel(value);
  return filter === "author" ? `from ${value}` : `in ${value}`;
};

const timeChip = ({ after, before }: SearchAddress): Chip[] => {
  if (after === undefined && before === undefined) return [];
  const [from, to] = [after, before === undefined ? undefined : before - 1].map((at) =>
    at === undefined ? undefined : date(at),
  );
  const label = from && to ? `${from} – ${to}` : from ? `since ${from}` : `until ${to}`;
  return [{ key: "time", label, off: { after: undefined, before: undefined } }];
};

export const activeChips = (address: SearchAddress, topicName: TopicName): readonly Chip[] => [
  ...(address.like === undefined
    ? []
    : [{ key: "like", label: "More like one message", off: { like: undefined } }]),
  ...(address.v === undefined
    ? []
    : [{ key: "v", label: `As of version ${address.v}`, off: { v: undefined } }]),
  ...timeChip(address),
  ...(Object.keys(listFilters) as ListFilter[]).flatMap((filter) => {
    const values: readonly (string | null)[] = address[filter] ?? [];
    return values.map((value) => ({
      key: `${filter} ${value}`,
      label: readable(filter, value, topicName),
      off: { [filter]: toggled(values, value) },
    }));
  }),
];

export interface ActiveFiltersProps {
  readonly address: SearchAddress;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
  readonly onReplace: (address: SearchAddress) => void;
  readonly topicName: TopicName;
}

export function ActiveFilters({ address, onAddress, onReplace, topicName }: ActiveFiltersProps) {
  const chips = activeChips(address, topicName);
  if (chips.length === 0) return null;
  return (
    <fieldset className="chips" style={{ border: 0, margin: 0 }} aria-label="Filters that are on">
      {chips.map((chip) => (
        <UnstyledButton
          key={chip.key}
          className="chip"
          aria-label={`Take off: ${chip.label}`}
          onClick={() => onAddress(chip.off)}
        >
          <span className="clip">{chip.label}</span>
          <IconX size={13} stroke={2} aria-hidden style={{ flex: "none" }} />
        </UnstyledButton>
      ))}
      {chips.length > 1 && (
        <UnstyledButton
          className="hit-act"
          onClick={() => onReplace({ ...withoutFilters(address), v: undefined })}
        >
          Take all off
        </UnstyledButton>
      )}
    </fieldset>
  );
}
