// The colours of what works (green) and of what is wrong (red) can be read on both backgrounds, in both colour schemes.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const css = readFileSync(new URL("./base.css", import.meta.url), "utf8");

/** Red, green and blue, 0 … 255. */
const colourOf = (scheme: string, name: string): number[] => {
  const block = css.split(`[data-mantine-color-scheme="${scheme}"] {`)[1]?.split("}")[0];
  const hex = block?.match(new RegExp(`${name}: #([0-9a-f]{6});`, "u"))?.[1] ?? "";
  return [0, 2, 4].map((from) => Number.parseInt(hex.slice(from, from + 2), 16));
};

/** Relative luminance of WCAG 2, 0 … 1. */
const luminance = (colour: readonly number[]): number => {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const grounds = ["light", "dark"].flatMap((scheme) =>
  ["--surface", "--mantine-color-body"].map((ground) => [scheme, ground] as const),
);
const contrast = (one: readonly number[], other: readonly number[]): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

it.each(grounds)("what works, in the %s scheme on %s", (scheme, ground) => {
  const good = colourOf(scheme, "--good");
  expect(contrast(good, colourOf(scheme, ground))).toBeGreaterThan(4.5);
  expect(Math.max(...good)).toBe(good[1]);
});

it.each(grounds)("what is wrong in a form, in the %s scheme on %s", (scheme, ground) => {
  const wrong = colourOf(scheme, "--mantine-color-error");
  expect(contrast(wrong, colourOf(scheme, ground))).toBeGreaterThan(4.5);
  expect(Math.max(...wrong)).toBe(wrong[0]);
});
