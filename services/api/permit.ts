// Who asks and whether they may: told for every request before anything else looks at it, by the table of rules.
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import {
  type Accounts,
  actorOf,
  type Callers,
  type Identity,
  type QuotaWatch,
  requireRight,
} from "#services/accounts/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import { type Caller, defaultScope, nobodysScope, type Scope } from "#services/domain/scope.ts";
import type { Instance } from "#services/parlance.ts";
import type { Variables } from "./guard.ts";
import { originOf, type Reach } from "./origin.ts";
import { rateHeaders } from "./rate-limits.ts";
import { TOKENS_HEADER } from "./routes/embeddings.ts";
import type { Rule } from "./rules.ts";

type Guard = MiddlewareHandler<{ Variables: Variables }>;
type Asked = Context<{ Variables: Variables }>;

/** Whoever was put out is cut off within so long. */
const CHECK_MS = 2000;
/** Refusals of one caller are told in the log once in so long. */
const DENIAL_MS = 60_000;

const everyone: Identity = { ...defaultScope, teams: [], only: undefined, proof: "" };
const nobody: Identity = { ...nobodysScope, teams: [], only: undefined, proof: "" };

const sentBy = (c: Asked) => ({
  authorization: c.req.header("authorization"),
  ticket: c.req.method === "GET" ? c.req.query("ticket") : undefined,
  path: c.req.path,
});

/**
 * Tells who asks. That it cannot be told (a token that is not good, a database that does not answer) is an error only where somebody
 * has to be known: not where a token is renewed, and not where it is asked how the server is.
 */
export const identify =
  (accounts: () => Promise<Accounts>): Guard =>
  async (c, next) => {
    c.set("scope", nobodysScope);
    c.set("identity", nobody);
    try {
      const { callers, isOn } = await accounts();
      if (await isOn()) c.set("identity", await callers.identify(sentBy(c)));
      else {
        // Whatever key a program sends (OpenAI's clients always send one): everything is open.
        c.set("scope", defaultScope);
        c.set("identity", everyone);
      }
    } catch (error) {
      c.set("refused", error);
    }
    await next();
  };

const nothingHere = () =>
  rejected("There is nothing at this address.", {
    code: "not-found",
    status: 404,
    hint: "/docs lists the addresses of the API.",
  });

/** Registered behind the rules: what no rule names is not served. */
export const requireRule: Guard = async (c, next) => {
  if (c.get("permitted") !== true) throw nothingHere();
  await next();
};

/** The collection that a path names. */
const collectionIn = (path: string): string | undefined =>
  /^\/api\/v1\/collections\/(col_\w+)(?:\/|$)/u.exec(path)?.[1];

const isStillLetIn = async (
  path: string,
  identity: Identity,
  rule: Rule,
  callers: Callers,
): Promise<boolean> => {
  if (!(await callers.isStillIn(identity))) return false;
  const id = collectionIn(path);
  const { collections } = await callers.scopeOf(identity, rule.level ?? "read");
  return id === undefined || collections === "all" || collections.some((one) => one === id);
};

/** Cuts the connection off once its caller would not be let in any more. */
const watch = (c: Asked, identity: Identity, rule: Rule, { callers }: Accounts): void => {
  const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
  // Who has left already does so no second time.
  if (outgoing === undefined || outgoing.destroyed || identity.proof === "") return;
  const timer = setInterval(() => {
    isStillLetIn(c.req.path, identity, rule, callers)
      .then((isIn) => {
        if (!isIn) outgoing.destroy();
      })
      // The database does not answer: asked again.
      .catch(() => undefined);
  }, CHECK_MS).unref();
  outgoing.once("close", () => clearInterval(timer));
};

const targetOf = (path: string): string | null =>
  /^\/api\/v1\/[\w-]+\/([\w-]+)/u.exec(path)?.[1] ?? null;

/** Which callers were refused lately, so that a program that tries for ever does not fill the log. */
const openDenials = () => {
  const told = new Map<string, number>();
  return (caller: Caller, route: string): boolean => {
    const at = performance.now();
    for (const [name, since] of told) if (at - since > DENIAL_MS) told.delete(name);
    const name = `${JSON.stringify(actorOf(caller))} ${route}`;
    if (told.has(name) || told.size > 1000) return false;
    told.set(name, at);
    return true;
  };
};

