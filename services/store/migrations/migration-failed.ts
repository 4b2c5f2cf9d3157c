// Why a database could not be brought up to date, for people.
import { corrupt, ParlanceError, unavailable } from "#services/domain/errors.ts";

/** @param hint what became of the data */
export const migrationFailed = (error: unknown, hint: string): ParlanceError => {
  // Errors of a full disk, a damaged file or an absent server have messages of their own.
  if (error instanceof ParlanceError) return error;
  if (error instanceof Error && error.message.startsWith("corrupted migrations"))
    return corrupt("The database was written by a newer Parlance than this one.", {
      code: "database-too-new",
      hint: "Start the newer version, or restore the copy from before the upgrade, in the backups folder.",
      cause: error,
    });
  return unavailable("The database could not be brought up to date.", {
    code: "migration-failed",
    hint,
    cause: error,
  });
};
