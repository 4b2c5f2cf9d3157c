// The figure of languages: how many messages are in each, and their sentiment and length.

import { medianOf } from "#services/analyse/statistics/statistics.ts";
import { percent } from "#services/domain/percent.ts";
import { blank, type Datum, drawn, type Figure, type FigureFrame } from "./figure.ts";
import type { View } from "./view.ts";
import { list } from "./wording.ts";

const shape: FigureFrame = {
  name: "languages",
  title: "Languages",
  method:
    "The language of each message as detected from its text during the import; short messages get the language of the same author's neighbouring messages, and for some it stays unknown.",
  columns: [
    ["language", "Language", "text"],
    ["messages", "Messages", "count"],
    ["share", "Share", "share"],
    ["people", "People", "count"],
    ["length", "Median characters", "number"],
  ],
  chart: { type: "bars", x: "language", y: "messages", series: null, width: null },
};

/** The most languages shown; the rest have a handful of messages each, and most of those were detected wrongly. */
const MOST = 40;

let names: Intl.DisplayNames | undefined;

/** "en" → "English" */
export const languageName = (code: string): string => {
  names ??= new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  try {
    return names.of(code) ?? code;
  } catch {
    // Not in a form that Intl accepts as a language code: shown unchanged.
    return code;
  }
};

/** Messages by language, largest first; those of unknown language last. */
export const languages = (view: View): Figure => {
  const { frame, rows } = view;
  if (rows.length === 0) return blank(shape, "No messages are selected.");
  const { language, author, length } = frame.messages;
  const byPlace = new Map<number, { lengths: number[]; people: Set<number> }>();
  for (const row of rows) {
    const place = language[row] ?? -1;
    const one = byPlace.get(place) ?? { lengths: [], people: new Set<number>() };
    byPlace.set(place, one);
    one.lengths.push(length[row] ?? 0);
    one.people.add(author[row] ?? 0);
  }
  const told = rows.length - (byPlace.get(-1)?.lengths.length ?? 0);
  const sorted = [...byPlace]
    .sort(
      ([a, x], [b, y]) => (a < 0 ? 1 : 0) - (b < 0 ? 1 : 0) || y.lengths.length - x.lengths.length,
    )
    .map(([place, { lengths, people }]) => ({
      code: frame.languages[place] ?? null,
      messages: lengths.length,
      people: people.size,
      length: medianOf(lengths),
    }));
  const shown = [
    ...sorted.filter(({ code }) => code !== null).slice(0, MOST),
    ...sorted.filter(({ code }) => code === null),
  ];
  const data = shown.map(
    ({ code, messages, people, length: median }): Datum => ({
      cells: [
        code === null ? "Too short to tell" : languageName(code),
        messages,
        messages / rows.length,
        people,
        median,
      ],
      opens: { languages: [code] },
    }),
  );
  const largest = sorted
    .filter(({ code, messages }) => code !== null && messages / Math.max(1, told) >= 0.01)
    .slice(0, 3)
    .map(({ code, messages }) => `${percent(messages / told)} ${languageName(code ?? "")}`);
  const says =
    told === 0
      ? "All of these messages are too short to detect their language."
      : `Of the messages whose language is known, ${list(largest)}.`;
  return drawn(shape, data, says);
};
