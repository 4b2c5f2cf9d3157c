// The door of saved analyses: the files of an analysis, attached to the version that it read.
import type { AttachedFile, IndexStore, Version } from "#index-store/index-store.ts";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  frameFileNames,
} from "#services/analyse/frame/frame.ts";
import type { Expectation } from "#services/analyse/layout/layout.ts";
import { type AnalysisId, readTopicId, type TopicId } from "#services/domain/ids.ts";
import { cosine, row, type Vectors, vectors } from "#services/domain/vectors.ts";

/** The name of the attachments in the index. */
const NAME = "analysis";
/** Saved analyses kept for each collection: the newest ones. */
const KEPT = 5;

/** Files that people can download: the first four open in any Arrow library. */
export const savedFileNames = [...frameFileNames, "topics.json"] as const;

/** The grouping that the next analysis starts from. */
export interface Grouping {
  /** One row for each prototype, with the centre subtracted. */
  readonly prototypes: Vectors;
  /** The topic id that each prototype was created with; hand edits never change it. */
  readonly origins: readonly TopicId[];
  /** Prototypes of topics that no longer exist, so that the next refit can recognise them. */
  readonly resting: Vectors;
  readonly restingOrigins: readonly TopicId[];
  /** Mean vector, subtracted from every vector before it is compared. */
  readonly centre: Float32Array;
  /** The cosine to its prototype below which a row belongs to no topic. */
  readonly outlierBound: number;
  /** The prototype of each point; −1 for an outlier. */
  readonly places: Int32Array;
  /** Number of points at the last refit. */
  readonly fittedPoints: number;
  /** Ids of the hand-made splits that the prototypes already contain. */
  readonly workedIn: readonly string[];
  /** Topics that were taken for no subject of their own, and are part of another topic of this kind. */
  readonly folded: readonly { readonly topic: TopicId; readonly kind: string }[];
  /** Fingerprint of the model whose vectors these are. */
  readonly model: string;
}

/** The map that the next analysis places new points in. */
export interface DrawnMap {
  /** Points that were fitted: rows of the frame, ascending. */
  readonly fitted: Uint32Array;
  /** Frame units per layout unit. */
  readonly unit: number;
  readonly expected: Expectation;
  /** Number of points when the map was last fitted, including those that were only placed. */
  readonly fittedRows: number;
  /** For each point placed since then: its distance to the nearest fitted points, and how far apart these lie on the map. */
  readonly spans: Float32Array;
  readonly scatters: Float32Array;
}

/** The topics at the time of the analysis; the current names are in the database. */
export interface SavedTopic {
  readonly id: TopicId;
  readonly title: string;
  readonly level: number;
  readonly parent: TopicId | null;
  readonly points: number;
  /** The topic's number in the frame's `topic` column; null for parents. */
  readonly leaf: number | null;
  /** Of a topic that is no subject: "notices", "smallTalk", "mixed". */
  readonly kind?: string;
}

export interface SavedAnalysis {
  readonly analysis: AnalysisId;
  readonly frame: Frame;
  readonly grouping: Grouping;
  readonly map: DrawnMap;
  readonly topics: readonly SavedTopic[];
}

const bytesOf = (array: Float32Array | Int32Array | Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const json = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);

interface About {
  readonly analysis: string;
  readonly dim: number;
  readonly origins: readonly string[];
  readonly restingOrigins: readonly string[];
  readonly outlierBound: number;
  readonly fittedPoints: number;
  readonly workedIn: readonly string[];
  /** Missing in analyses of version 0.1. */
  readonly folded?: readonly { readonly topic: string; readonly kind: string }[];
  readonly model: string;
  readonly map: Pick<DrawnMap, "unit" | "expected" | "fittedRows">;
}

export interface SaveTarget {
  /** The version that was read, as its searcher says. */
  readonly version: Pick<Version, "number" | "id">;
  /** Asked at the point where no erasure can finish before the files are kept. */
  readonly isWanted: () => Promise<boolean>;
}

