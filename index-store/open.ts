// Opens an index in a folder: git for its versions, the vector engine that was asked for, our own postings for its words.
import { flatEngine } from "./ann/flat.ts";
import type { Schema } from "./documents.ts";
import type { Engines } from "./engines.ts";
import { asked } from "./head.ts";
import { openGitHistory } from "./history/git.ts";
import { postingsEngine } from "./lexical/postings.ts";
import { type IndexStore, storeOf } from "./store.ts";

export interface OpenOptions {
  /** Folder of the index: becomes a bare git repository. Made where absent. */
  readonly path: string;
  readonly dim: number;
  /** Columns may be added later: rows from before have them absent. */
  readonly schema: Schema;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** What to use for vectors; "auto" picks by size and measurement. */
  readonly engine?: "auto" | "flat" | "scan" | "faiss";
  readonly onWarning?: (message: string) => void;
}

/** The engines of a store: the vectors' as asked for, our own postings for the words. */
export const enginesFor = (_engine: NonNullable<OpenOptions["engine"]>): Engines => {
  const vectors = flatEngine();
  return { words: postingsEngine(), vectors: { build: vectors.build, open: vectors.open } };
};

/**
 * Opens the index, or makes an empty one. What a killed process left (locks, half an erasure) is tidied up.
 * @throws IndexError "unavailable" where git or the folder cannot be used.
 */
export const openIndexStore = async (options: OpenOptions): Promise<IndexStore> => {
  const { path, dim, schema, now, newId } = options;
  const warning = options.onWarning === undefined ? {} : { onWarning: options.onWarning };
  const history = await asked(openGitHistory({ path, now, ...warning }));
  const engines = enginesFor(options.engine ?? "auto");
  return storeOf({ path, dim, schema, now, newId, ...warning, history, engines });
};
