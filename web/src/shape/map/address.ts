// The map page's URL parameters: the selection, the visible part of the map, the colouring, the search.
import { z } from "zod";
import { mapColumn } from "#services/contract/map.ts";
import { type SelectionAddress, selectionFields } from "../address/selection-address.ts";

export const mapAddress = z.object({
  ...selectionFields,
  /** The visible part of the map, written by `lookText`; the whole map where it is left out. */
  look: z.string().max(60).optional().catch(undefined),
  /** The column that the points are coloured by; topics by default. */
  by: mapColumn.optional().catch(undefined),
  /** A search whose hits are highlighted. */
  q: z.string().max(4000).optional().catch(undefined),
  /** The list of topics in place of the map. */
  as: z.literal("table").optional().catch(undefined),
  sort: z.enum(["newest", "oldest", "typical", "longest"]).optional().catch(undefined),
});
export type MapAddress = z.infer<typeof mapAddress>;

/** The parameters that select messages; the others say how the map is shown. */
export const selectionPart = (address: MapAddress): SelectionAddress => {
  const { look: _look, by: _by, q: _q, as: _as, sort: _sort, ...selection } = address;
  return selection;
};

/** The visible part of the map: its centre, and how many map units the shorter side of the window shows. */
export interface Look {
  readonly x: number;
  readonly y: number;
  readonly span: number;
}

const steps = 100_000;

/** A look as text, "x.y.span": each number in hundred-thousandths of a map unit, in base 36. */
export const lookText = ({ x, y, span }: Look): string =>
  [x, y, span].map((value) => Math.round(value * steps).toString(36)).join(".");

/** Reads the text of `lookText`; undefined where the text is not valid. */
export const lookOf = (text: string | undefined): Look | undefined => {
  const parts = text?.split(".").map((part) => Number.parseInt(part, 36) / steps) ?? [];
  const [x, y, span] = parts;
  if (parts.length !== 3 || x === undefined || y === undefined || span === undefined) return;
  return Number.isFinite(x) && Number.isFinite(y) && span > 0 ? { x, y, span } : undefined;
};
