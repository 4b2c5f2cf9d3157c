// What naming by a language model is: the request, the answer, the promise. Others import it by the door, llm.ts.

export interface NamingRequest {
  /** Texts of the topic, the most typical first; already masked. The first 30 are used. */
  readonly members: readonly string[];
  /** Texts nearest the topic that are not of it; already masked. The first 30 are used. */
  readonly outside: readonly string[];
  /** Masked as well. The first 12 are used. */
  readonly keywords: readonly string[];
  /** ISO 639-1 of most of the members: what title and summary are written in; null for English. */
  readonly language: string | null;
}

export interface TopicName {
  /** One line of 60 characters at most. */
  readonly title: string;
  /** Two sentences of 400 characters together at most. */
  readonly summary: string;
}

/** What was used of the model, failed attempts included. */
export interface LlmUsage {
  /** As the server counts them; estimated (a token for four characters) where it does not say. */
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** In the currency of the prices; null where there are none. */
  readonly cost: number | null;
}

/**
 * aborted · unreachable: no answer, or none in time · refused: the server would not (a wrong key, too many requests) ·
 * invalid: what came back is no name by our rules.
 */
export type NamingTrouble = "aborted" | "unreachable" | "refused" | "invalid";

export interface Naming {
  /** Absent where there is a problem: the topic keeps the name it has without a model. */
  readonly name: TopicName | undefined;
  readonly problem: { readonly kind: NamingTrouble; readonly message: string } | undefined;
  readonly usage: LlmUsage;
}

export interface Llm {
  /** As configured. */
  readonly model: string;
  /** Never throws. The same request gives the same prompt; answers are to be cached under `cacheKeyOf`. */
  nameTopic(request: NamingRequest, signal?: AbortSignal): Promise<Naming>;
  /** A hash of all that decides an answer: the prompt's version, the model, and what of the request is sent. */
  cacheKeyOf(request: NamingRequest): string;
}