/**
 * Attaches the files of an analysis to the version that it read. Durable when it resolves; false where `isWanted` returned false.
 * @throws IndexError "conflict" where the version was rewritten by an erasure since it was read.
 */
export const saveAnalysis = async (
  index: IndexStore,
  { version, isWanted }: SaveTarget,
  { analysis, frame, grouping, map, topics }: SavedAnalysis,
): Promise<boolean> => {
  const { prototypes, resting, centre, places, ...said } = grouping;
  const { fitted, spans, scatters, ...drawn } = map;
  const files = new Map(await encodeFrame(frame));
  const about: About = { analysis, dim: centre.length, ...said, map: drawn };
  files.set("topics.json", json(topics));
  files.set("about.json", json(about));
  files.set("prototypes.f32", bytesOf(prototypes.data));
  files.set("resting.f32", bytesOf(resting.data));
  files.set("centre.f32", bytesOf(centre));
  files.set("places.i32", bytesOf(places));
  files.set("fitted.u32", bytesOf(fitted));
  files.set("spans.f32", bytesOf(spans));
  files.set("scatters.f32", bytesOf(scatters));
  const shown = topics.filter(({ leaf }) => leaf !== null).length;
  const message = `${shown.toLocaleString("en")} topics of version ${version.number}`;
  const kept = await index.attach(version, NAME, files, { message, isWanted });
  if (kept !== null) await index.detach(NAME, { keep: KEPT });
  return kept !== null;
};

type Files = ReadonlyMap<string, AttachedFile>;

/** A copy in its own buffer, so that typed arrays over it are aligned. */
const bytesAt = async (paths: Files, name: string): Promise<Uint8Array> => {
  const file = paths.get(name);
  if (file === undefined) throw new RangeError(`The analysis has no file ${name}.`);
  return new Uint8Array(await file.read());
};

const textAt = async (paths: Files, name: string): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await bytesAt(paths, name)));

const floatsAt = async (paths: Files, name: string): Promise<Float32Array> =>
  new Float32Array((await bytesAt(paths, name)).buffer);

const frameAt = async (paths: Files): Promise<Frame> => {
  const files = new Map<string, Uint8Array>();
  for (const name of frameFileNames) files.set(name, await bytesAt(paths, name));
  return decodeFrame(files);
};

export interface AnalysisAddress {
  readonly id: AnalysisId;
  /** The number of the index version. */
  readonly version: number | null;
}

const isOf = async (files: Files, id: AnalysisId): Promise<boolean> =>
  ((await textAt(files, "about.json")) as About).analysis === id;

/**
 * The files of an analysis; undefined where they are no longer kept. One version may be analysed several times: while the newest
 * analysis is saved but not finished, the one before it is still shown and used as a start.
 */
const pathsOf = async (
  index: IndexStore,
  { id, version }: AnalysisAddress,
): Promise<Files | undefined> => {
  if (version === null) return undefined;
  const newest = await index.attached(NAME, version);
  if (newest === undefined) return undefined;
  if (await isOf(newest.files, id)) return newest.files;
  for (const one of await index.attachments(NAME)) {
    if (one.version !== version || one.id === newest.id) continue;
    const files = (await index.attached(NAME, version, one.id))?.files;
    if (files !== undefined && (await isOf(files, id))) return files;
  }
  return undefined;
};

/** Whether an analysis of this version is still kept; an erasure removes all of them. */
export const isKept = async (
  index: IndexStore,
  { version }: Pick<AnalysisAddress, "version">,
): Promise<boolean> =>
  (await index.attachments(NAME)).some((attachment) => attachment.version === version);

export const readFrame = async (
  index: IndexStore,
  analysis: AnalysisAddress,
): Promise<Frame | undefined> => {
  const paths = await pathsOf(index, analysis);
  return paths && frameAt(paths);
};

/** One file of an analysis; undefined where it is no longer kept. */
export const readSavedFile = async (
  index: IndexStore,
  analysis: AnalysisAddress,
  name: (typeof savedFileNames)[number],
): Promise<Uint8Array | undefined> => (await pathsOf(index, analysis))?.get(name)?.read();

