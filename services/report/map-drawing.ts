// Draws the map: points in the colours of their topics, with the names of the regions.
import type { MapMeta } from "#services/contract/map.ts";
import { escapedHtml } from "#services/domain/html.ts";
import { colourOf } from "./drawing.ts";

export interface MapPoints {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Place in the map's list of topics; −1 for none. */
  readonly topic: Int16Array;
}

const SIZE = 1200;
const MARGIN = 40;
/** With more points, viewers cannot open the file, so every n-th point is drawn. */
const MOST_POINTS = 60_000;
const MOST_LABELS = 40;

/** A self-contained SVG. */
export const drawMap = (meta: MapMeta, { x, y, topic }: MapPoints): string => {
  const { left, right, bottom, top } = meta.extent;
  const scale = (SIZE - 2 * MARGIN) / Math.max(right - left, top - bottom, Number.MIN_VALUE);
  const across = (value: number) => MARGIN + (value - left) * scale;
  const down = (value: number) => MARGIN + (top - value) * scale;
  const every = Math.max(1, Math.ceil(x.length / MOST_POINTS));
  const paths = new Map<number, string[]>();
  for (let at = 0; at < x.length; at += every) {
    const of = topic[at] ?? -1;
    const list = paths.get(of) ?? [];
    list.push(`M${across(x[at] ?? 0).toFixed(1)} ${down(y[at] ?? 0).toFixed(1)}h0`);
    paths.set(of, list);
  }
  const drawn = [...paths].map(([of, list]) => {
    const colour = of < 0 ? "#9aa3af" : colourOf(meta.topics[of]?.colour ?? 0);
    return `<path d="${list.join("")}" stroke="${colour}" stroke-opacity="${of < 0 ? 0.25 : 0.55}"/>`;
  });
  const labels = meta.regions
    .slice(0, MOST_LABELS)
    .map(
      (region) =>
        `<text x="${across(region.x).toFixed(0)}" y="${down(region.y).toFixed(0)}" font-size="${region.level === 0 ? 20 : 13}">${escapedHtml(region.title)}</text>`,
    );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="#fff"/><g fill="none" stroke-width="2.4" stroke-linecap="round">${drawn.join("")}</g><g text-anchor="middle" font-weight="600" fill="#1c1e21" stroke="#fff" stroke-width="4" paint-order="stroke">${labels.join("")}</g></svg>\n`;
};
