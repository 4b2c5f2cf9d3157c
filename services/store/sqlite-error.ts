// Translates errors of SQLite into the three kinds of errors. Others (programming errors in SQL) are left unchanged.
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { corrupt, ParlanceError, unavailable } from "#services/domain/errors.ts";

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const NOTADB = 26;

/** The error of a damaged database, for people. */
export const databaseDamaged = (path: string, cause?: unknown): ParlanceError =>
  corrupt(`The database file ${path} is damaged.`, {
    code: "database-damaged",
    hint: "Stop Parlance and restore the newest backup with `./parlance restore`; `./parlance doctor` lists what is damaged.",
    cause,
  });

/** @param path of the database, for the message */
export const explained = (error: unknown, path: string): unknown => {
  const code = (error as { errcode?: number } | null)?.errcode;
  if (typeof code !== "number") return error;
  if (isDiskFull(error)) return diskFull("nothing more can be saved", { cause: error });
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
      return unavailable("The database is busy.", { code: "database-busy", cause: error });
    case READONLY:
      return unavailable(`The database file ${path} cannot be written.`, {
        code: "database-read-only",
        hint: "Is its disk mounted read-only, or does the file belong to another user?",
        cause: error,
      });
    case IOERR:
      return unavailable(`The disk cannot read or write the database file ${path}.`, {
        code: "database-io",
        hint: "The system's log says what is wrong with the disk.",
        cause: error,
      });
    case CORRUPT:
    case NOTADB:
      return databaseDamaged(path, error);
    default:
      return error;
  }
};

export const isBusy = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "database-busy";

export const isDamaged = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "database-damaged";
