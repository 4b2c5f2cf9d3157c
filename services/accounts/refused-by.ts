// Which limit refused a request, as the data of its 429: whoever answers makes the headers of it.

/** A limit by its name in headers, and how long its time is. */
export interface Policy {
  readonly policy: "caller" | "organization" | "tokens" | "strangers" | "link" | "tries";
  readonly limit: number;
  readonly seconds: number;
}

export const refusedBy = (
  { policy, limit, seconds }: Policy,
  retryAfterSeconds: number,
): Readonly<Record<string, unknown>> => ({ policy, limit, seconds, retryAfterSeconds });
