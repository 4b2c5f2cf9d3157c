// The colours of topics: ten that stay apart for every eye, on paper and in the dark, chosen by the topic's own number.

/**
 * Found by search in OKLCH: the same hue in both schemes, at least 3 : 1 against every surface, and the smallest distance
 * between any two as large as it gets for normal sight and for protanopia, deuteranopia and tritanopia (Machado, Oliveira
 * and Fernandes 2009). The ones before are further apart than the ones after. topic-colours.test.ts keeps the promise.
 */
const palette = [
  { light: "#8c1666", dark: "#d78fb7" },
  { light: "#8f8f20", dark: "#d9da4c" },
  { light: "#3a8ce5", dark: "#3789e3" },
  { light: "#ab481d", dark: "#e37043" },
  { light: "#514bcb", dark: "#b7bffe" },
  { light: "#c57274", dark: "#a06263" },
  { light: "#6b4308", dark: "#ec9a22" },
  { light: "#74689f", dark: "#af96fe" },
  { light: "#3b7552", dark: "#73e29f" },
  { light: "#504987", dark: "#7c7aa9" },
] as const;

export type Scheme = "light" | "dark";

/** How many differ; after these they come again. */
export const topicColourCount = palette.length;

const outside = { light: "#9d968a", dark: "#746d64" } as const;

/**
 * A topic's `colour` number → "#rrggbb". It belongs to the topic for good, so that filtering never repaints what is left;
 * −1, for what belongs to no topic, is a warm grey.
 */
export const topicColour = (colour: number, scheme: Scheme): string =>
  (palette[colour % palette.length] ?? outside)[scheme];
