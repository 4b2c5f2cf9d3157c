// The colours of the points: categories and scales, for the legend and as a lookup table for the GPU.
import type { MapColumn, MapLegend, MapMeta } from "#services/contract/map.ts";
import { roleLabel, sourceLabel } from "#services/domain/labels.ts";
import { type Scheme, topicColour, topicColourCount } from "../topics/topic-colours.ts";
import { count as whole } from "../words/numbers.ts";
import { languageLabel } from "../words/sources.ts";
import { date } from "../words/times.ts";

/** The code of a point without a value in the column. */
export const absent = 65535;
/** Numbers are drawn in so many colour steps. */
export const scaleSteps = 256;

export interface LegendEntry {
  /** Number in the column's codes. */
  readonly code: number;
  /** Its value in a selection; null for "none". */
  readonly value: string | null;
  readonly label: string;
  readonly count: number;
  /** "#rrggbb". */
  readonly colour: string;
}

export type Colouring =
  | { readonly kind: "categories"; readonly entries: readonly LegendEntry[] }
  | {
      readonly kind: "scale";
      readonly low: string;
      readonly middle: string | undefined;
      readonly high: string;
      readonly stops: readonly string[];
    };

const grey = { light: "#b3aca1", dark: "#5c564f" } as const;

const rising = {
  light: ["#4a4fb0", "#7a3f9a", "#b03f74", "#d0603f", "#d99a1c"],
  dark: ["#6d74e8", "#a25cc4", "#d9669a", "#ee8a58", "#f6c655"],
} as const;
// An amount: from the background's grey to the accent colour.
const amount = {
  light: ["#cfc5bd", "#cf9db5", "#b85a8b", "#8f2d5a", "#561a36"],
  dark: ["#443c39", "#74425a", "#ab4f7c", "#dd82ad", "#ffd3e6"],
} as const;
// Two directions from a grey middle; orange and blue are distinct with every kind of colour vision.
const twoWays = {
  light: ["#b8420f", "#dd8d5e", "#b9b2a7", "#5e9fce", "#1667a8"],
  dark: ["#ff8a4c", "#c9794f", "#6b655b", "#5c97c9", "#6cb8ff"],
} as const;

const stopsOf = (column: MapColumn, scheme: Scheme): readonly string[] => {
  if (column === "sentiment") return twoWays[scheme];
  return column === "time" ? rising[scheme] : amount[scheme];
};

export const rgbOf = (colour: string): [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** The colour at `part` 0 … 1 of a gradient. */
const along = (stops: readonly string[], part: number): [number, number, number] => {
  const at = Math.min(0.999_999, Math.max(0, part)) * (stops.length - 1);
  const from = rgbOf(stops[Math.floor(at)] ?? "#000000");
  const to = rgbOf(stops[Math.floor(at) + 1] ?? "#000000");
  const share = at - Math.floor(at);
  return [0, 1, 2].map((channel) =>
    Math.round((from[channel] ?? 0) * (1 - share) + (to[channel] ?? 0) * share),
  ) as [number, number, number];
};

const dayMs = 86_400_000;

const numberText = (unit: "time" | "share" | "count", value: number): string => {
  if (unit === "time") return date(value * dayMs);
  return unit === "count" ? whole(Math.round(value)) : value.toFixed(2);
};

const readable = (column: MapColumn, value: string | null, label: string): string => {
  if (column === "role") return roleLabel(value ?? label);
  if (column === "source") return sourceLabel(value);
  return column === "language" ? languageLabel(value) : label;
};

/** The colouring of a column. A category that stands for all others is grey. */
export const colouringOf = (legend: MapLegend, scheme: Scheme): Colouring => {
  if (legend.kind === "numbers") {
    const { unit, low, high, name } = legend;
    return {
      kind: "scale",
      low: name === "sentiment" ? "negative" : numberText(unit, low),
      middle: name === "sentiment" ? "neutral" : undefined,
      high: name === "sentiment" ? "positive" : numberText(unit, high),
      stops: stopsOf(name, scheme),
    };
  }
  return {
    kind: "categories",
    entries: legend.values.map(({ value, label, count }, code) => ({
      code,
      value,
      label: readable(legend.name, value, label),
      count,
      colour: value === null || code >= topicColourCount ? grey[scheme] : topicColour(code, scheme),
    })),
  };
};

/** The colouring by topic: every leaf topic in its own colour, with its number of points. `counts` by leaf number. */
export const topicColouring = (
  topics: MapMeta["topics"],
  counts: ArrayLike<number>,
  scheme: Scheme,
): Colouring => ({
  kind: "categories",
  entries: topics.map(({ topic, title, colour }, code) => ({
    code,
    value: topic,
    label: title,
    count: counts[code] ?? 0,
    colour: topicColour(colour, scheme),
  })),
});

/** The lookup table: r, g, b, a for "none", then for every code. */
export const lookupOf = (colouring: Colouring, scheme: Scheme): Uint8Array<ArrayBuffer> => {
  const length = colouring.kind === "scale" ? scaleSteps : colouring.entries.length;
  const found = new Uint8Array((length + 1) * 4);
  found.set([...rgbOf(grey[scheme]), 255]);
  for (let code = 0; code < length; code++) {
    const colour =
      colouring.kind === "scale"
        ? along(colouring.stops, code / (scaleSteps - 1))
        : rgbOf(colouring.entries[code]?.colour ?? grey[scheme]);
    found.set([...colour, 255], (code + 1) * 4);
  }
  return found;
};

/** Numbers → steps of the scale; NaN and infinity get the code `absent`. */
export const stepsOf = (values: Float32Array, low: number, high: number): Uint16Array => {
  const codes = new Uint16Array(values.length);
  const per = high > low ? (scaleSteps - 1) / (high - low) : 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    codes[at] = Number.isFinite(value)
      ? Math.min(scaleSteps - 1, Math.max(0, Math.round((value - low) * per)))
      : absent;
  }
  return codes;
};

/** Numbers of leaf topics (−1 = none) → codes. */
export const topicCodes = (topics: Int16Array): Uint16Array => {
  const codes = new Uint16Array(topics.length);
  for (let at = 0; at < topics.length; at++) {
    const topic = topics[at] ?? -1;
    codes[at] = topic < 0 ? absent : topic;
  }
  return codes;
};

/** How many points have each of the codes 0 … length − 1; the last entry counts all other points. */
export const countCodes = (codes: Uint16Array, length: number): Uint32Array => {
  const counts = new Uint32Array(length + 1);
  for (const code of codes) {
    const at = code < length ? code : length;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
};
