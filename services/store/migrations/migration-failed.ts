// Why a database could not be brought up to date, for people.
import { corrupt, ParlanceError, unavailable } from "#services/domain/errors.ts";

/** Characters of what a database says; of a statement it may repeat much. */
const MOST_SAID = 300;

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
  const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
  const said = why === "" ? "" : ` The database says: ${why.slice(0, MOST_SAID)}`;
  return unavailable(`The database could not be brought up to date.${said}`, {
    code: "migration-failed",
    hint,
    cause: error,
  });
};