/** Where the scope was told elsewhere: a second look at whether it may do what it asks. */
export const permittingGiven =
  (rule: Rule): Guard =>
  async (c, next) => {
    requireRight(c.get("scope"), rule.right);
    c.set("permitted", true);
    await next();
  };

/** Counts the request, and what it embeds; says what is left. @throws ParlanceError rejected `too-many-requests` | `quota-used` (429) */
const withinQuotas = async (
  c: Asked,
  rule: Rule,
  quotas: QuotaWatch,
  next: () => Promise<void>,
): Promise<void> => {
  const scope = c.get("scope");
  const left = Object.entries(rateHeaders(await quotas.request(scope)));
  const embeds = rule.right === "embed";
  if (embeds) await quotas.checkTokens(scope);
  await next();
  const tokens = embeds ? Number(c.res.headers.get(TOKENS_HEADER) ?? 0) : 0;
  if (tokens > 0) await quotas.embedded(scope, tokens);
  // Where a limit refused what was asked, its headers say so already.
  if (c.res.status !== 429) for (const [name, value] of left) c.header(name, value);
};

const isPerson = (caller: Caller): boolean => caller.kind === "user" || caller.kind === "key";

export interface PermitParts {
  readonly accounts: () => Promise<Accounts>;
  readonly database: Instance["database"];
  readonly reach: Reach;
}

/** Lets callers pass that the rule names, with the scope that it gives them. */
export const permitting = ({ accounts, database, reach }: PermitParts) => {
  const isNewDenial = openDenials();
  const tell = async (c: Asked, scope: Scope, action: string, target: string | null) => {
    const { parts } = await accounts();
    const { network } = originOf(c, reach);
    await database.within(scope).transaction((rows) =>
      parts.audit.write(rows, parts.now(), {
        actor: actorOf(scope.caller),
        action,
        target,
        network,
      }),
    );
  };
  /** The scope of a caller who may; others are refused, and the log tells of them. */
  const admit = async (c: Asked, rule: Rule, route: string): Promise<Scope> => {
    const identity = c.get("identity");
    const { caller } = identity;
    if (caller.kind === "nobody") {
      if (rule.right !== "public") throw c.get("refused") ?? signedOut(c);
      return nobodysScope;
    }
    const { callers } = await accounts();
    try {
      requireRight(identity, rule.right);
    } catch (error) {
      if (isPerson(caller) && isNewDenial(caller, route))
        await tell(c, await callers.scopeOf(identity, "read"), "denied", route);
      throw error;
    }
    return caller.kind === "anyone"
      ? defaultScope
      : callers.scopeOf(identity, rule.level ?? "read");
  };
  return (rule: Rule, route: string): Guard =>
    async (c, next) => {
      const scope = await admit(c, rule, route);
      c.set("scope", scope);
      c.set("permitted", true);
      // What is open to strangers is answered too where it cannot be told who asks.
      if (scope.caller.kind === "nobody") return next();
      const opened = await accounts();
      if (rule.level !== undefined) await explainLevel(c, opened, rule);
      await withinQuotas(c, rule, opened.quotas, async () => {
        if (rule.audit !== undefined && scope.caller.kind !== "anyone")
          await tell(c, scope, rule.audit, targetOf(c.req.path));
        if (rule.isLong === true) watch(c, c.get("identity"), rule, opened);
        await next();
      });
    };
};

const signedOut = (c: Asked) =>
  rejected("You are signed out.", {
    code: "signed-out",
    status: 401,
    hint: c.req.path.startsWith("/v1/")
      ? "Send an API key: `Authorization: Bearer …`."
      : "Sign in, or send an API key: `Authorization: Bearer …`.",
  });

/** A collection that somebody may read but not change is not called unknown: they see it in their list. */
const explainLevel = async (c: Asked, { callers }: Accounts, rule: Rule): Promise<void> => {
  const { collections } = c.get("scope");
  const id = collectionIn(c.req.path);
  if (id === undefined || collections === "all" || collections.some((one) => one === id)) return;
  const readable = (await callers.scopeOf(c.get("identity"), "read")).collections;
  if (readable === "all" || !readable.some((one) => one === id)) return;
  throw rejected(
    rule.level === "manage"
      ? "You do not manage this collection."
      : "You may read this collection, but not change it.",
    { code: "not-allowed", status: 403, hint: "Ask whoever manages it." },
  );
};
