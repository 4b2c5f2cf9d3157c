// The newest version and its state, or where its record is damaged the newest one that is whole; the errors of both rooms.
import { AnnError } from "./ann/ann.ts";
import type { Schema } from "./documents.ts";
import { HistoryError, type HistoryReader, type Version } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import { emptyState, readState, type VersionState } from "./version-state.ts";

export interface Head {
  /** null before the first version. */
  readonly version: Version | null;
  readonly state: VersionState;
}

/** Whether an error says that stored bytes are not what was written. */
export const isDamage = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "damaged";

/** A HistoryError, or that of an engine which cannot be used, as an IndexError; anything else as it is. */
export const asIndexError = (error: unknown): unknown => {
  if (error instanceof AnnError && error.code === "unavailable")
    return new IndexError("unavailable", error.message, { cause: error });
  if (!(error instanceof HistoryError)) return error;
  const code = error.code === "bad-tag" ? "bad-query" : error.code;
  return new IndexError(code, error.message, { cause: error });
};

/** Awaits a call to the history or to an engine; their errors become IndexErrors. */
export const asked = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw asIndexError(error);
  }
};

export const stateOf = async (history: HistoryReader, version: Version): Promise<VersionState> => {
  const state = readState(await asked(history.read(version)));
  if (state.manifest.number !== version.number)
    throw new IndexError("damaged", `Version ${version.number} holds another version's manifest.`);
  return state;
};

/** The head, or where its record is damaged the newest version that can be read. @throws IndexError "damaged" where none can. */
export const readHead = async (
  history: HistoryReader,
  empty: { readonly dim: number; readonly schema: Schema },
): Promise<Head> => {
  let version: Version | null;
  try {
    version = await history.head();
  } catch (error) {
    if (!isDamage(error)) throw asIndexError(error);
    version = await asked(history.recover());
    if (version === null) throw asIndexError(error);
  }
  if (version === null) return { version, state: emptyState(empty.dim, empty.schema) };
  try {
    return { version, state: await stateOf(history, version) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const whole = await asked(history.recover());
    if (whole === null || whole.id === version.id) throw error;
    return { version: whole, state: await stateOf(history, whole) };
  }
};
