// Ready-made comparisons, made from the contents of a collection.
import type { Figure } from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { stepText } from "#services/domain/step-text.ts";
import { writtenIn } from "../words/english.ts";

export interface ComparePreset {
  readonly name: string;
  readonly a: Selection;
  readonly b: Selection;
}

export interface Month {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  /** IANA zone in which it begins. */
  readonly zone: string;
}

export interface Compared {
  /** In order, without gaps. */
  readonly months: readonly Month[];
  /** Messages at weekends and on other days; null where none has a time. */
  readonly weekdays: { readonly weekend: number; readonly others: number } | null;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly sources: readonly string[];
  /** The last version that added messages to earlier ones; null where there is none. */
  readonly version: number | null;
  readonly roles: readonly string[];
}

const dayMs = 86_400_000;
/** A month of which fewer days have passed is not compared: the month before is the last whole one. */
const wholeMonthMs = 20 * dayMs;

/** The two newest months in a row with messages in both. */
const monthPreset = ({ months, lastAt }: Compared): readonly ComparePreset[] => {
  const whole = months.filter(({ from }) => (lastAt ?? 0) - from > wholeMonthMs);
  const at = whole.findLastIndex(
    (month, nth) => month.messages > 0 && (whole[nth - 1]?.messages ?? 0) > 0,
  );
  const [before, now] = [whole[at - 1], whole[at]];
  if (!before || !now) return [];
  const isLast = at === whole.length - 1;
  const name = (month: Month) =>
    stepText(month.from, 30 * dayMs, { zone: month.zone, form: writtenIn() });
  return [
    {
      name: isLast ? "Last month and the month before" : `${name(now)} and ${name(before)}`,
      a: { after: now.from, before: now.to },
      b: { after: before.from, before: before.to },
    },
  ];
};

const timePresets = (of: Compared): readonly ComparePreset[] => {
  const { firstAt: first, lastAt: last, weekdays } = of;
  if (first === null || last === null) return [];
  const quarter = Math.round(first + (last - first) * 0.75);
  return [
    ...monthPreset(of),
    ...(last > first
      ? [
          {
            name: "Last quarter of the time and all time before",
            a: { after: quarter },
            b: { before: quarter },
          },
        ]
      : []),
    ...(weekdays !== null && weekdays.weekend > 0 && weekdays.others > 0
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

/** The months of a figure of volume by month. */
export const monthsOf = ({ rows, selections, time }: Figure): readonly Month[] =>
  rows.flatMap(([from, messages], at) => {
    const to = rows[at + 1]?.[0] ?? selections[at]?.before;
    return typeof from === "number" && typeof to === "number"
      ? [{ from, to, messages: Number(messages), zone: time?.zone ?? "UTC" }]
      : [];
  });

const hoursOfWorkdays = 5 * 24;

/** Messages at weekends and on other days, of a figure of hours and weekdays: Monday's hours are its first rows. */
export const weekdaysOf = ({ rows }: Figure): Compared["weekdays"] => {
  const sum = (some: Figure["rows"]) => some.reduce((all, row) => all + Number(row[2]), 0);
  return rows.length === 0
    ? null
    : { weekend: sum(rows.slice(hoursOfWorkdays)), others: sum(rows.slice(0, hoursOfWorkdays)) };
};

/** Presets for a collection, the most useful first; each has messages on both sides. */
export const comparePresets = (of: Compared): readonly ComparePreset[] => {
  const [one, two] = of.sources;
  return [
    ...timePresets(of),
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
