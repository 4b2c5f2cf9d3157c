// The guard before every route: which host we are, who may ask from where, request ids and security headers.
import type { MiddlewareHandler } from "hono";
import type { AuditEvent, Identity } from "#services/accounts/accounts.ts";
import type { Config } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { isWildcard } from "#services/domain/loopback.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Rows } from "#services/store/store.ts";

/** @param target the id of what was made */
export type TellMade = (rows: Rows, target: string) => Promise<void>;

/** @param rows of the organization to which it is done, inside the transaction */
export type TellOwner = (rows: Rows) => Promise<void>;
/** An entry of the log about something that is made, but for its id: plain data, as the route may run in another thread. */
export type MadeEntry = Omit<AuditEvent, "target">;

export interface Variables {
  readonly requestId: string;
  /** On whose behalf the request is answered, and which collections are there for it. */
  readonly scope: Scope;
  /** Who asks, before it is known for what. */
  readonly identity: Identity;
  /** Why it could not be told who asks. */
  readonly refused: unknown;
  /** A rule has let the request pass. */
  readonly permitted: boolean | undefined;
  /** Tells the log of what the route makes, inside the transaction that makes it; undefined where the rule does not ask for it. */
  readonly tellMade: TellMade | undefined;
  /** Tells the log of the organization to which something is done, where it is another one; undefined where the rule does not ask for it. */
  readonly tellOwner: TellOwner | undefined;
  /** What `tellMade` tells, for the thread that the request is passed on to. */
  readonly madeEntry: MadeEntry | undefined;
  /** The collections that a long answer is read from, where its path does not name one: it ends when one of them is closed. */
  readonly readFrom: readonly string[] | undefined;
}

type Guard = MiddlewareHandler<{ Variables: Variables }>;

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

const nameOf = (host: string): string => host.toLowerCase().replace(/:\d+$/u, "");
const bracketed = (host: string): string =>
  host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;

export interface Allowed {
  host(host: string): boolean;
  /** @param host the Host header of the same request. */
  origin(origin: string, host: string): boolean;
}

/**
 * A page of another site can make a browser ask us, and DNS rebinding even makes it look like the same site: the name in Host
 * betrays it. Ports are not compared for Host (the browser cannot forge the name); an Origin must be our own, port included,
 * since another local program's page is not ours either.
 */
export const allowedBy = (config: Pick<Config, "host" | "allowedHosts" | "accounts">): Allowed => {
  const { publicUrl } = config.accounts;
  const own = publicUrl === undefined ? [] : [new URL(publicUrl).host];
  const names = new Set([
    ...loopbackNames,
    ...(isWildcard(config.host) ? [] : [bracketed(config.host).toLowerCase()]),
    ...[...config.allowedHosts, ...own].map(nameOf),
  ]);
  const further = new Set([...config.allowedHosts, ...own].map((host) => host.toLowerCase()));
  return {
    host: (host) => names.has(nameOf(host)),
    origin: (origin, host) => {
      const authority = /^https?:\/\/([^/]+)$/iu.exec(origin)?.[1]?.toLowerCase();
      if (authority === undefined) return false;
      return authority === host.toLowerCase() || further.has(authority);
    },
  };
};

/** Programs' addresses; everything else is a page that a person may follow a link to. */
const isProgramPath = (path: string): boolean =>
  /^\/(?:(?:api|v1|scim)(?:\/|$)|(?:embed|info)$)/u.test(path);

/** To here a sign-in provider sends people back: it answers with a page, and does nothing without the cookie of who began. */
const isWayBack = (path: string): boolean =>
  /^\/api\/v1\/auth\/providers\/[a-z0-9][a-z0-9-]{0,39}\/callback$/u.test(path);

/**
 * A form of a provider's page brings an answer: a page of another site, which sends none of our cookies along, and whose answer is
 * believed for its signature alone. Nothing but a form, to this address, is let through.
 */
const bringsAnswer = (request: Request, path: string): boolean =>
  request.method === "POST" &&
  isWayBack(path) &&
  /^application\/x-www-form-urlencoded\b/iu.test(request.headers.get("content-type") ?? "");

const hostOf = (header: string | undefined, url: string): string => header ?? new URL(url).host;

export const checkSender = (allowed: Allowed): Guard => {
  const refuse = (message: string, status: 403 | 421, code: string) =>
    rejected(message, {
      code,
      status,
      hint: "Set PARLANCE_PUBLIC_URL to the address that people open, or name further hosts in PARLANCE_ALLOWED_HOSTS.",
    });
  return async (c, next) => {
    const host = hostOf(c.req.header("host"), c.req.url);
    if (!allowed.host(host))
      throw refuse(
        `This server does not answer for the host “${host.slice(0, 200)}”.`,
        421,
        "wrong-host",
      );
    const isAnswer = bringsAnswer(c.req.raw, c.req.path);
    const origin = c.req.header("origin");
    if (origin !== undefined && !isAnswer && !allowed.origin(origin, host))
      throw refuse("Pages of other sites may not use this server.", 403, "wrong-origin");
    const site = c.req.header("sec-fetch-site");
    const follows =
      c.req.header("sec-fetch-mode") === "navigate" &&
      (isAnswer ||
        (c.req.method === "GET" && (!isProgramPath(c.req.path) || isWayBack(c.req.path))));
    if (site !== undefined && site !== "same-origin" && site !== "none" && !follows)
      throw refuse("Pages of other sites may not use this server.", 403, "cross-site");
    await next();
  };
};

/** Tells the scope of a request. @throws ParlanceError rejected where it may not ask */
export type ScopeOf = (request: Request) => Scope | Promise<Scope>;

/** The only place where it is told whose data a request sees. */
export const resolveScope =
  (scopeOf: ScopeOf): Guard =>
  async (c, next) => {
    c.set("scope", await scopeOf(c.req.raw));
    await next();
  };

/** One spelling for one thing: an encoded slash or an empty segment could mean two things to two readers of the path. */
export const checkPath: Guard = async (c, next) => {
  const path = new URL(c.req.url).pathname;
  const encodedSlash = /%2f|%5c/iu.test(path) && !/^\/(?:api\/)?v1\/models\//u.test(path);
  if (path.includes("//") || encodedSlash || /%00/u.test(path))
    throw rejected("There is nothing at this address.", { code: "not-found", status: 404 });
  await next();
};

/** The caller's own id where it is a plain one, so that a proxy's log and ours tell of the same request. */
export const requestIds =
  (newId: () => string): Guard =>
  async (c, next) => {
    const given = c.req.header("x-request-id");
    const id = given !== undefined && /^[\w-]{8,64}$/u.test(given) ? given : `req_${newId()}`;
    c.set("requestId", id);
    await next();
    c.res.headers.set("x-request-id", id);
  };

/**
 * style-src allows inline styles because Mantine writes its theme's variables and its responsive styles into style elements;
 * Trusted Types are left out for the same reason (React sets those elements' innerHTML). Scripts come from files of ours only.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

export const securityHeaders: Guard = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", policy);
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  if (isProgramPath(c.req.path) && !headers.has("cache-control"))
    headers.set("cache-control", "no-store");
  // Only where TLS ends before us: on plain http browsers ignore it.
  if (c.req.header("x-forwarded-proto") === "https")
    headers.set("strict-transport-security", "max-age=31536000");
};
