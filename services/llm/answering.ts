// The interface of answering by a language model: a question and numbered sources → a text that cites them.

export interface Source {
  /** Already masked. */
  readonly text: string;
  /** The question that it answered, already masked; null where there was none. */
  readonly answers: string | null;
}

export interface AnsweringRequest {
  /** Already masked. */
  readonly question: string;
  /** Cited as [1], [2] … in this order. The first eight are used. */
  readonly sources: readonly Source[];
}

/** `text` pieces in order, then one of the others. refused: the sources do not answer the question, as the model says. */
export type AnswerPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "end"; readonly cited: readonly number[] }
  | { readonly kind: "refused" }
  | { readonly kind: "failed"; readonly message: string };
