// Opens an index in a folder, to write it or to follow it: git for its versions, a vector engine, our own postings for its words.
import { type EngineName, engineNames } from "./ann/ann.ts";
import { choose, engines } from "./ann/choose.ts";
import { openFlatReader } from "./ann/flat.ts";
import type { VectorsElsewhere } from "./ann/pgvector.ts";
import { isRowForm } from "./ann/row-file.ts";
import type { Schema } from "./documents.ts";
import type { Engines } from "./engines.ts";
import { asked } from "./head.ts";
import { openGitHistory } from "./history/git.ts";
import { openFarGitHistory } from "./history/git-far.ts";
import { openGitFollower } from "./history/git-follower.ts";
import type { FarHistory, FollowedHistory, Version } from "./history/history.ts";
import { type IndexReader, openReader, type ReaderParts } from "./index-reader.ts";
import { postingsEngine } from "./lexical/postings.ts";
import { type IndexStore, storeOf } from "./store.ts";

export interface OpenOptions {
  /** Folder of the index: becomes a bare git repository. Made where absent. */
  readonly path: string;
  readonly dim: number;
  /** Columns may be added later: they are absent in rows that were written before. */
  readonly schema: Schema;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  /** What to use for vectors; "auto" picks by size and measurement. */
  readonly engine?: "auto" | EngineName;
  /** "off": FAISS is not used even where it is installed. */
  readonly faiss?: "auto" | "off";
  /** The server on which the engine "pgvector" searches. */
  readonly elsewhere?: VectorsElsewhere | undefined;
  readonly onWarning?: (message: string) => void;
}

type EngineWish = Pick<OpenOptions, "engine" | "faiss" | "elsewhere">;

/** The engines of an index: for vectors the one that was asked for or that suits the segment, for words our own postings. */
export const enginesFor = ({ engine = "auto", faiss = "auto", elsewhere }: EngineWish): Engines => {
  const all = engines({ faiss, elsewhere });
  const names = engineNames.filter((name) => all[name].unavailable() === undefined);
  return {
    words: postingsEngine,
    vectors: {
      build: (rows, path, segment) => {
        const chosen = choose({ rows: rows.rows, dim: rows.dim, available: names, engine });
        return all[chosen].build(rows, path, { segment });
      },
      open: (path, recipe) => {
        // Files of plain rows are searched also where FAISS is not installed, or where no server with pgvector is named any more.
        const portable = isRowForm(recipe.factory) && !names.includes(recipe.engine);
        const { rows, dim } = recipe;
        const opened = portable ? choose({ rows, dim, available: ["flat"] }) : recipe.engine;
        return all[opened].open(path, recipe);
      },
      openToRead: (path, recipe) =>
        isRowForm(recipe.factory)
          ? openFlatReader(path, recipe)
          : all[recipe.engine].open(path, recipe),
      elsewhere: elsewhere === undefined ? undefined : all.pgvector,
    },
  };
};

/**
 * Opens the index for reading and writing, or makes an empty one. Locks that a killed process left are removed.
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

export interface FollowOptions extends Omit<OpenOptions, "newId"> {
  /**
   * The other host that is followed; `path` is then a folder of this follower's own. Without it, `path` is the writer's own
   * folder, on this host or on a shared volume, and nothing is written there.
   */
  readonly far?: FarHistory;
}

/** An index that another process or host writes. */
export interface IndexFollower extends IndexReader {
  /**
   * Takes over what the writer has done since, erasures included, and returns the newest version; searchers opened afterwards
   * answer from it. In the writer's own folder there is nothing to take over.
   * @throws IndexError "unavailable" or "damaged" as `FollowedHistory.follow` does; what is here goes on answering
   */
  follow(signal?: AbortSignal): Promise<Version | null>;
}

/** Opens an index for reading while another process or host writes it. */
export const followIndex = async (options: FollowOptions): Promise<IndexFollower> => {
  const { path, now, onWarning, far } = options;
  const history =
    far === undefined
      ? openGitFollower({ path, onWarning })
      : await asked(openFarGitHistory({ path, far, now, onWarning }));
  return followerOf({ ...options, history, engines: enginesFor(options) });
};

/** Puts a follower together from a followed history and engines. */
export const followerOf = (
  parts: ReaderParts & { readonly history: FollowedHistory },
): IndexFollower => {
  const { reader, checkOpen } = openReader(parts);
  return {
    ...reader,
    follow: async (signal) => {
      checkOpen();
      return asked(parts.history.follow(signal));
    },
  };
};
