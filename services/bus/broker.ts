// What a message broker that carries the jobs is doing: for the health of the instance and /ready.

/** down: with what is wrong, and what to do about it, for people. Neither tells a password. */
export type BrokerState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  | { readonly kind: "blocked" | "down"; readonly problem: string; readonly hint: string };

export interface Broker {
  /** Name, version as far as it is known, host and virtual host: "RabbitMQ at broker:5672, virtual host parlance". */
  readonly label: string;
  state(): BrokerState;
}
