// Filters: `userName eq "anna@example.org" and active eq true`, read and asked of resources.
import { filter as asTest, type Filter, parse } from "scim2-parse-filter";
import { rejected } from "#services/domain/errors.ts";

/** Longer ones are nobody's, and deeper ones would fill the stack. */
const MAX_DEPTH = 40;

export interface ScimFilter {
  readonly matches: (resource: unknown) => boolean;
  readonly parsed: Filter;
}

const bad = (cause?: unknown) =>
  rejected("The filter is not understood.", {
    code: "bad-filter",
    hint: 'Write it as in RFC 7644, section 3.4.2.2: userName eq "anna@example.org".',
    cause,
  });

/** Ids are told apart by case; every other text is not. */
const exact = /^(?:id|externalId)$/iu;

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Without the name of the schema, which has a point in it. */
const plain = (path: string): string =>
  path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/iu, "");

/** The same filter for resources whose texts are folded. */
const foldedFilter = (filter: Filter): Filter => {
  switch (filter.op) {
    case "and":
    case "or":
      return { ...filter, filters: filter.filters.map(foldedFilter) };
    case "not":
      return { ...filter, filter: foldedFilter(filter.filter) };
    case "[]":
      return {
        ...filter,
        attrPath: plain(filter.attrPath),
        valFilter: foldedFilter(filter.valFilter),
      };
    case "pr":
      return { ...filter, attrPath: plain(filter.attrPath) };
    default: {
      const attrPath = plain(filter.attrPath);
      const { compValue } = filter;
      const isFolded = typeof compValue === "string" && !exact.test(attrPath);
      return { ...filter, attrPath, compValue: isFolded ? folded(compValue) : compValue };
    }
  }
};

const foldedResource = (value: unknown): unknown => {
  if (typeof value === "string") return folded(value);
  if (Array.isArray(value)) return value.map(foldedResource);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      exact.test(name) ? inner : foldedResource(inner),
    ]),
  );
};

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  for (const sign of text)
    if (sign === "(" || sign === "[") deepest = Math.max(deepest, ++depth);
    else if (sign === ")" || sign === "]") depth--;
  return Math.max(deepest, text.match(/\bnot\b/giu)?.length ?? 0);
};

/** @throws ParlanceError rejected `bad-filter` */
export const readFilter = (text: string): ScimFilter => {
  // The parser takes exponential time for text with line ends that is not closed.
  if (/\p{Cc}/u.test(text) || depthOf(text) > MAX_DEPTH) throw bad();
  let parsed: Filter;
  try {
    parsed = parse(text);
  } catch (error) {
    throw bad(error);
  }
  const test = asTest(foldedFilter(parsed));
  return { parsed, matches: (resource) => test(foldedResource(resource)) };
};

/** The text that an attribute has to be for the filter to match at all; undefined where it may be several. */
export const wantedValue = ({ parsed }: ScimFilter, attribute: string): string | undefined => {
  const wantedIn = (filter: Filter): string | undefined => {
    if (filter.op === "and")
      return filter.filters.map(wantedIn).find((value) => value !== undefined);
    if (filter.op !== "eq" || typeof filter.compValue !== "string") return undefined;
    return plain(filter.attrPath).toLowerCase() === attribute.toLowerCase()
      ? filter.compValue
      : undefined;
  };
  return wantedIn(parsed);
};

/** Whether the filter looks at an attribute, or at something in it. */
export const mentions = ({ parsed }: ScimFilter, attribute: string): boolean => {
  const mentionedIn = (filter: Filter): boolean => {
    if ("filters" in filter) return filter.filters.some(mentionedIn);
    if ("filter" in filter) return mentionedIn(filter.filter);
    return plain(filter.attrPath).toLowerCase().split(".")[0] === attribute.toLowerCase();
  };
  return mentionedIn(parsed);
};
