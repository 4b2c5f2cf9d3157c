// Requests handed to another thread: the middleware that does so, and what it hands over.
import type { MiddlewareHandler } from "hono";
import type { Scope } from "#services/domain/scope.ts";
import { boundBody } from "./body.ts";
import type { MadeEntry, Variables } from "./guard.ts";
import { type Work, workOf } from "./work.ts";

export interface DelegatedRequest {
  /** On whose behalf: told once, where the request came in, and not again from its headers. */
  readonly scope: Scope;
  /** What the log is told once the route has made something; undefined where it is told nothing then. */
  readonly madeEntry: MadeEntry | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ArrayBuffer | undefined;
}

export interface DelegatedAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ArrayBuffer;
}

/** Whoever answers requests away from this event loop. */
export interface Delegate {
  /**
   * @param signal aborted when the client has gone: a request that still waits is dropped.
   * @throws ParlanceError unavailable `busy` where it would wait too long.
   */
  answer(work: Work, request: DelegatedRequest, signal: AbortSignal): Promise<DelegatedAnswer>;
  /** How it is doing, one sentence for /ready. */
  describe(): string;
}

/** Bytes of a body with texts to embed from which on it waits among the analyses. */
const LARGE_EMBEDDING = 64 * 1024;

/** Statuses whose answers have no body. */
const bodiless = new Set([101, 204, 205, 304]);

/** Hands over what `workOf` names, with its body; everything else goes on to the routes of this app. */
export const delegating = (
  delegate: Delegate,
  bodyLimit: (path: string) => number,
): MiddlewareHandler<{ Variables: Variables }> => {
  return async (c, next) => {
    const { method, path, url } = c.req;
    const work = workOf(method, path);
    if (work === undefined) return next();
    const { headers, signal } = c.req.raw;
    const given = new Headers(headers);
    given.set("x-request-id", c.get("requestId"));
    const hasBody = method !== "GET" && method !== "HEAD";
    if (hasBody) await boundBody(c, bodyLimit(path));
    const body = hasBody ? await c.req.arrayBuffer() : undefined;
    const [scope, madeEntry] = [c.get("scope"), c.get("madeEntry")];
    const request = { scope, madeEntry, method, url, headers: [...given], body };
    // What is made of many texts keeps a thread busy, and fills memory while it waits.
    const isLarge = work === "embedding" && (body?.byteLength ?? 0) > LARGE_EMBEDDING;
    const answer = await delegate.answer(isLarge ? "analysis" : work, request, signal);
    return new Response(bodiless.has(answer.status) ? null : answer.body, {
      status: answer.status,
      headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
    });
  };
};
