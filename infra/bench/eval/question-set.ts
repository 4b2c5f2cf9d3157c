// A set of questions with judged documents, as the evaluation takes it.
import type { Grades } from "./measures.ts";

export interface EvalDocument {
  readonly id: string;
  /** Said one after the other; each is chunked as a message of its own. */
  readonly messages: readonly string[];
}

export interface EvalQuestion {
  readonly text: string;
  readonly grades: Grades;
}

export interface QuestionSet {
  readonly name: string;
  readonly documents: readonly EvalDocument[];
  readonly questions: readonly EvalQuestion[];
}
