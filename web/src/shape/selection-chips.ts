// A selection in words: one chip for each thing it says, and what takes that off again.

import { toggled } from "./search-address.ts";
import { type SelectionAddress, type SelectionList, selectionLists } from "./selection-address.ts";
import { languageLabel, sourceLabel } from "./sources.ts";
import { date } from "./times.ts";

export interface SelectionChip {
  readonly key: string;
  readonly label: string;
  readonly off: Partial<SelectionAddress>;
}

/** Names of what the address knows by id only. */
export interface ChipNames {
  readonly topic: (id: string) => string | undefined;
  readonly label: (id: string) => string | undefined;
  readonly concept: (id: string) => string | undefined;
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export const weekdayName = (weekday: number): string => weekdays[weekday - 1] ?? `day ${weekday}`;
export const hourName = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

const flagNames: ReadonlyMap<string, string> = new Map<string, string>([
  ["refusal", "Refusals"],
  ["frustration", "Frustration"],
  ["question", "Questions"],
]);
export const flagLabel = (flag: string): string => flagNames.get(flag) ?? flag;

const roleNames: ReadonlyMap<string, string> = new Map<string, string>([
  ["user", "Users"],
  ["person", "People"],
  ["assistant", "Assistants"],
  ["system", "System"],
  ["tool", "Tools"],
]);
/** Of many people, so not "You", as a person's own conversation says. */
export const roleName = (role: string): string => roleNames.get(role) ?? role;

type Value = string | number | null;

const readers = {
  topic: (value, names) =>
    value === "none" ? "No topic" : (names.topic(String(value)) ?? "A topic of before"),
  author: (value) => `from ${value}`,
  role: (value) => roleName(String(value)),
  source: (value) => sourceLabel(value === null ? null : String(value)),
  channel: (value) => `in ${value}`,
  lang: (value) => languageLabel(value === null ? null : String(value)),
  in: () => "One conversation",
  model: (value) => `Model ${value}`,
  hour: (value) => `at ${hourName(Number(value))}`,
  weekday: (value) => weekdayName(Number(value)),
  mood: (value) => `${value} tone`,
  flag: (value) => flagLabel(String(value)),
  label: (value, names) => names.label(String(value)) ?? "A label",
  concept: (value, names) => names.concept(String(value)) ?? "A concept",
} as const satisfies Record<SelectionList, (value: Value, names: ChipNames) => string>;

/** "3 Mar 2024 – 5 Mar 2024", "since 3 Mar 2024", "until 5 Mar 2024"; undefined where no time is chosen. */
export const timeWords = ({ after, before }: SelectionAddress): string | undefined => {
  if (after === undefined && before === undefined) return undefined;
  const from = after === undefined ? undefined : date(after);
  const to = before === undefined ? undefined : date(before - 1);
  if (from === undefined) return `until ${to}`;
  if (to === undefined) return `since ${from}`;
  return from === to ? from : `${from} – ${to}`;
};

/** More values of one kind than this are said as a number of them. */
const spelled = 4;
const many = {
  topic: "topics",
  author: "people",
  channel: "channels",
  in: "conversations",
  hour: "hours of the day",
} as const satisfies Partial<Record<SelectionList, string>>;

const chipsOf = (
  name: SelectionList,
  values: readonly Value[],
  names: ChipNames,
): readonly SelectionChip[] => {
  const plural: string = name in many ? many[name as keyof typeof many] : "values";
  if (values.length > spelled)
    return [{ key: name, label: `${values.length} ${plural}`, off: { [name]: undefined } }];
  return values.map((value) => ({
    key: `${name} ${value}`,
    label: readers[name](value, names),
    off: { [name]: toggled(values, value) },
  }));
};

export const selectionChips = (
  address: SelectionAddress,
  names: ChipNames,
): readonly SelectionChip[] => {
  const time = timeWords(address);
  return [
    ...(address.not ? [{ key: "not", label: "Everything but", off: { not: undefined } }] : []),
    ...(time === undefined
      ? []
      : [{ key: "time", label: time, off: { after: undefined, before: undefined } }]),
    ...(Object.keys(selectionLists) as SelectionList[]).flatMap((name) =>
      chipsOf(name, address[name] ?? [], names),
    ),
    ...(address.area === undefined
      ? []
      : [{ key: "area", label: "An area of the map", off: { area: undefined } }]),
    ...(address.v === undefined
      ? []
      : [{ key: "v", label: `In version ${address.v}`, off: { v: undefined } }]),
  ];
};

/** The whole selection as one phrase: "Everything", "Garden, from mira, since 3 Mar 2024". */
export const selectionWords = (address: SelectionAddress, names: ChipNames): string => {
  const [first, ...rest] = selectionChips(address, names).map(({ key, label }) =>
    key === "v" ? label.charAt(0).toLowerCase() + label.slice(1) : label,
  );
  if (first === undefined) return "Everything";
  if (address.not && address.v !== undefined && rest.length === 1)
    return `Everything that was not ${rest[0]}`;
  if (address.not && rest.length > 0) return `${first} ${rest.join(", ")}`;
  const words = [first, ...rest].join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};
