// The manifest of a version: which segments, how many rows, which batches. Canonical JSON, so that equal content is equal bytes.
import { type AnnRecipe, type EngineName, engineNames } from "./ann/ann.ts";
import type { ColumnKind, Schema } from "./documents.ts";
import type { ObjectRef } from "./history/history.ts";
import { IndexError } from "./index-error.ts";

/** Raised when an older Parlance could misread what is written; fields that it may ignore do not raise it. */
export const FORMAT = 1;

export const segmentFiles = {
  vectors: "vectors.faiss",
  words: "words.idx",
  columns: "columns.arrow",
  texts: "texts.zst",
} as const;
export type SegmentFile = keyof typeof segmentFiles;
export const segmentParts: readonly SegmentFile[] = ["vectors", "words", "columns", "texts"];

export interface SegmentEntry {
  readonly id: string;
  readonly rows: number;
  /** How many rows are deleted; which ones is stored in `segments/<id>/deleted.bin`. */
  readonly deleted: number;
  readonly recipe: AnnRecipe;
  readonly files: Readonly<Record<SegmentFile, ObjectRef>>;
}

export interface Manifest {
  readonly format: number;
  readonly number: number;
  /** Number of the version it was made from. */
  readonly parent: number | null;
  readonly dim: number;
  readonly schema: Schema;
  readonly segments: readonly SegmentEntry[];
  /** How many batch names `batches/*.txt` hold. */
  readonly batches: number;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly counts: { readonly rows: number; readonly added: number; readonly removed: number };
}

const damaged = (what: string) => new IndexError("damaged", `The manifest is damaged: ${what}.`);

/** JSON with sorted keys and nothing that depends on who wrote it. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

export const encodeManifest = (manifest: Manifest): Uint8Array =>
  Buffer.from(`${canonicalJson(manifest)}\n`);

type Loose = Readonly<Record<string, unknown>>;

const objectAt = (from: Loose, key: string): Loose => {
  const value = from[key];
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw damaged(`"${key}" is no object`);
  return { ...value };
};

const countAt = (from: Loose, key: string): number => {
  const value = from[key];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw damaged(`"${key}" is no count`);
  return value;
};

const textAt = (from: Loose, key: string): string => {
  const value = from[key];
  if (typeof value !== "string") throw damaged(`"${key}" is no text`);
  return value;
};

const readObjectRef = (from: Loose): ObjectRef => {
  const sha256 = textAt(from, "sha256");
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw damaged("a file has no sha256");
  return { sha256, size: countAt(from, "size") };
};

const isEngine = (name: string): name is EngineName => engineNames.some((known) => known === name);

const readRecipe = (from: Loose): AnnRecipe => {
  const engine = textAt(from, "engine");
  if (!isEngine(engine))
    throw new IndexError(
      "unavailable",
      `This index uses the vector engine "${engine}", which this version of the program does not have. Upgrade it.`,
    );
  const known = {
    engine,
    factory: textAt(from, "factory"),
    dim: countAt(from, "dim"),
    rows: countAt(from, "rows"),
  };
  // Fields of one engine (effort, seed …) are kept as they are; that engine reads them.
  return { ...from, ...known };
};

const readSegment = (value: unknown): SegmentEntry => {
  const from = objectAt({ value }, "value");
  const files = objectAt(from, "files");
  const file = (name: SegmentFile) => readObjectRef(objectAt(files, name));
  const id = textAt(from, "id");
  if (!isSegmentId(id)) throw damaged("a segment has no proper id");
  const rows = countAt(from, "rows");
  const deleted = countAt(from, "deleted");
  const recipe = readRecipe(objectAt(from, "recipe"));
  if (deleted > rows || recipe.rows !== rows) throw damaged(`the rows of ${id} do not add up`);
  return {
    id,
    rows,
    deleted,
    recipe,
    files: {
      vectors: file("vectors"),
      words: file("words"),
      columns: file("columns"),
      texts: file("texts"),
    },
  };
};

export const isSegmentId = (id: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(id);

const readSchema = (from: Loose): Schema => {
  const schema: Record<string, ColumnKind> = {};
  for (const [name, kind] of Object.entries(from)) {
    if (kind !== "keyword" && kind !== "number") throw damaged(`column "${name}" has no kind`);
    schema[name] = kind;
  }
  return schema;
};

/**
 * Reads a manifest. Fields that it does not know are ignored.
 * @throws IndexError "damaged" where it contradicts itself, "unavailable" where a newer program wrote it.
 */
export const decodeManifest = (bytes: Uint8Array): Manifest => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new IndexError("damaged", "The manifest is damaged: it is no JSON.", { cause });
  }
  const from = objectAt({ manifest: parsed }, "manifest");
  const format = countAt(from, "format");
  if (format > FORMAT)
    throw new IndexError(
      "unavailable",
      `This index was written in format ${format}, this program reads up to ${FORMAT}. Upgrade it.`,
    );
  const { segments } = from;
  if (!Array.isArray(segments)) throw damaged("it has no segments");
  const counts = objectAt(from, "counts");
  const manifest: Manifest = {
    format,
    number: countAt(from, "number"),
    parent: from["parent"] === null ? null : countAt(from, "parent"),
    dim: countAt(from, "dim"),
    schema: readSchema(objectAt(from, "schema")),
    segments: segments.map(readSegment),
    batches: countAt(from, "batches"),
    annotations: objectAt(from, "annotations"),
    counts: {
      rows: countAt(counts, "rows"),
      added: countAt(counts, "added"),
      removed: countAt(counts, "removed"),
    },
  };
  const live = manifest.segments.reduce((sum, { rows, deleted }) => sum + rows - deleted, 0);
  if (live !== manifest.counts.rows) throw damaged("its rows do not add up");
  return manifest;
};
