// Long answers are cut off once whoever asked for them would not be let in any more: put out, or without what they read from.
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { type Callers, type Identity, requireRight } from "#services/accounts/accounts.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Variables } from "./guard.ts";
import type { Rule } from "./rules.ts";

type Asked = Context<{ Variables: Variables }>;

/** What is known of a caller is up to 2 s old (accounts/callers.ts): with this they are out within 4 s. */
const CHECK_MS = 2000;

/** The collection that a path names. */
export const collectionIn = (path: string): string | undefined =>
  /^\/api\/v1\/collections\/(col_\w+)(?:\/|$)/u.exec(path)?.[1];

/**
 * The collections that an answer is read from: those that its route has named, or the one in its path; all that were open to its caller
 * where neither says, so that a route that forgets to is cut off rather too often than too late.
 */
const readFrom = (c: Asked, { collections }: Scope): readonly string[] => {
  const named = c.get("readFrom");
  if (named !== undefined) return named;
  const inPath = collectionIn(c.req.path);
  if (inPath !== undefined) return [inPath];
  return collections === "all" ? [] : collections;
};

const isStillLetIn = async (c: Asked, rule: Rule, callers: Callers): Promise<boolean> => {
  try {
    const identity = await callers.again(c.get("identity"));
    requireRight(identity, rule.right);
    const { collections } = await callers.scopeOf(identity, rule.level ?? "read");
    if (collections === "all") return true;
    const open = new Set<string>(collections);
    return readFrom(c, c.get("scope")).every((id) => open.has(id));
  } catch (error) {
    // A database that does not answer puts nobody out: it is asked again.
    return !(error instanceof ParlanceError && error.kind === "rejected");
  }
};

/** Who cannot be put out: the command line beside the data, and everybody where nobody signs in. */
const staysIn = ({ proof }: Identity): boolean => proof === "";

/** Looks every 2 s whether the caller of this request would still be let in, and breaks the connection off where not. */
export const cutOffLater = (c: Asked, rule: Rule, callers: Callers): void => {
  const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
  // Who has left already does so no second time.
  if (outgoing === undefined || outgoing.destroyed || staysIn(c.get("identity"))) return;
  const timer = setInterval(async () => {
    if (!(await isStillLetIn(c, rule, callers))) outgoing.destroy();
  }, CHECK_MS).unref();
  outgoing.once("close", () => clearInterval(timer));
};
