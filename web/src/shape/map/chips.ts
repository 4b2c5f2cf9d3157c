// What is selected, in words: one chip for each part, with the selection that is left without it.
import type { Selection } from "#services/contract/selection.ts";
import { languageLabel, roleLabel, sourceLabel } from "../words/sources.ts";
import { date } from "../words/times.ts";

export interface SelectionChip {
  readonly key: string;
  readonly label: string;
  /** The selection without it. */
  readonly without: Selection;
}

/** Names for ids: topics, labels, concepts, conversations. */
export type NameOf = (field: keyof Selection, id: string) => string | undefined;

const weekdays = [
  "Mondays",
  "Tuesdays",
  "Wednesdays",
  "Thursdays",
  "Fridays",
  "Saturdays",
  "Sundays",
];

const worded = (field: keyof Selection, value: string | number | null, nameOf: NameOf): string => {
  const text = String(value ?? "");
  if (field === "roles") return roleLabel(text);
  if (field === "sources") return sourceLabel(text);
  if (field === "languages") return languageLabel(value === null ? null : text);
  if (field === "hours") return `${text.padStart(2, "0")}:00`;
  if (field === "weekdays") return weekdays[Number(value) - 1] ?? text;
  if (field === "topics" && value === "none") return "No topic";
  return nameOf(field, text) ?? text;
};

const timeText = ({ after, before }: Selection): string => {
  const from = after === undefined ? undefined : date(after);
  const to = before === undefined ? undefined : date(before - 1);
  if (from !== undefined && to !== undefined) return from === to ? from : `${from} – ${to}`;
  return from === undefined ? `until ${to}` : `since ${from}`;
};

const lists = [
  "labels",
  "concepts",
  "topics",
  "authors",
  "roles",
  "sources",
  "channels",
  "languages",
  "conversations",
  "models",
  "hours",
  "weekdays",
  "sentiment",
  "flags",
] as const satisfies readonly (keyof Selection)[];

export const selectionChips = (selection: Selection, nameOf: NameOf): readonly SelectionChip[] => {
  const { area: _area, ...outside } = selection;
  const { after: _after, before: _before, ...everTime } = selection;
  const { version: _version, ...anyVersion } = selection;
  const { not: _not, ...exactly } = selection;
  return [
    ...(selection.not ? [{ key: "not", label: "Everything but", without: exactly }] : []),
    ...(selection.area ? [{ key: "area", label: "Area on the map", without: outside }] : []),
    ...lists.flatMap((field) => {
      const values: readonly (string | number | null)[] = selection[field] ?? [];
      return values.map((value) => {
        const { [field]: _field, ...rest } = selection;
        const left = values.filter((one) => one !== value);
        return {
          key: `${field} ${value}`,
          label: worded(field, value, nameOf),
          without: (left.length === 0 ? rest : { ...rest, [field]: left }) as Selection,
        };
      });
    }),
    ...(selection.after === undefined && selection.before === undefined
      ? []
      : [{ key: "time", label: timeText(selection), without: everTime }]),
    ...(selection.version === undefined
      ? []
      : [{ key: "version", label: `Version ${selection.version}`, without: anyVersion }]),
  ];
};
