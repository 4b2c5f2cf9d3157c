// Ready-made comparisons, made from the contents of a collection.
import type { Selection } from "#services/contract/selection.ts";
import { sourceLabel } from "../words/sources.ts";

export interface ComparePreset {
  readonly name: string;
  readonly a: Selection;
  readonly b: Selection;
}

export interface Compared {
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly sources: readonly string[];
  /** The last version that added messages to earlier ones; null where there is none. */
  readonly version: number | null;
  readonly roles: readonly string[];
}

const dayMs = 86_400_000;

/** The first instant of a month in the reader's zone, `by` months away. */
const monthStart = (at: number, by: number): number => {
  const of = new Date(at);
  return new Date(of.getFullYear(), of.getMonth() + by, 1).getTime();
};

const timePresets = (first: number, last: number): readonly ComparePreset[] => {
  const span = last - first;
  const thisMonth = monthStart(last, 0);
  // With less than 20 days in the newest message's month, the month before is the last whole one.
  const end = last - thisMonth > 20 * dayMs ? monthStart(last, 1) : thisMonth;
  const month: ComparePreset = {
    name: "Last month and the month before",
    a: { after: monthStart(end - 1, 0), before: end },
    b: { after: monthStart(end - 1, -1), before: monthStart(end - 1, 0) },
  };
  const quarter = Math.round(first + span * 0.75);
  return [
    ...(span > 50 * dayMs ? [month] : []),
    ...(span > 0
      ? [
          {
            name: "Last quarter of the time and all time before",
            a: { after: quarter },
            b: { before: quarter },
          },
        ]
      : []),
    ...(span > 6 * dayMs
      ? [
          {
            name: "Weekends and weekdays",
            a: { weekdays: [6, 7] },
            b: { weekdays: [1, 2, 3, 4, 5] },
          },
        ]
      : []),
  ];
};

interface VersionBrought {
  readonly number: number;
  readonly added: number;
  readonly rows: number;
}

/** The newest analysed version that added chunks to earlier ones. Merges are not counted: they only rewrite segments. */
export const lastAddition = (
  versions: readonly VersionBrought[],
  analysed: number | null,
): number | null => {
  const numbers = versions
    .filter((one) => one.added > 0 && one.rows > one.added && one.number <= (analysed ?? 0))
    .map((one) => one.number);
  return numbers.length === 0 ? null : Math.max(...numbers);
};

/** Presets for a collection, the most useful first. */
export const comparePresets = (of: Compared): readonly ComparePreset[] => {
  const [one, two] = of.sources;
  return [
    ...(of.firstAt !== null && of.lastAt !== null ? timePresets(of.firstAt, of.lastAt) : []),
    ...(one !== undefined && two !== undefined
      ? [
          {
            name: `${sourceLabel(one)} and ${sourceLabel(two)}`,
            a: { sources: [one] } as Selection,
            b: { sources: [two] } as Selection,
          },
        ]
      : []),
    ...(of.roles.includes("user") && of.roles.includes("assistant")
      ? [
          {
            name: "Messages of people and messages of assistants",
            a: { roles: ["user", "person"] } as Selection,
            b: { roles: ["assistant"] } as Selection,
          },
        ]
      : []),
    ...(of.version !== null && of.version > 1
      ? [
          {
            name: `Messages new in version ${of.version} and messages before`,
            a: { version: of.version - 1, not: true } as Selection,
            b: { version: of.version - 1 } as Selection,
          },
        ]
      : []),
    {
      name: "Positive and negative sentiment",
      a: { sentiment: ["positive"] },
      b: { sentiment: ["negative"] },
    },
  ];
};
