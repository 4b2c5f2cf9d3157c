// The error of a full disk, and how it is recognised in errors of the system, SQLite and git.
import { ParlanceError, unavailable } from "./errors.ts";

const systemCodes: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);
/** Result codes of SQLite: FULL, and IOERR_SHMSIZE, where the index of its write-ahead log could not grow. */
const SQLITE_FULL = 13;
const SQLITE_IOERR_SHMSIZE = 4874;
/** The words that git prints and that other errors quote. */
const words = /no space left on device|disk quota exceeded|database or disk is full/iu;

const says = (error: { code?: unknown; errcode?: unknown; message?: unknown }): boolean => {
  if (error instanceof ParlanceError) return error.code === "disk-full";
  if (systemCodes.has(error.code)) return true;
  if (typeof error.errcode === "number")
    return (error.errcode & 0xff) === SQLITE_FULL || error.errcode === SQLITE_IOERR_SHMSIZE;
  return typeof error.message === "string" && words.test(error.message);
};

/** Whether an error or one of its causes is a write that failed for lack of disk space. */
export const isDiskFull = (error: unknown): boolean => {
  let at = error;
  // Bounded, because a chain of causes may be circular.
  for (let depth = 0; depth < 10 && typeof at === "object" && at !== null; depth++) {
    if (says(at)) return true;
    at = (at as { cause?: unknown }).cause;
  }
  return false;
};

/** @param what was not done, as a clause: "the file was not kept". */
export const diskFull = (
  what: string,
  details: {
    readonly cause?: unknown;
    readonly hint?: string;
    readonly data?: Readonly<Record<string, unknown>>;
  } = {},
): ParlanceError =>
  unavailable(`The disk is full: ${what}.`, {
    code: "disk-full",
    status: 507,
    hint: "Free some disk space; everything saved before is intact, and searching still works.",
    ...details,
  });