const topicIds = (texts: readonly string[]): TopicId[] =>
  texts.map((text) => {
    const id = readTopicId(text);
    if (id === undefined) throw new RangeError(`${text} is not a topic id.`);
    return id;
  });

const groupingAt = async (paths: Files): Promise<Grouping> => {
  const about = (await textAt(paths, "about.json")) as About;
  const places = await bytesAt(paths, "places.i32");
  return {
    prototypes: vectors(about.dim, await floatsAt(paths, "prototypes.f32")),
    origins: topicIds(about.origins),
    resting: vectors(about.dim, await floatsAt(paths, "resting.f32")),
    restingOrigins: topicIds(about.restingOrigins),
    centre: await floatsAt(paths, "centre.f32"),
    outlierBound: about.outlierBound,
    places: new Int32Array(places.buffer),
    fittedPoints: about.fittedPoints,
    workedIn: about.workedIn,
    folded: (about.folded ?? []).flatMap(({ topic, kind }) => {
      const id = readTopicId(topic);
      return id === undefined ? [] : [{ topic: id, kind }];
    }),
    model: about.model,
  };
};

const mapAt = async (paths: Files): Promise<DrawnMap> => {
  const { map } = (await textAt(paths, "about.json")) as About;
  return {
    ...map,
    fitted: new Uint32Array((await bytesAt(paths, "fitted.u32")).buffer),
    spans: await floatsAt(paths, "spans.f32"),
    scatters: await floatsAt(paths, "scatters.f32"),
  };
};

/** The whole saved analysis, for the next one; undefined where it is no longer kept. */
export const readSavedAnalysis = async (
  index: IndexStore,
  analysis: AnalysisAddress,
): Promise<SavedAnalysis | undefined> => {
  const paths = await pathsOf(index, analysis);
  if (paths === undefined) return undefined;
  return {
    analysis: analysis.id,
    frame: await frameAt(paths),
    grouping: await groupingAt(paths),
    map: await mapAt(paths),
    // Written by saveAnalysis in this shape; the checksum proves that the bytes are the ones written.
    topics: (await textAt(paths, "topics.json")) as SavedTopic[],
  };
};

const MOST_NEAR = 6;

/** The prototype that most points of each leaf were placed with; undefined for a leaf without any. */
const prototypesOfLeaves = ({ points }: Frame, places: Int32Array): (number | undefined)[] => {
  const counts: Map<number, number>[] = [];
  for (let point = 0; point < points.count; point++) {
    const [leaf, place] = [points.topic[point] ?? -1, places[point] ?? -1];
    if (leaf < 0 || place < 0) continue;
    const own = counts[leaf] ?? new Map<number, number>();
    counts[leaf] = own.set(place, (own.get(place) ?? 0) + 1);
  }
  return Array.from(counts, (own) => {
    let [best, most] = [undefined as number | undefined, 0];
    for (const [place, count] of own ?? []) if (count > most) [best, most] = [place, count];
    return best;
  });
};

/** Leaf topics nearest in meaning to one, nearest first: cosine of their prototypes among centred rows, −1 … 1. */
export const nearestTopics = async (
  index: IndexStore,
  {
    analysis,
    frame,
    leaves,
  }: {
    readonly analysis: AnalysisAddress;
    readonly frame: Frame;
    readonly leaves: readonly unknown[];
  },
  leaf: number,
): Promise<{ leaf: number; similarity: number }[]> => {
  const paths = await pathsOf(index, analysis);
  if (paths === undefined) return [];
  const { prototypes, places } = await groupingAt(paths);
  const prototypeOf = prototypesOfLeaves(frame, places);
  const own = prototypeOf[leaf];
  if (own === undefined) return [];
  const found: { leaf: number; similarity: number }[] = [];
  for (let other = 0; other < leaves.length; other++) {
    const theirs = other === leaf ? undefined : prototypeOf[other];
    if (theirs !== undefined)
      found.push({
        leaf: other,
        similarity: cosine(row(prototypes, own), row(prototypes, theirs)),
      });
  }
  return found
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, MOST_NEAR);
};
