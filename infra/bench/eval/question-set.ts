// A set of questions with judged documents, in the form that the evaluation takes.
import type { Grades } from "./measures.ts";

export interface EvalDocument {
  readonly id: string;
  /** Consecutive messages; each is chunked as a message of its own. */
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
