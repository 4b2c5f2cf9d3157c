// What every archive must keep to, whatever its kind: names, sizes, ratios; and what a packed file looks like.
import { binaryKind } from "#services/domain/binary-file.ts";
import { rejected } from "#services/domain/errors.ts";
import type { Middle } from "./checkpoint.ts";
import type { ParseLimits } from "./events.ts";
import { ratioGrace } from "./limits.ts";

/** One file of an upload: the upload itself, or an entry of the archive. */
export interface UploadFile {
  /** Its path in the archive, or the upload's name. Forward slashes. */
  readonly path: string;
  /** Its bytes, unpacked. */
  readonly bytes: () => AsyncGenerator<Buffer>;
  /** Where it lies as it is, where it is the upload itself: for formats that are read from their end. */
  readonly onDisk?: string;
  /** Reading in the middle, where that is possible without all that stands before. */
  readonly middle?: {
    /** From where the bytes from this one on can be had again: of an unpacked file, after that one was read. */
    find(at: number): Middle | undefined;
    from(middle: Middle): AsyncGenerator<Buffer>;
  };
}

export const damaged = (message: string, cause?: unknown) =>
  rejected(message, {
    code: "damaged-archive",
    hint: "Download or pack the archive again: this copy is incomplete or was changed.",
    cause,
  });

export const tooManyEntries = (limits: ParseLimits) =>
  rejected(`The archive has more than ${limits.entries} files.`, {
    code: "archive-too-large",
    hint: "Split it into several archives.",
    status: 413,
  });

const oddName = /[\p{Cc}]/u;

/**
 * The entry's path with forward slashes.
 * @throws ParlanceError rejected `archive-path` where the name is absolute, climbs (`..`), is too long or holds control characters.
 */
export const checkedName = (name: string, limits: ParseLimits): string => {
  const path = name.replaceAll("\\", "/");
  const shown = JSON.stringify(path.slice(0, 80));
  const refuse = (why: string) =>
    rejected(`The archive holds an entry whose name ${why}: ${shown}.`, {
      code: "archive-path",
      hint: "No chat export does that: make the archive again from the files themselves.",
    });
  if (Buffer.byteLength(path) > limits.nameBytes)
    throw refuse(`is longer than ${limits.nameBytes} bytes`);
  if (path === "" || oddName.test(path)) throw refuse("is empty or holds control characters");
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) throw refuse("is an absolute path");
  if (path.split("/").includes("..")) throw refuse("climbs out of its folder");
  return path;
};

/** @throws ParlanceError rejected `archive-symlink` or `archive-device` for a Unix mode that is neither file nor folder. */
export const checkedMode = (mode: number, path: string): void => {
  const type = mode & 0o170000;
  if (type === 0 || type === 0o100000 || type === 0o040000) return;
  const link = type === 0o120000;
  throw rejected(`The archive holds a ${link ? "symbolic link" : "device"}: ${path}.`, {
    code: link ? "archive-symlink" : "archive-device",
    hint: "Make the archive again with the files themselves.",
  });
};

/** @throws ParlanceError rejected `archive-too-large` or `archive-ratio`. */
export const checkedTotal = (unpacked: number, packed: number, limits: ParseLimits): void => {
  if (unpacked > limits.totalBytes)
    throw rejected(`The archive unpacks to more than ${limits.totalBytes} bytes.`, {
      code: "archive-too-large",
      hint: "Split it into several archives.",
      status: 413,
    });
  if (unpacked > ratioGrace.total && unpacked > packed * limits.totalRatio)
    throw ratioError(`more than ${limits.totalRatio} times its own size`);
};

/** @throws ParlanceError rejected `archive-ratio`. */
export const checkedEntry = (unpacked: number, packed: number, limits: ParseLimits): void => {
  if (unpacked > ratioGrace.entry && unpacked > packed * limits.entryRatio)
    throw ratioError(`a file more than ${limits.entryRatio} times its packed size`);
};

const ratioError = (what: string) => bomb(`The archive unpacks to ${what}`);

/** @param what the upload does that only archives made to do harm do. */
export const bomb = (what: string) =>
  rejected(`${what}, as an archive bomb does.`, {
    code: "archive-ratio",
    hint: "Unpack the archive on your machine and upload the files in it.",
  });

const magics: readonly (readonly [string, string])[] = [
  ["zip", "504b0304"],
  ["zip", "504b0506"],
  ["zip", "504b0708"],
  ["gzip", "1f8b08"],
];

/** The kind of archive that the bytes begin, judged by their first bytes; undefined where they are none. */
export const archiveKind = (head: Buffer): string | undefined => {
  const start = head.subarray(0, 8).toString("hex");
  const found = magics.find(([, magic]) => start.startsWith(magic));
  if (found) return found[0];
  if (isTar(head)) return "tar";
  const binary = binaryKind(head);
  return binary?.group === "archive" ? binary.name : undefined;
};

/** A tar header carries the sum of its own bytes (with the sum's field as blanks). */
export const isTar = (head: Buffer): boolean => {
  if (head.length < 512 || head[0] === 0) return false;
  const written = Number.parseInt(head.toString("latin1", 148, 156).replace(/\0.*$/, "").trim(), 8);
  return written === tarSum(head);
};

export const tarSum = (header: Buffer): number => {
  let sum = 8 * 0x20;
  for (let i = 0; i < 512; i += 1) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  return sum;
};
