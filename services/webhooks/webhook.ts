// The door of webhooks: one signed post after the Standard Webhooks specification (standardwebhooks.com), to public addresses only.
import { createHmac, randomBytes } from "node:crypto";
import { type IncomingMessage, request as requestPlainly } from "node:http";
import { request as requestSecurely } from "node:https";
import { isIP } from "node:net";
import { type Duration, type Millis, seconds } from "#services/domain/units.ts";
import { isPublicAddress, publicLookup, RefusedAddress } from "./address.ts";

/** Of the answer no more is read: its status is all that counts. */
const ANSWER_BYTES = 64 << 10;
const TIMEOUT = seconds(10);
const SECRET_BYTES = 32;
const PREFIX = "whsec_";

/** A secret as the specification writes it, 256 random bits: whoever receives the posts checks them with it. */
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
  /** The same at every try, so that who receives it twice can tell. */
  readonly id: string;
  readonly at: Millis;
  /** JSON. */
  readonly body: string;
}

export interface PostOptions {
  /** Inner networks and plain HTTP are allowed too: for one's own machines. */
  readonly allowPrivate: boolean;
  readonly signal?: AbortSignal;
  /** From the first byte to the answer's head; 10 s where absent. */
  readonly timeout?: Duration;
}

/** accepted: it answered 2xx · failed: it may go well later · refused: it never will. `says` is a sentence for people. */
export interface WebhookOutcome {
  readonly kind: "accepted" | "failed" | "refused";
  readonly says: string;
}

const refused = (says: string): WebhookOutcome => ({ kind: "refused", says });
const failed = (says: string): WebhookOutcome => ({ kind: "failed", says });

/** What is wrong with an address before anything is connected to. */
const objection = (url: URL, allowPrivate: boolean): string | undefined => {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return "Only https addresses can be posted to.";
  if (url.username !== "" || url.password !== "")
    return "An address with a name and password in it is not posted to.";
  if (allowPrivate) return undefined;
  if (url.protocol === "http:")
    return "Only https addresses are posted to: anybody on the way could read the rest.";
  // Node looks nothing up for an address that is written in numbers.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) !== 0 && !isPublicAddress(host)
    ? "It is an address of an inner network: set PARLANCE_WEBHOOK_PRIVATE=1 to allow those."
    : undefined;
};

const outcomeOf = (status: number): WebhookOutcome => {
  if (status >= 200 && status < 300) return { kind: "accepted", says: `It answered ${status}.` };
  if (status >= 300 && status < 400)
    return failed(`It answered ${status}: it wants to lead elsewhere, which is not followed.`);
  if (status === 410) return refused("It answered 410: it wants no more posts.");
  return failed(`It answered ${status}.`);
};

const causeOf = (error: unknown): WebhookOutcome => {
  if (error instanceof RefusedAddress)
    return refused(`${error.message} Set PARLANCE_WEBHOOK_PRIVATE=1 to allow those.`);
  const { name, code } = error as { name?: string; code?: string };
  if (name === "TimeoutError" || code === "ABORT_ERR") return failed("It did not answer in time.");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return failed("Its name is not known.");
  if (code === "ECONNREFUSED") return failed("Nobody listens there.");
  return failed(`It could not be reached (${code ?? "no reason given"}).`);
};

/** Lets the other side finish, within bounds; the answer itself is not kept. */
const drain = (answer: IncomingMessage): void => {
  let bytes = 0;
  answer.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) answer.destroy();
  });
  // Its status is known: what becomes of the rest does not matter.
  answer.on("error", () => undefined);
};

/**
 * Posts once. Redirects are not followed, no proxy of the environment is used, and what is answered is not shown to anybody.
 * Never throws for what the other side does.
 */
export const postWebhook = (post: WebhookPost, options: PostOptions): Promise<WebhookOutcome> => {
  const url = URL.parse(post.url);
  if (url === null) return Promise.resolve(refused("It is no address."));
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
