// Requests for the map: its description, its points and columns as arrays, one point, the hits of a search.
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { selectedMessages } from "#services/contract/figures.ts";
import {
  type MapColumn,
  type MapLegend,
  mapHits,
  mapLegend,
  mapMeta,
  mapPoint,
} from "#services/contract/map.ts";
import { type PackedArray, unpack } from "#services/contract/packed.ts";
import type { Selection } from "#services/contract/selection.ts";
import type { SharedMap } from "#services/contract/shares.ts";
import { collectionAt, ofAnalysis } from "./analysis.ts";
import { createConcept } from "./concepts.ts";
import { reading } from "./plain-request.ts";
import { ask, open } from "./request.ts";

const mapAt = (collection: string) => `${collectionAt(collection)}/map`;

/** Arrays are views of the answer's bytes, without a copy. @throws as `ask` does. */
const askPacked = async <S extends z.ZodType>(about: S, path: string, signal: AbortSignal) => {
  const accept = "application/octet-stream, application/problem+json";
  const response = await open(path, { accept, signal });
  const packed = unpack(await reading(() => response.arrayBuffer(), signal));
  return { about: about.parse(packed.about), arrays: packed.arrays };
};

const arrayOf = <T extends PackedArray>(
  arrays: ReadonlyMap<string, PackedArray>,
  name: string,
  Type: new (length: number) => T,
): T => {
  const found = arrays.get(name);
  if (!(found instanceof Type)) throw new TypeError(`The map's data lacks the array “${name}”.`);
  return found;
};

// Arrays are immutable and large: they are kept until there is a new analysis, and are not compared element by element.
const large = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 120_000,
  structuralSharing: false,
} as const;

export const mapMetaQuery = (collection: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "map"),
    queryFn: ({ signal }) => ask(mapMeta, mapAt(collection), { signal }),
    staleTime: 60_000,
  });

export interface MapPoints {
  readonly analysis: string | null;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Number of the leaf topic; −1 = none. */
  readonly topic: Int16Array;
}

const aboutPoints = z.object({ analysis: z.string().nullable() });

const pointsOf = (
  analysis: string | null,
  arrays: ReadonlyMap<string, PackedArray>,
): MapPoints => ({
  analysis,
  x: arrayOf(arrays, "x", Float32Array),
  y: arrayOf(arrays, "y", Float32Array),
  topic: arrayOf(arrays, "topic", Int16Array),
});

/** @throws RangeError, TypeError where they are not whole */
export const sharedMapPoints = ({ packed }: SharedMap): MapPoints =>
  pointsOf(null, unpack(Uint8Array.from(atob(packed), (one) => one.charCodeAt(0)).buffer).arrays);

export const mapPointsQuery = (collection: string) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "map-points"),
    queryFn: async ({ signal }): Promise<MapPoints> => {
      const { about, arrays } = await askPacked(aboutPoints, `${mapAt(collection)}/points`, signal);
      return pointsOf(about.analysis, arrays);
    },
    ...large,
  });

export interface MapColumnData {
  readonly legend: MapLegend;
  /** Codes of categories, or numbers. */
  readonly values: Uint16Array | Float32Array;
}

export const mapColumnQuery = (collection: string, name: MapColumn) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "map-column", name),
    queryFn: async ({ signal }): Promise<MapColumnData> => {
      const { about, arrays } = await askPacked(
        mapLegend,
        `${mapAt(collection)}/columns/${name}`,
        signal,
      );
      return {
        legend: about,
        values:
          about.kind === "categories"
            ? arrayOf(arrays, "values", Uint16Array)
            : arrayOf(arrays, "values", Float32Array),
      };
    },
    ...large,
  });

export const mapPointQuery = (collection: string, point: number) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "map-point", point),
    queryFn: ({ signal }) => ask(mapPoint, `${mapAt(collection)}/points/${point}`, { signal }),
    staleTime: 300_000,
  });

/** How many hits are highlighted: a semantic search ranks every chunk, so of a small map only the best twentieth. */
const hitsOf = (points: number) => Math.round(Math.min(300, Math.max(20, points / 20)));

export const mapHitsQuery = (collection: string, query: string, points: number) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "map-hits", query),
    queryFn: ({ signal }) =>
      ask(mapHits, `${mapAt(collection)}/hits`, {
        method: "POST",
        body: { query, limit: hitsOf(points) },
        signal,
      }),
    staleTime: 60_000,
  });

/** How many messages of a selection become examples of a concept made from it. */
const conceptExamples = 60;

/** Creates a concept with the most typical messages of a selection as its examples. */
export const conceptFrom = async (
  collection: string,
  made: { readonly name: string; readonly query: string; readonly selection: Selection },
) => {
  const { name, query, selection } = made;
  const { messages } = await ask(selectedMessages, `${collectionAt(collection)}/messages`, {
    method: "POST",
    body: { selection, sort: "typical", limit: conceptExamples },
  });
  const up = [...new Set(messages.flatMap(({ chunk }) => (chunk === null ? [] : [chunk])))];
  return await createConcept(collection, { name, query, up });
};
