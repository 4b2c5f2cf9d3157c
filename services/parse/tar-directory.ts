// tar → a directory of its files: passed over once, so that a file may stand before the log that names it, and then read in any order.
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { ParlanceError } from "#services/domain/errors.ts";
import type { UploadFile } from "./archive.ts";
import { fileBytes } from "./file-bytes.ts";
import type { Reading } from "./reading.ts";
import { type TarEnd, tarFiles } from "./tar.ts";

interface TarFile extends UploadFile {
  /** In bytes. */
  readonly size: number;
}

export interface OpenTar {
  /** In the order of their names, as those of a zip; of one name, in the archive's order. */
  readonly files: readonly TarFile[];
  /** Whether the archive stopped in the middle of an entry. */
  readonly cut: boolean;
  /** Where it is damaged: the files before that are there. */
  readonly damage: ParlanceError | undefined;
  close(): Promise<void>;
}

const CHUNK = 1024 * 1024;

/** A part of a file on the disk; less where the file ends. @param took counts what is read */
async function* part(
  path: string,
  { at, size }: { readonly at: number; readonly size: number },
  took: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  await using file = await open(path, "r");
  for (let done = 0; done < size; ) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, size - done));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    took(bytesRead);
    yield chunk.subarray(0, bytesRead);
  }
}

async function* written(stream: AsyncGenerator<Buffer>, out: FileHandle): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    await out.writeFile(chunk);
    yield chunk;
  }
}

/** @param path where the archive lies; @param took counts what is read of it afterwards */
const listed = async (
  stream: AsyncGenerator<Buffer>,
  { path, took }: { readonly path: string; readonly took: (bytes: number) => void },
  reading: Reading,
): Promise<Omit<OpenTar, "close">> => {
  const end: TarEnd = { cut: false };
  const files: TarFile[] = [];
  let damage: ParlanceError | undefined;
  try {
    for await (const { path: name, at, size } of tarFiles(stream, reading.limits, end)) {
      const from = (place: number) =>
        part(path, { at: at + place, size: Math.max(0, size - place) }, took);
      files.push({
        path: name,
        size,
        bytes: () => from(0),
        middle: { find: (place) => ({ at: place }), from: (middle) => from(middle.at) },
      });
    }
    // What follows the closing zeros is read too, so that the gzip's own end is checked.
    for await (const rest of stream) void rest;
  } catch (error) {
    if (!(error instanceof ParlanceError) || error.code !== "damaged-archive") throw error;
    damage = error;
  } finally {
    // Whoever refuses an archive has not read it to its end.
    await stream.return(undefined);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, cut: end.cut, damage };
};

/** @throws ParlanceError as `tarFiles`, but for damage */
export const openTar = async (path: string, reading: Reading): Promise<OpenTar> => {
  const quiet: Reading = { ...reading, took: () => reading.took(0) };
  const found = await listed(fileBytes(path, quiet), { path, took: reading.took }, reading);
  return { ...found, close: async () => undefined };
};

/**
 * Of one that is packed as a whole: its bytes are unpacked to the disk, beside the upload, for as long as it is open.
 * @param stream its bytes, which are counted by whoever unpacks them
 * @throws ParlanceError as `tarFiles` and the stream, but for damage
 */
export const unpackTar = async (
  stream: AsyncGenerator<Buffer>,
  reading: Reading,
): Promise<OpenTar> => {
  // What a killed process leaves there is deleted with the upload.
  const folder = await mkdtemp(join(reading.folder, ".parlance-nested-"));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "tar");
    await using out = await open(path, "w", 0o600);
    const took = () => reading.took(0);
    return { ...(await listed(written(stream, out), { path, took }, reading)), close };
  } catch (error) {
    await close();
    throw error;
  }
};
