// What a message broker that carries the jobs is doing: for the health of the instance and /ready.
import type { DegradedPart } from "#services/contract/system.ts";

/** down: with what is wrong, and what to do about it, for people. Neither tells a password. */
export type BrokerState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  | { readonly kind: "blocked" | "down"; readonly problem: string; readonly hint: string };

export interface Broker {
  /** "RabbitMQ at broker:5672, virtual host parlance": neither user nor password. */
  readonly label: string;
  state(): BrokerState;
}

/** How the health of the instance tells it. */
export const brokerParts = (state: BrokerState): DegradedPart[] =>
  state.kind === "down" || state.kind === "blocked"
    ? [
        {
          code: state.kind === "down" ? "broker-unavailable" : "broker-blocked",
          message: `${state.kind === "down" ? "RabbitMQ does not work" : "RabbitMQ waits for memory or disk"} (${state.problem}). Files are accepted and kept; reading and indexing them waits until it is back. Searching works.`,
          hint: state.hint,
        },
      ]
    : [];
