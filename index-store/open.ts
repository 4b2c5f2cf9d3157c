// Opens an index in a folder: git for its versions, the vector engine that was asked for, our own postings for its words.
import type { EngineName } from "./ann/ann.ts";
import { choose, engines } from "./ann/choose.ts";
import { openFlatReader } from "./ann/flat.ts";
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
  /** "off" leaves a FAISS that is there unused. */
  readonly faiss?: "auto" | "off";
  readonly onWarning?: (message: string) => void;
}

type EngineWish = Pick<OpenOptions, "engine" | "faiss">;

/** The engines of a store: for vectors the one that was asked for or suits the segment, for words our own postings. */
export const enginesFor = ({ engine = "auto", faiss = "auto" }: EngineWish): Engines => {
  const all = engines({ faiss });
  const names = engineNames.filter((name) => all[name].unavailable() === undefined);
  return {
    words: postingsEngine,
    vectors: {
      build: (rows, path) => {
        const choice = choose({ rows: rows.rows, dim: rows.dim, available: names, engine });
        return all[choice.engine].build(rows, path, { factory: choice.factory });
      },
      open: (path, recipe) => {
        // A flat file is everybody's: an index that was made with FAISS is read without it.
        const portable = recipe.factory === "Flat" && !names.includes(recipe.engine);
        return all[portable ? "flat" : recipe.engine].open(path, recipe);
      },
      openToRead: (path, recipe) =>
        recipe.factory === "Flat"
          ? openFlatReader(path, recipe)
          : all[recipe.engine].open(path, recipe),
    },
  };
};

const engineNames: readonly EngineName[] = ["flat", "scan", "faiss"];

/**
 * Opens the index, or makes an empty one. What a killed process left (locks, half an erasure) is tidied up.
 * @throws IndexError "unavailable" where git or the folder cannot be used.
 */
export const openIndexStore = async (options: OpenOptions): Promise<IndexStore> => {
  const { path, dim, schema, now, newId } = options;
  const warning = options.onWarning === undefined ? {} : { onWarning: options.onWarning };
  const history = await asked(openGitHistory({ path, now, ...warning }));
  return storeOf({
    path,
    dim,
    schema,
    now,
    newId,
    ...warning,
    history,
    engines: enginesFor(options),
  });
};
