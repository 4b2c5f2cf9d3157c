// The topic palette: distinct with every kind of colour vision, enough contrast on every surface, stable per topic.
import { describe, expect, it } from "vitest";
import { type Scheme, topicColour, topicColourCount } from "./topic-colours.ts";

type Triple = readonly [number, number, number];

const linear = (hex: string): Triple => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return [r, g, b];
};

// Machado, Oliveira and Fernandes 2009, severity 1.
const sights = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const satisfies Record<string, readonly Triple[]>;

const times = (row: Triple, colour: Triple) =>
  row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2];
const seen = (rows: readonly Triple[], colour: Triple): Triple => {
  const [r = 0, g = 0, b = 0] = rows.map((row) => Math.min(1, Math.max(0, times(row, colour))));
  return [r, g, b];
};

/** OKLab, Ottosson 2020. */
const lab = (colour: Triple): Triple => {
  const l = Math.cbrt(times([0.4122214708, 0.5363325363, 0.0514459929], colour));
  const m = Math.cbrt(times([0.2119034982, 0.6806995451, 0.1073969566], colour));
  const s = Math.cbrt(times([0.0883024619, 0.2817188376, 0.6299787005], colour));
  return [
    times([0.2104542553, 0.793617785, -0.0040720468], [l, m, s]),
    times([1.9779984951, -2.428592205, 0.4505937099], [l, m, s]),
    times([0.0259040371, 0.7827717662, -0.808675766], [l, m, s]),
  ];
};

const contrast = (a: string, b: string) => {
  const [x, y] = [a, b].map((hex) => times([0.2126, 0.7152, 0.0722], linear(hex)));
  return (Math.max(x ?? 0, y ?? 0) + 0.05) / (Math.min(x ?? 0, y ?? 0) + 0.05);
};

const numbers = Array.from({ length: topicColourCount }, (_, index) => index);
const pairs = numbers.flatMap((a) => numbers.slice(0, a).map((b) => [a, b] as const));
const surfaces: Record<Scheme, readonly string[]> = {
  light: ["#ffffff", "#fdfcfa", "#f6f3ee"],
  dark: ["#151311", "#1d1b18", "#211e1b"],
};

describe.each(["light", "dark"] as const)("topic colours on %s", (scheme) => {
  it.each(Object.entries(sights))("are distinct with %s vision", (_name, rows) => {
    const nearest = Math.min(
      ...pairs.map(([a, b]) => {
        const [p, q] = [a, b].map((n) => lab(seen(rows, linear(topicColour(n, scheme)))));
        return Math.hypot(...(p ?? []).map((value, at) => value - (q?.[at] ?? 0)));
      }),
    );
    // About three times the just noticeable difference in OKLab.
    expect(nearest).toBeGreaterThan(0.05);
  });

  it("have a contrast of 3 : 1 with every surface", () => {
    for (const surface of surfaces[scheme])
      for (const n of numbers)
        expect(contrast(topicColour(n, scheme), surface)).toBeGreaterThanOrEqual(3);
  });
});

describe("a topic's colour", () => {
  it("repeats after the last of the palette, and is grey for no topic", () => {
    expect(topicColour(topicColourCount + 3, "light")).toBe(topicColour(3, "light"));
    expect(numbers.map((n) => topicColour(n, "dark"))).not.toContain(topicColour(-1, "dark"));
  });
});
