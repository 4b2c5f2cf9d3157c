// A version in memory: its manifest, which rows of each segment are gone, which batches it includes; to and from its files.
import type { RowBitmap } from "./ann/ann.ts";
import { countBits, emptyBitmap } from "./bitmap.ts";
import type { Schema } from "./documents.ts";
import type { VersionFile } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import {
  decodeManifest,
  encodeManifest,
  FORMAT,
  type Manifest,
  type SegmentEntry,
  segmentFiles,
  segmentParts,
} from "./manifest.ts";

const MANIFEST = "manifest.json";
// Full files never change again, so git keeps each of them once however many versions there are.
const BATCHES_PER_FILE = 512;

export interface VersionState {
  readonly manifest: Manifest;
  /** Rows that are gone, by segment; a segment without any has no entry. */
  readonly deleted: ReadonlyMap<string, RowBitmap>;
  /** Names of all batches ever included, in the order of their coming. */
  readonly batches: readonly string[];
}

export type Files = ReadonlyMap<string, VersionFile>;

export const emptyState = (dim: number, schema: Schema): VersionState => ({
  manifest: {
    format: FORMAT,
    number: 0,
    parent: null,
    dim,
    schema,
    segments: [],
    batches: 0,
    annotations: {},
    counts: { rows: 0, added: 0, removed: 0 },
  },
  deleted: new Map(),
  batches: [],
});

const damaged = (what: string) => new IndexError("damaged", `The version is damaged: ${what}.`);

const folderOf = (id: string) => `segments/${id}`;

/** @throws IndexError "damaged" where the files contradict each other. */
export const readManifest = (files: Files): Manifest => {
  const file = files.get(MANIFEST);
  if (file?.kind !== "inline") throw damaged("it has no manifest");
  return decodeManifest(file.bytes);
};

const readDeleted = (files: Files, segment: SegmentEntry): RowBitmap => {
  const file = files.get(`${folderOf(segment.id)}/deleted.bin`);
  const bits = emptyBitmap(segment.rows);
  if (file?.kind !== "inline" || file.bytes.length !== bits.byteLength)
    throw damaged(`the deleted rows of ${segment.id} are missing`);
  const view = Buffer.from(file.bytes);
  for (let word = 0; word < bits.length; word++) bits[word] = view.readUInt32LE(word * 4);
  if (countBits(bits) !== segment.deleted)
    throw damaged(`the deleted rows of ${segment.id} do not add up`);
  return bits;
};

const checkPointers = (files: Files, segment: SegmentEntry): void => {
  for (const part of segmentParts) {
    const file = files.get(`${folderOf(segment.id)}/${segmentFiles[part]}`);
    const wanted = segment.files[part];
    if (file?.kind !== "object" || file.object.sha256 !== wanted.sha256)
      throw damaged(
        `${segmentFiles[part]} of ${segment.id} is not the one that the manifest names`,
      );
  }
};

const batchFile = (place: number) => `batches/${String(place).padStart(5, "0")}.txt`;

const readBatches = (files: Files, count: number): string[] => {
  const names: string[] = [];
  for (let place = 0; names.length < count; place++) {
    const file = files.get(batchFile(place));
    if (file?.kind !== "inline") throw damaged("names of batches are missing");
    names.push(...Buffer.from(file.bytes).toString("utf8").split("\n").slice(0, -1));
  }
  if (names.length !== count) throw damaged("there are more batches than it says");
  return names;
};

/** @throws IndexError "damaged" where the files contradict each other. */
export const readState = (files: Files): VersionState => {
  const manifest = readManifest(files);
  const deleted = new Map<string, RowBitmap>();
  for (const segment of manifest.segments) {
    checkPointers(files, segment);
    if (segment.deleted > 0) deleted.set(segment.id, readDeleted(files, segment));
  }
  return { manifest, deleted, batches: readBatches(files, manifest.batches) };
};

const deletedBytes = (bits: RowBitmap): Uint8Array => {
  const bytes = Buffer.alloc(bits.length * 4);
  for (const [word, value] of bits.entries()) bytes.writeUInt32LE(value, word * 4);
  return bytes;
};

export const filesOf = (state: VersionState): Map<string, VersionFile> => {
  const files = new Map<string, VersionFile>();
  files.set(MANIFEST, { kind: "inline", bytes: encodeManifest(state.manifest) });
  for (const segment of state.manifest.segments) {
    for (const part of segmentParts)
      files.set(`${folderOf(segment.id)}/${segmentFiles[part]}`, {
        kind: "object",
        object: segment.files[part],
      });
    const bits = state.deleted.get(segment.id);
    if (bits && segment.deleted > 0)
      files.set(`${folderOf(segment.id)}/deleted.bin`, {
        kind: "inline",
        bytes: deletedBytes(bits),
      });
  }
  for (let from = 0; from < state.batches.length; from += BATCHES_PER_FILE) {
    const names = state.batches.slice(from, from + BATCHES_PER_FILE);
    const bytes = Buffer.from(names.map((name) => `${name}\n`).join(""));
    files.set(batchFile(from / BATCHES_PER_FILE), { kind: "inline", bytes });
  }
  return files;
};

/** Segments with these deletions, the manifest's counts made to agree; segments without a live row fall out. */
export const withSegments = (
  state: VersionState,
  segments: readonly SegmentEntry[],
  deleted: ReadonlyMap<string, RowBitmap>,
): VersionState => {
  const counted = segments
    .map((segment) => {
      const bits = deleted.get(segment.id);
      return { ...segment, deleted: bits ? countBits(bits) : 0 };
    })
    .filter((segment) => segment.deleted < segment.rows);
  const kept = new Map<string, RowBitmap>();
  for (const segment of counted) {
    const bits = deleted.get(segment.id);
    if (bits && segment.deleted > 0) kept.set(segment.id, bits);
  }
  const rows = counted.reduce((sum, segment) => sum + segment.rows - segment.deleted, 0);
  const { manifest, batches } = state;
  return {
    manifest: { ...manifest, segments: counted, counts: { ...manifest.counts, rows } },
    deleted: kept,
    batches,
  };
};
