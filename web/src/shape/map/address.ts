// The map page's state as it stands in the address: what is selected, where one looks, what colours mean, what is searched.
import { z } from "zod";
import { mapColumn } from "#services/contract/map.ts";
import { type SelectionAddress, selectionFields } from "../address/selection-address.ts";

export const mapAddress = z.object({
  ...selectionFields,
  /** Where one looks, written by `lookText`; the whole map where it is left out. */
  look: z.string().max(60).optional().catch(undefined),
  /** What the points are coloured by; topics by default. */
  by: mapColumn.optional().catch(undefined),
  /** Its hits are lit up. */
  q: z.coerce.string().max(4000).optional().catch(undefined),
  /** The list of topics in place of the drawing. */
  as: z.literal("table").optional().catch(undefined),
  sort: z.enum(["newest", "oldest", "typical", "longest"]).optional().catch(undefined),
});
export type MapAddress = z.infer<typeof mapAddress>;

/** The part of the address that selects messages; the rest says how the map is looked at. */
export const selectionPart = (address: MapAddress): SelectionAddress => {
  const { look: _look, by: _by, q: _q, as: _as, sort: _sort, ...selection } = address;
  return selection;
};

/** Centre in map units, and how many of them the shorter side of the window shows. */
export interface Look {
  readonly x: number;
  readonly y: number;
  readonly span: number;
}

const steps = 100_000;

/** Look → text: hundred-thousandths of a unit in base 36, "x.y.span". */
export const lookText = ({ x, y, span }: Look): string =>
  [x, y, span].map((value) => Math.round(value * steps).toString(36)).join(".");

/** The look of `lookText`; undefined where the text is none. */
export const lookOf = (text: string | undefined): Look | undefined => {
  const parts = text?.split(".").map((part) => Number.parseInt(part, 36) / steps) ?? [];
  const [x, y, span] = parts;
  if (parts.length !== 3 || x === undefined || y === undefined || span === undefined) return;
  return Number.isFinite(x) && Number.isFinite(y) && span > 0 ? { x, y, span } : undefined;
};
