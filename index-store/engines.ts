// Which engines a store works with: one way to build and open vectors, one for words.
import type { AnnIndex, AnnRecipe, RowReader, RowStream, Rows } from "./ann/ann.ts";
import type { LexicalEngine } from "./lexical/lexical.ts";

interface VectorEngines {
  build(rows: Rows | RowStream, path: string): Promise<AnnRecipe>;
  open(path: string, recipe: AnnRecipe): Promise<AnnIndex>;
  /** Opens the file only to read its rows, without preparing it for searches where the engine allows that. */
  openToRead(path: string, recipe: AnnRecipe): Promise<RowReader>;
}

export interface Engines {
  readonly vectors: VectorEngines;
  readonly words: LexicalEngine;
}
