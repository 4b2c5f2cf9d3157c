// The colours of topics: ten, distinct with every kind of colour vision in both colour schemes, chosen by the topic's number.

/**
 * Found by search in OKLCH: the same hue in both schemes, at least 3 : 1 against every surface, and the smallest distance
 * between any two as large as it gets for normal sight and for protanopia, deuteranopia and tritanopia (Machado, Oliveira
 * and Fernandes 2009). Earlier ones differ more than later ones. Checked by topic-colours.test.ts.
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

/** Number of different colours; after the last they repeat. */
export const topicColourCount = palette.length;

const outside = { light: "#9d968a", dark: "#746d64" } as const;

/**
 * A topic's `colour` number → "#rrggbb". The number never changes, so filtering does not recolour the other topics;
 * −1, for no topic, is a warm grey.
 */
export const topicColour = (colour: number, scheme: Scheme): string =>
  (palette[colour % palette.length] ?? outside)[scheme];
