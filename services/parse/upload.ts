// An upload → its files, whatever it is packed in: plain, gzip, tar, tar.gz or zip. Judged by its bytes.
import { open } from "node:fs/promises";
import { refuseBinary } from "#services/domain/binary-file.ts";
import { archiveKind, isTar, type UploadFile } from "./archive.ts";
import { logsFirst } from "./attached-files.ts";
import type { ParseInput } from "./events.ts";
import { fileBytes, peek } from "./file-bytes.ts";
import { gunzipped } from "./gzip.ts";
import type { Found, Reading } from "./reading.ts";
import { type OpenTar, openTar, unpackTar } from "./tar-directory.ts";
import { openZip, type ZipEntry } from "./zip.ts";

export interface OpenUpload {
  readonly packed: boolean;
  /** Whether it may hold more than one file. */
  readonly several: boolean;
  /** Every file once, in order; one is read before the next is asked for. */
  files(): AsyncGenerator<UploadFile>;
  /** All files at hand at once, where the archive has a directory. */
  readonly directory: readonly ZipEntry[] | undefined;
  /** What was wrong with the container; to be asked after the last file. */
  problems(): readonly Found[];
  close(): Promise<void>;
}

const readHead = async (path: string): Promise<Buffer> => {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
  return buffer.subarray(0, bytesRead);
};

const truncated = (place: string): Found => ({
  code: "truncated",
  place,
  reason: "The file ends too early: everything before that was read.",
});

const plain = {
  packed: false,
  several: false,
  directory: undefined,
  close: async (): Promise<void> => undefined,
} as const;

/** @throws ParlanceError rejected `archive-…`, `damaged-archive`; here and while its files are read. */
export const openUpload = async (
  input: ParseInput,
  size: number,
  reading: Reading,
): Promise<OpenUpload> => {
  const head = await readHead(input.path);
  const kind = archiveKind(head);
  if (kind === "zip") return zipUpload(input, size, reading);
  if (kind === "gzip") return gzipUpload(input, size, reading);
  if (kind === "tar") return tarUpload(await openTar(input.path, reading), input);
  refuseBinary(input.filename, head);
  return {
    ...plain,
    problems: () => [],
    async *files() {
      yield {
        path: input.filename,
        bytes: () => fileBytes(input.path, reading),
        middle: {
          find: (at) => ({ at }),
          from: ({ at }) => fileBytes(input.path, reading, at),
        },
        onDisk: input.path,
      };
    },
  };
};

/** What macOS puts into archives beside each file, and hidden files. */
const besides = /(?:^|\/)(?:__MACOSX\/|\.)/u;

const zipUpload = async (
  input: ParseInput,
  size: number,
  reading: Reading,
): Promise<OpenUpload> => {
  const zip = await openZip(input.path, size, reading);
  return {
    packed: true,
    several: zip.files.filter(({ path }) => !besides.test(path)).length > 1,
    directory: zip.files,
    async *files() {
      yield* logsFirst(zip.files);
    },
    problems: () =>
      zip.doubled.map((place) => ({
        code: "duplicate-entry",
        place,
        reason: "The archive contains this file twice; the first one was read.",
      })),
    close: async () => zip[Symbol.asyncDispose](),
  };
};

const gzipUpload = async (
  input: ParseInput,
  size: number,
  reading: Reading,
): Promise<OpenUpload> => {
  const gunzip = gunzipped(input.path, size, reading);
  const { head, bytes, close } = await peek(gunzip.bytes(), 1024);
  if (isTar(head)) {
    try {
      const tar = await unpackTar(bytes, reading);
      return tarUpload({ ...tar, cut: tar.cut || gunzip.cut() }, input);
    } finally {
      await close();
    }
  }
  return {
    ...plain,
    packed: true,
    close,
    problems: () => (gunzip.cut() ? [truncated(input.filename)] : []),
    async *files() {
      yield { path: input.filename.replace(/\.gz$/i, ""), bytes: () => bytes };
    },
  };
};

const tarUpload = (tar: OpenTar, input: ParseInput): OpenUpload => {
  let isTold = tar.damage === undefined;
  return {
    packed: true,
    several: true,
    directory: tar.files,
    close: tar.close,
    problems: () => [
      ...(tar.cut ? [truncated(input.filename)] : []),
      // Whoever takes the files from the directory has not met it.
      ...(isTold || !tar.damage
        ? []
        : [{ code: "damaged-entry", place: input.filename, reason: tar.damage.message }]),
    ],
    async *files() {
      yield* logsFirst(tar.files);
      isTold = true;
      if (tar.damage) throw tar.damage;
    },
  };
};
