// An archive inside the archive, one level deep: unpacked to a file of its own for as long as it is read, since a zip is read from its end.
import { mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { ParlanceError } from "#services/domain/errors.ts";
import type { UploadFile } from "./archive.ts";
import type { Closest } from "./closest.ts";
import type { ParseEvent } from "./events.ts";
import type { Found, Reading } from "./reading.ts";
import { type OpenUpload, openUpload } from "./upload.ts";

/** It needs as much room again beside the upload. */
const LARGEST = 2 * 1024 * 1024 * 1024;

export interface NestedArchive {
  /** Its files, named by their paths behind its own. */
  readonly upload: OpenUpload;
  close(): Promise<void>;
}

export const tooLargeNested = (place: string): Found => ({
  code: "nested-archive",
  place,
  reason: "This archive inside the archive is larger than 2 GB: upload it by itself.",
});

/** What is told of one that is damaged or of another kind; undefined for a hostile one, for which the upload is refused. */
export const whyNotNested = (place: string, error: unknown): Found | undefined => {
  if (!(error instanceof ParlanceError)) return undefined;
  const { code, message } = error;
  if (code === "damaged-archive") return { code: "damaged-entry", place, reason: message };
  return code === "archive-kind" ? { code: "nested-archive", place, reason: message } : undefined;
};

/** @returns its size; undefined where it is too large */
const unpack = async (file: UploadFile, path: string): Promise<number | undefined> => {
  await using out = await open(path, "w", 0o600);
  let size = 0;
  for await (const piece of file.bytes()) {
    size += piece.length;
    if (size > LARGEST) return undefined;
    await out.writeFile(piece);
  }
  return size;
};

/**
 * Its files stand in a folder of its name: logs take their channel from that. A single file that is packed by itself stands where the
 * packed one did.
 */
const behind = (path: string, upload: OpenUpload): OpenUpload => {
  const alone = path.replace(/\.gz$/i, "");
  const folder = path.replace(/\.(?:zip|tgz|tar(?:\.gz)?)$/i, "");
  const placed = (own: string) => (own === alone || own === path ? own : `${folder}/${own}`);
  const moved = <F extends UploadFile>(file: F): F => ({ ...file, path: placed(file.path) });
  return {
    ...upload,
    packed: true,
    directory: upload.directory?.map(moved),
    async *files() {
      for await (const file of upload.files()) yield moved(file);
    },
    problems: () => upload.problems().map((found) => ({ ...found, place: placed(found.place) })),
  };
};

/** A file of an archive, unpacked to a file of its own. */
interface UnpackedFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  remove(): Promise<void>;
}

/** @returns undefined where it is too large */
const unpackedFile = async (
  file: UploadFile,
  reading: Reading,
): Promise<UnpackedFile | undefined> => {
  // Beside the upload: what a killed process leaves there is deleted with it.
  const folder = await mkdtemp(join(reading.folder, ".parlance-nested-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "file");
    const size = await unpack(file, path);
    if (size !== undefined) return { path, size, remove };
    await remove();
    return undefined;
  } catch (error) {
    await remove();
    throw error;
  }
};

/** Of a file that is read from its end, where it cannot be unpacked to the disk: by whom it is told, and why it is not read. */
export interface NotOnDisk {
  readonly found: Found;
  readonly seen: { closest: Closest | undefined };
}

/**
 * Reads a file of an upload that has to lie on the disk: where it does, or unpacked for as long as it is read.
 * @param opens whether it may be unpacked
 */
export async function* readOnDisk(
  file: UploadFile,
  opens: boolean,
  { found, seen }: NotOnDisk,
  reading: Reading,
  read: (at: string) => AsyncGenerator<ParseEvent>,
): AsyncGenerator<ParseEvent> {
  if (file.onDisk !== undefined) {
    yield* read(file.onDisk);
    return;
  }
  const unpacked = opens ? await unpackedFile(file, reading) : undefined;
  if (unpacked === undefined) {
    seen.closest ??= { why: found.reason, todo: undefined };
    yield* reading.problem(found);
    return;
  }
  try {
    yield* read(unpacked.path);
  } finally {
    await unpacked.remove();
  }
}

/**
 * Opens an archive that is a file of another one, within the same limits: what it unpacks to counts for both.
 * @returns undefined where it is too large
 * @throws ParlanceError as `openUpload`
 */
export const openNested = async (
  file: UploadFile,
  reading: Reading,
): Promise<NestedArchive | undefined> => {
  const unpacked = await unpackedFile(file, reading);
  if (unpacked === undefined) return undefined;
  const { path, size, remove } = unpacked;
  try {
    const upload = await openUpload({ path, filename: file.path }, size, reading);
    return {
      upload: behind(file.path, upload),
      async close() {
        await upload.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};
