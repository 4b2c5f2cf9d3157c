// Who asks and whether they may: told for every request before anything else looks at it, by the table of rules.
import type { Context, MiddlewareHandler } from "hono";
import {
  type Accounts,
  type AuditEvent,
  actorOf,
  type Identity,
  type QuotaWatch,
  readOnlyView,
  requireRight,
} from "#services/accounts/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import { type Caller, defaultScope, nobodysScope, type Scope } from "#services/domain/scope.ts";
import type { Instance } from "#services/parlance.ts";
import { collectionIn, cutOffLater } from "./cut-off.ts";
import { TOKENS_HEADER } from "./embed-texts.ts";
import type { MadeEntry, Variables } from "./guard.ts";
import { originOf, type Reach } from "./origin.ts";
import { rateHeaders } from "./rate-limits.ts";
import type { Rule } from "./rules.ts";

type Guard = MiddlewareHandler<{ Variables: Variables }>;
type Asked = Context<{ Variables: Variables }>;

/** What one caller does again and again is told in the log once in so long: refusals, and looks at the same thing. */
const TOLD_MS = 60_000;

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

/** What is no id of anything is not repeated in the log. */
const idOr = (text: string): string => (/^[\w.-]{1,100}$/u.test(text) ? text : "(not an id)");

/** The ids that a path names, the outermost first. */
const namedIn = (route: string, path: string): string[] => {
  const template = route.split(" ")[1]?.split("/") ?? [];
  return path
    .split("/")
    .filter((_, at) => template[at]?.startsWith("{"))
    .map(idOr);
};

/** The innermost of them, or the organization where there is none, and what that is in. */
const targetOf = (ids: readonly string[], { organization }: Scope) => {
  const [within, ...inner] = ids;
  return {
    target: ids.at(-1) ?? organization,
    details: within === undefined || inner.length === 0 ? {} : { within },
  };
};

/**
 * What was told lately, so that a program that tries for ever does not fill the log.
 * @param whenFull whether what is new is told where much was told within the minute
 */
const openTold = (whenFull: boolean) => {
  const told = new Map<string, number>();
  return (caller: Caller, what: string): boolean => {
    const at = performance.now();
    for (const [name, since] of told) if (at - since > TOLD_MS) told.delete(name);
    // Each look is told as a whole.
    const look = caller.kind === "look" ? caller.id : "";
    const name = `${JSON.stringify(actorOf(caller))} ${look} ${what}`;
    if (told.has(name)) return false;
    if (told.size > 1000) return whenFull;
    told.set(name, at);
    return true;
  };
};

/** Has the log told of what the route makes: here, or in the thread that the request is passed on to. */
const tellOnceMade = async (c: Asked, accounts: () => Promise<Accounts>, entry: MadeEntry) => {
  // Opened now, and not inside the transaction: opening reads rows, and would wait for it.
  const { parts } = await accounts();
  c.set("madeEntry", entry);
  c.set("tellMade", (rows, target) => parts.audit.write(rows, parts.now(), { ...entry, target }));
};

/** Without accounts there is nobody to tell of, and the workers' own doings are not told. */
const isTold = ({ kind }: Caller): boolean => kind !== "anyone" && kind !== "worker";

/** Where the scope was told elsewhere: a second look at whether it may do what it asks. */
export const permittingGiven =
  ({
    accounts,
    madeEntryOf,
  }: Pick<PermitParts, "accounts"> & {
    readonly madeEntryOf: (request: Request) => MadeEntry | undefined;
  }) =>
  (rule: Rule, route: string): Guard =>
  async (c, next) => {
    const scope = c.get("scope");
    requireRight(scope, rule.right);
    c.set("permitted", true);
    const entry = madeEntryOf(c.req.raw);
    if (entry !== undefined) await tellOnceMade(c, accounts, entry);
    else if (rule.makes === true && isTold(scope.caller))
      throw new Error(`“${route}” came without what the log is to be told of it.`);
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

const isPerson = ({ kind }: Caller): boolean =>
  kind === "user" || kind === "key" || kind === "look";

/** Whoever looks as somebody else reads on the screen: nothing is taken along, and not shown who else may open it. */
const requireLookable = ({ caller }: Identity, { level = "read", isTaken }: Rule): void => {
  if (caller.kind === "look" && (isTaken === true || level !== "read"))
    throw readOnlyView(caller.name);
};

/** Of a look: the person as whom it is done. */
const lookedAs = (caller: Caller) =>
  caller.kind === "look" ? { as: caller.user, look: caller.id } : {};

export interface PermitParts {
  readonly accounts: () => Promise<Accounts>;
  readonly database: Instance["database"];
  readonly reach: Reach;
}

/** Lets callers pass that the rule names, with the scope that it gives them. */
export const permitting = ({ accounts, database, reach }: PermitParts) => {
  const isNewDenial = openTold(false);
  // Nobody hides what they open behind much else.
  const isNewLook = openTold(true);
  type Said = Pick<AuditEvent, "action" | "target" | "details">;
  const entryOf = (c: Asked, { caller }: Scope, said: Said): AuditEvent => ({
    ...said,
    actor: actorOf(caller),
    network: originOf(c, reach).network,
    details: { ...said.details, ...lookedAs(caller) },
  });
  const tell = async (c: Asked, scope: Scope, said: Said) => {
    const { parts } = await accounts();
    const entry = entryOf(c, scope, said);
    await database.within(scope).transaction((rows) => parts.audit.write(rows, parts.now(), entry));
  };
  /** In the log before the route runs, or with what it makes. */
  const toldAs = async (c: Asked, rule: Rule, route: string) => {
    const { audit: action, makes, isForeign } = rule;
    const scope = c.get("scope");
    if (action === undefined || scope.caller.kind === "anyone") return;
    const ids = namedIn(route, c.req.path);
    if (isForeign === true) {
      const { parts } = await accounts();
      const entry = entryOf(c, scope, { action, ...targetOf(ids, scope) });
      c.set("tellOwner", async (rows) => {
        if (rows.scope.organization !== scope.organization)
          await parts.audit.write(rows, parts.now(), entry);
      });
    }
    if (makes !== true) return tell(c, scope, { action, ...targetOf(ids, scope) });
    const [within] = ids;
    const details = within === undefined ? {} : { within };
    await tellOnceMade(c, accounts, entryOf(c, scope, { action, details }));
  };
  /** What somebody opens who looks at the app as somebody else: a search is told each time, an open page now and then. */
  const tellWatched = async (c: Asked, { watched: action }: Rule, route: string) => {
    const scope = c.get("scope");
    if (action === undefined || scope.caller.kind !== "look") return;
    if (action === "search" || isNewLook(scope.caller, `${action} ${c.req.path}`))
      await tell(c, scope, { action, ...targetOf(namedIn(route, c.req.path), scope) });
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
      requireLookable(identity, rule);
    } catch (error) {
      if (isPerson(caller) && isNewDenial(caller, route))
        await tell(c, await callers.scopeOf(identity, "read"), { action: "denied", target: route });
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
        await toldAs(c, rule, route);
        await tellWatched(c, rule, route);
        if (rule.isLong === true) cutOffLater(c, rule, opened.callers);
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
