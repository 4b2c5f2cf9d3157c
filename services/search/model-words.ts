// Which words an embedding model knows: of those it makes one piece or a few long ones.
import type { Embedder } from "#services/embed/embed.ts";

/** A model that says into how many pieces it takes a text. */
export type WordPieces = Pick<Embedder, "countTokens">;

/** A word of which a model makes longer pieces is a word to it; of made-up words and random letters, 1 in 100 is. */
const PIECE_LETTERS = 3.5;

/** Whether the model knows a word of another spelling than the collection's: scripts without spaces are left to the floor. */
export const isModelWord = (word: string, embedder: WordPieces): boolean => {
  if (!/^[\p{Script=Latin}\p{N}'’.-]+$/u.test(word)) return true;
  const pieces = embedder.countTokens(word) - embedder.countTokens("");
  return [...word].length / Math.max(1, pieces) >= PIECE_LETTERS;
};
