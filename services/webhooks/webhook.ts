// The door of webhooks: sends one signed request after the Standard Webhooks specification (standardwebhooks.com), to public addresses only.
import { createHmac, randomBytes } from "node:crypto";
import { type IncomingMessage, request as requestPlainly } from "node:http";
import { request as requestSecurely } from "node:https";
import { isIP } from "node:net";
import { type Duration, type Millis, seconds } from "#services/domain/units.ts";
import { isPublicAddress, publicLookup, RefusedAddress } from "./address.ts";

/** Most bytes read of the answer; only its status matters. */
const ANSWER_BYTES = 64 << 10;
const TIMEOUT = seconds(10);
const SECRET_BYTES = 32;
const PREFIX = "whsec_";

/** A secret in the format of the specification, 256 random bits; the receiver verifies signatures with it. */
export const webhookSecret = (): string =>
  `${PREFIX}${randomBytes(SECRET_BYTES).toString("base64")}`;

/** `v1,<base64 of HMAC-SHA256 over id.timestamp.body>`; the timestamp in whole seconds. */
export const webhookSignature = (
  secret: string,
  signed: { readonly id: string; readonly timestamp: number; readonly body: string },
): string => {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const text = `${signed.id}.${signed.timestamp}.${signed.body}`;
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
};

export interface WebhookPost {
  readonly url: string;
  readonly secret: string;
  /** The same at every attempt, so that the receiver can recognise repetitions. */
  readonly id: string;
  readonly at: Millis;
  /** JSON. */
  readonly body: string;
}

export interface PostOptions {
  /** Allows private networks and plain HTTP, for one's own machines. */
  readonly allowPrivate: boolean;
  readonly signal?: AbortSignal;
  /** Time from the start until the answer's headers; 10 s by default. */
  readonly timeout?: Duration;
}

/** accepted: the answer was 2xx · failed: another attempt may succeed · refused: no attempt will. `says` is a sentence for people. */
export interface WebhookOutcome {
  readonly kind: "accepted" | "failed" | "refused";
  readonly says: string;
}

const refused = (says: string): WebhookOutcome => ({ kind: "refused", says });
const failed = (says: string): WebhookOutcome => ({ kind: "failed", says });

/** What is wrong with an address; checked before connecting. */
const objection = (url: URL, allowPrivate: boolean): string | undefined => {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return "Only https addresses are allowed.";
  if (url.username !== "" || url.password !== "")
    return "Addresses with a name and password are not allowed.";
  if (allowPrivate) return undefined;
  if (url.protocol === "http:")
    return "Only https addresses are allowed, because anyone on the network could read plain http.";
  // Node does no lookup for a numeric address, so it is checked here.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) !== 0 && !isPublicAddress(host)
    ? "This is an address of a private network; set PARLANCE_WEBHOOK_PRIVATE=1 to allow those."
    : undefined;
};

const outcomeOf = (status: number): WebhookOutcome => {
  if (status >= 200 && status < 300) return { kind: "accepted", says: `It answered ${status}.` };
  if (status >= 300 && status < 400)
    return failed(`It answered ${status}, a redirect; redirects are not followed.`);
  if (status === 410) return refused("It answered 410: it does not want any more requests.");
  return failed(`It answered ${status}.`);
};

const causeOf = (error: unknown): WebhookOutcome => {
  if (error instanceof RefusedAddress)
    return refused(`${error.message} Set PARLANCE_WEBHOOK_PRIVATE=1 to allow those.`);
  const { name, code } = error as { name?: string; code?: string };
  if (name === "TimeoutError" || code === "ABORT_ERR") return failed("It did not answer in time.");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return failed("Its host name is unknown.");
  if (code === "ECONNREFUSED") return failed("No server is listening there.");
  return failed(`It could not be reached (${code ?? "no reason given"}).`);
};

/** Reads the rest of the answer within limits, so that the other side can finish; nothing is kept. */
const drain = (answer: IncomingMessage): void => {
  let bytes = 0;
  answer.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) answer.destroy();
  });
  // The status is known, so errors in the rest do not matter.
  answer.on("error", () => undefined);
};

/**
 * Sends once. Redirects are not followed, proxies of the environment are not used, and the answer's body is not shown to anybody.
 * Never throws for anything that the other side does.
 */
export const postWebhook = (post: WebhookPost, options: PostOptions): Promise<WebhookOutcome> => {
  const url = URL.parse(post.url);
  if (url === null) return Promise.resolve(refused("This is not a valid address."));
  const wrong = objection(url, options.allowPrivate);
  if (wrong !== undefined) return Promise.resolve(refused(wrong));
  const timestamp = Math.floor(post.at / 1000);
  const limit = AbortSignal.timeout(options.timeout ?? TIMEOUT);
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
  const send = url.protocol === "https:" ? requestSecurely : requestPlainly;
  return new Promise((resolve) => {
    const asking = send(url, {
      method: "POST",
      agent: false,
      signal,
      ...(options.allowPrivate ? {} : { lookup: publicLookup }),
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(post.body),
        "user-agent": "Parlance",
        "webhook-id": post.id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": webhookSignature(post.secret, { ...post, timestamp }),
      },
    });
    asking.on("response", (answer) => {
      drain(answer);
      resolve(outcomeOf(answer.statusCode ?? 0));
    });
    asking.on("error", (error) => resolve(causeOf(error)));
    asking.end(post.body);
  });
};
