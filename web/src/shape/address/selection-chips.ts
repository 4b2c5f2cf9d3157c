// A selection in words: one chip for each part, with the change of the URL that removes it.
import { firstDayOfWeek } from "#services/domain/english.ts";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import { writtenIn } from "../words/english.ts";
import { kindLabel, languageLabel } from "../words/sources.ts";
import { date, hourName } from "../words/times.ts";
import { type SearchAddress, toggled } from "./search-address.ts";
import { type SelectionAddress, type SelectionList, selectionLists } from "./selection-address.ts";

export interface Chip<A> {
  readonly key: string;
  readonly label: string;
  /** The change of the URL parameters that removes it. */
  readonly off: Partial<A>;
}

/** Names of topics, labels and concepts, of which the URL holds ids only. */
export interface ChipNames {
  readonly topic: (id: string) => string | undefined;
  readonly label: (id: string) => string | undefined;
  readonly concept: (id: string) => string | undefined;
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** 1 (Monday) … 7. */
export const weekdayName = (weekday: number): string => weekdays[weekday - 1] ?? `day ${weekday}`;
/** The days of the week as the reader's calendars have them. */
export const weekdaysInOrder = (): readonly number[] =>
  firstDayOfWeek(writtenIn()) === 0 ? [7, 1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5, 6, 7];

const flagNames: ReadonlyMap<string, string> = new Map([
  ["refusal", "Refusals"],
  ["frustration", "Frustration"],
  ["question", "Questions"],
]);
export const flagLabel = (flag: string): string => flagNames.get(flag) ?? flag;

type Value = string | number | null;

const readers = {
  topic: (value, names) =>
    value === "none" ? "No topic" : (names.topic(String(value)) ?? "Unknown topic"),
  author: (value) => `from ${value}`,
  bot: (value) => (value === "yes" ? "Bots" : "No bots"),
  role: (value) => roleLabel(String(value)),
  source: (value) => sourceLabel(value === null ? null : String(value)),
  channel: (value) => `in ${value}`,
  lang: (value) => languageLabel(value === null ? null : String(value)),
  in: () => "One conversation",
  model: (value) => `Model ${value}`,
  hour: (value) => `at ${hourName(Number(value))}`,
  weekday: (value) => weekdayName(Number(value)),
  mood: (value) => `${value} sentiment`,
  flag: (value) => flagLabel(String(value)),
  label: (value, names) => names.label(String(value)) ?? "A label",
  concept: (value, names) => names.concept(String(value)) ?? "A concept",
} as const satisfies Record<SelectionList, (value: Value, names: ChipNames) => string>;

/** "Mar 3, 2024 – Mar 5, 2024", "since Mar 3, 2024", "until Mar 5, 2024"; undefined where no time is set. */
export const timeWords = ({
  after,
  before,
}: Pick<SelectionAddress, "after" | "before">): string | undefined => {
  if (after === undefined && before === undefined) return undefined;
  const from = after === undefined ? undefined : date(after);
  const to = before === undefined ? undefined : date(before - 1);
  if (from === undefined) return `until ${to}`;
  if (to === undefined) return `since ${from}`;
  return from === to ? from : `${from} – ${to}`;
};

/** More values of one field than this are one chip with their number. */
const maxChipsOfField = 4;
const plurals: ReadonlyMap<SelectionList, string> = new Map([
  ["topic", "topics"],
  ["author", "people"],
  ["channel", "channels"],
  ["in", "conversations"],
  ["hour", "hours of the day"],
]);

const chipsOf = (
  name: SelectionList,
  values: readonly Value[],
  names: ChipNames,
): readonly Chip<SelectionAddress>[] => {
  if (values.length > maxChipsOfField) {
    const label = `${values.length} ${plurals.get(name) ?? "values"}`;
    return [{ key: name, label, off: { [name]: undefined } }];
  }
  return values.map((value) => ({
    key: `${name} ${value}`,
    label: readers[name](value, names),
    off: { [name]: toggled(values, value) },
  }));
};

export const selectionChips = (
  address: SelectionAddress,
  names: ChipNames,
): readonly Chip<SelectionAddress>[] => {
  const time = timeWords(address);
  return [
    ...(address.not ? [{ key: "not", label: "All except", off: { not: undefined } }] : []),
    ...(time === undefined
      ? []
      : [{ key: "time", label: time, off: { after: undefined, before: undefined } }]),
    ...(Object.keys(selectionLists) as SelectionList[]).flatMap((name) =>
      chipsOf(name, address[name] ?? [], names),
    ),
    ...(address.area === undefined
      ? []
      : [{ key: "area", label: "Area on the map", off: { area: undefined } }]),
    ...(address.v === undefined
      ? []
      : [{ key: "v", label: `In version ${address.v}`, off: { v: undefined } }]),
  ];
};

/** The chips of the search page: its filters, the version, and the chunk that similar ones are searched for. */
export const searchChips = (
  address: SearchAddress,
  topicName: (id: string) => string | undefined,
): readonly Chip<SearchAddress>[] => {
  const { after, before, topic, author, bot, role, source, channel, lang, kind = [] } = address;
  const names: ChipNames = { topic: topicName, label: () => undefined, concept: () => undefined };
  return [
    ...(address.like === undefined
      ? []
      : [{ key: "like", label: "Similar to one message", off: { like: undefined } }]),
    ...(address.v === undefined
      ? []
      : [{ key: "v", label: `Version ${address.v}`, off: { v: undefined } }]),
    ...selectionChips({ after, before, topic, author, bot, role, source, channel, lang }, names),
    ...kind.map((value) => ({
      key: `kind ${value}`,
      label: kindLabel(value),
      off: { kind: toggled(kind, value) },
    })),
  ];
};

/** The whole selection as one phrase: "All messages", "Garden, from mira, since Mar 3, 2024". */
export const selectionWords = (address: SelectionAddress, names: ChipNames): string => {
  const [first, ...rest] = selectionChips(address, names).map(({ key, label }) =>
    key === "v" ? label.charAt(0).toLowerCase() + label.slice(1) : label,
  );
  if (first === undefined) return "All messages";
  if (address.not && address.v !== undefined && rest.length === 1)
    return `All messages that were not ${rest[0]}`;
  if (address.not && rest.length > 0) return `All messages except ${rest.join(", ")}`;
  const words = [first, ...rest].join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};
