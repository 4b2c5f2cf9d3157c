// The door for JSON bodies: bounded size and depth, and no key that could reach a prototype.
import type { MiddlewareHandler } from "hono";
import { rejected } from "#services/domain/errors.ts";
import { boundBody } from "./body.ts";

const MAX_DEPTH = 32;
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Deepest nesting of objects and arrays, read off the text, so that a hostile one is refused before it is built. */
export const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 92) at++;
      else if (unit === 34) inString = false;
    } else if (unit === 34) inString = true;
    else if (unit === 123 || unit === 91) deepest = Math.max(deepest, ++depth);
    else if (unit === 125 || unit === 93) depth--;
  }
  return deepest;
};

const refuse = (message: string, code: string) =>
  rejected(message, { code, hint: "/docs describes what each address takes." });

/** @throws ParlanceError rejected `bad-json` | `json-too-deep` | `forbidden-key` */
export const checkJson = (text: string): void => {
  if (depthOf(text) > MAX_DEPTH)
    throw refuse(`The body is nested deeper than ${MAX_DEPTH} levels.`, "json-too-deep");
  // Most bodies hold none of these letters, nor an escape that could spell them, and need no second look.
  const suspicious = /__proto__|constructor|prototype|\\u/u.test(text);
  try {
    JSON.parse(
      text,
      suspicious
        ? (key, value) => {
            if (forbiddenKeys.has(key))
              throw refuse(`“${key}” is no key that is taken.`, "forbidden-key");
            return value;
          }
        : undefined,
    );
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse("The body is not valid JSON.", "bad-json");
    throw error;
  }
};

/** Reads bodies that say they are JSON, once; handlers get them from the request's cache. */
export const jsonBodies =
  (limitOf: (path: string) => number): MiddlewareHandler =>
  async (c, next) => {
    const type = c.req.header("content-type") ?? "";
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    if (!/^application\/(?:[\w.+-]+\+)?json\b/iu.test(type)) return next();
    await boundBody(c, limitOf(c.req.path));
    const text = await c.req.text();
    // Many clients name the type of a body that they do not send, with a deletion too; a route that needs one says so.
    if (text !== "") checkJson(text);
    return next();
  };
