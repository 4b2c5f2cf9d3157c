// The messages between the main thread and an API thread.
import type { MessagePort } from "node:worker_threads";
import type { DelegatedAnswer, DelegatedRequest } from "#services/api/app.ts";
import type { Config } from "#services/config/config.ts";
import type { DegradedPart } from "#services/contract/system.ts";

export interface ThreadData {
  readonly config: Config;
  /** As the override of `openParlance`: only the first thread keeps indexes for good. */
  readonly indexIdleMs: number | undefined;
  /** The port at which the main thread serves its embedding model. */
  readonly embedder: MessagePort;
}

export type ToThread =
  | { readonly kind: "ask"; readonly id: number; readonly request: DelegatedRequest }
  | { readonly kind: "stop" };

/** An error in a form that can be sent to another thread: only what the log needs. */
export const portable = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error));
  const copy = new Error(error.message, error.cause ? { cause: portable(error.cause) } : undefined);
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = error.stack;
  return copy;
};

export type FromThread =
  /** Its Parlance is open: it accepts requests. */
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly id: number; readonly answer: DelegatedAnswer }
  /** It could not even answer with a problem. */
  | { readonly kind: "failed"; readonly id: number }
  /** Everything that does not work in full, as far as it has noticed; an empty list: all is well there. */
  | { readonly kind: "health"; readonly parts: readonly DegradedPart[] }
  /** It has written a job. */
  | { readonly kind: "wake" }
  /** For the log. */
  | { readonly kind: "error"; readonly error: Error; readonly requestId: string }
  | { readonly kind: "warning"; readonly message: string };
