// Which engines a store works with: one way to build and open vectors, one for words.
import type { AnnIndex, AnnRecipe, RowReader, RowStream, Rows } from "./ann/ann.ts";
import type { PgvectorEngine } from "./ann/pgvector.ts";
import type { LexicalEngine } from "./lexical/lexical.ts";

interface VectorEngines {
  /** @param segment the id of the segment that the rows are of */
  build(rows: Rows | RowStream, path: string, segment: string): Promise<AnnRecipe>;
  open(path: string, recipe: AnnRecipe): Promise<AnnIndex>;
  /** Opens the file only to read its rows, without preparing it for searches where the engine allows that. */
  openToRead(path: string, recipe: AnnRecipe): Promise<RowReader>;
  /** What another server has of the segments; undefined where there is none. */
  readonly elsewhere?: Pick<PgvectorEngine, "restore" | "keepOnly"> | undefined;
}

export interface Engines {
  readonly vectors: VectorEngines;
  readonly words: LexicalEngine;
}
