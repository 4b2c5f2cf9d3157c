// The interface of naming by a language model: request and answer. Other rooms import it from the door, llm.ts.
import type { AnsweringRequest, AnswerPiece } from "./answering.ts";

export interface NamingRequest {
  /** Texts of the topic, the most typical first; already masked. The first 30 are used. */
  readonly members: readonly string[];
  /** Texts nearest to the topic that do not belong to it; already masked. The first 30 are used. */
  readonly outside: readonly string[];
  /** Masked as well. The first 12 are used. */
  readonly keywords: readonly string[];
  /** ISO 639-1 of most of the members, in which title and summary are written; null for English. */
  readonly language: string | null;
}

export interface TopicName {
  /** One line of 60 characters at most. */
  readonly title: string;
  /** At most two sentences, of 400 characters together. */
  readonly summary: string;
}

/** Tokens and cost of using the model, including failed attempts. */
export interface LlmUsage {
  /** As the server counts them; where it does not, estimated as one token per four characters. */
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** In the currency of the prices; null where there are none. */
  readonly cost: number | null;
}

/**
 * aborted · unreachable: no answer, or none in time · refused: the server refused (a wrong key, too many requests) ·
 * invalid: the answer does not follow our rules for names.
 */
export type NamingTrouble = "aborted" | "unreachable" | "refused" | "invalid";

export interface Naming {
  /** Absent where there is a problem; the topic then keeps the name made from keywords. */
  readonly name: TopicName | undefined;
  readonly problem: { readonly kind: NamingTrouble; readonly message: string } | undefined;
  readonly usage: LlmUsage;
}

export interface Llm {
  /** The configured model. */
  readonly model: string;
  /** Never throws. The same request gives the same prompt; callers should cache answers under `cacheKeyOf`. */
  nameTopic(request: NamingRequest, signal?: AbortSignal): Promise<Naming>;
  /** Writes an answer from sources, piece by piece. Never throws: a failure is the last piece. */
  writeAnswer(request: AnsweringRequest, signal: AbortSignal): AsyncIterable<AnswerPiece>;
  /** A hash of everything that determines an answer: the prompt's version, the model, and what is sent. */
  cacheKeyOf(request: NamingRequest): string;
}
