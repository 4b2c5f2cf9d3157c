// Filters: `userName eq "anna@example.org" and active eq true`, read and asked of resources.
import { type Filter, parse } from "scim2-parse-filter";
import { rejected } from "#services/domain/errors.ts";

/** Deeper ones are nobody's, and would fill the stack. */
const MAX_DEPTH = 40;

export interface ScimFilter {
  readonly matches: (resource: unknown) => boolean;
  readonly parsed: Filter;
}

type Comparison = Extract<Filter, { readonly compValue: unknown }>;

const bad = (cause?: unknown) =>
  rejected("The filter is not understood.", {
    code: "bad-filter",
    hint: 'Write it as in RFC 7644, section 3.4.2.2: userName eq "anna@example.org".',
    cause,
  });

const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Without the name of the schema, which has a point in it; in small letters. */
const pathOf = (path: string): readonly string[] =>
  path
    .toLowerCase()
    .replace(/^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/u, "")
    .split(".");

/** Ids are told apart by case; every other text is not. */
const isExact = (path: readonly string[]): boolean =>
  path.length === 1 && (path[0] === "id" || path[0] === "externalid");

/** Each value that is there; of a list those of all its items. */
const valuesAt = (value: unknown, path: readonly string[]): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [name, ...inner] = path;
  if (name === undefined) return value === undefined ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, found]) =>
    key.toLowerCase() === name ? valuesAt(found, inner) : [],
  );
};

/** Of an item of a list its value is meant: members eq "…". */
const plainOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "value" in value ? value.value : value;

const comparesTexts = (op: Comparison["op"], has: string, wanted: string): boolean => {
  switch (op) {
    case "eq":
      return has === wanted;
    case "ne":
      return has !== wanted;
    case "co":
      return has.includes(wanted);
    case "sw":
      return has.startsWith(wanted);
    case "ew":
      return has.endsWith(wanted);
    case "gt":
      return has > wanted;
    case "ge":
      return has >= wanted;
    case "lt":
      return has < wanted;
    case "le":
      return has <= wanted;
  }
};

const compares = ({ op, compValue }: Comparison, has: unknown, exact: boolean): boolean => {
  if (typeof has === "string" && typeof compValue === "string")
    return exact
      ? comparesTexts(op, has, compValue)
      : comparesTexts(op, folded(has), folded(compValue));
  if (op === "eq") return has === compValue;
  return op === "ne" && has !== compValue;
};

const holds = (filter: Filter, resource: unknown): boolean => {
  if ("filters" in filter)
    return filter.op === "and"
      ? filter.filters.every((one) => holds(one, resource))
      : filter.filters.some((one) => holds(one, resource));
  if ("filter" in filter) return !holds(filter.filter, resource);
  const path = pathOf(filter.attrPath);
  const found = valuesAt(resource, path);
  if ("valFilter" in filter) return found.some((item) => holds(filter.valFilter, item));
  if (!("compValue" in filter)) return found.some((value) => value !== "");
  return found.some((value) => compares(filter, plainOf(value), isExact(path)));
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
  return { parsed, matches: (resource) => holds(parsed, resource) };
};

/** The text that an attribute has to be for the filter to match at all; undefined where it may be several. */
export const wantedValue = ({ parsed }: ScimFilter, attribute: string): string | undefined => {
  const wantedIn = (filter: Filter): string | undefined => {
    if (filter.op === "and")
      return filter.filters.map(wantedIn).find((value) => value !== undefined);
    if (filter.op !== "eq" || typeof filter.compValue !== "string") return undefined;
    return pathOf(filter.attrPath).join(".") === attribute.toLowerCase()
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
    return pathOf(filter.attrPath)[0] === attribute.toLowerCase();
  };
  return mentionedIn(parsed);
};
