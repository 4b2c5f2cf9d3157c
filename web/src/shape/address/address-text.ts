// The parameters of an address as text: what a person typed is written as it is, other values as JSON where they need it.
import { defaultParseSearch, defaultStringifySearch } from "@tanstack/react-router";

/** Parameters that hold what a person typed: always text, also where it looks like a number, a list or a quoted text. */
const typed = ["q", "title", "new"] as const;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The text within the quotes that addresses used to have around every text that is JSON itself ("14.60", "[1]"); undefined where
 * the text has no such quotes, as a phrase of words.
 */
const unquoted = (text: string): string | undefined => {
  const inner = text.startsWith('"') ? jsonOf(text) : undefined;
  return typeof inner === "string" && jsonOf(inner) !== undefined ? inner : undefined;
};

/** What follows the path of an address → its parameters. */
export const parseAddress = (search: string): Record<string, unknown> => {
  const given = new URLSearchParams(search);
  const values: Record<string, unknown> = defaultParseSearch(search);
  for (const name of typed) {
    const text = given.get(name);
    if (text !== null) values[name] = unquoted(text) ?? text;
  }
  return values;
};

/** Parameters → what follows the path, with "?"; empty where there are none. `parseAddress` reads the same values from it. */
export const stringifyAddress = (values: Record<string, unknown>): string => {
  const written = new URLSearchParams(defaultStringifySearch(values));
  for (const name of typed) {
    const text = values[name];
    // A quoted text that would be taken for one of the old addresses gets quotes of its own.
    if (typeof text === "string")
      written.set(name, unquoted(text) === undefined ? text : JSON.stringify(text));
  }
  const search = written.toString();
  return search === "" ? "" : `?${search}`;
};
