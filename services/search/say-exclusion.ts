// Sentences about filters that exclude every message, and what to do about it.
import type { RowSet } from "#index-store/index-store.ts";
import { type MessageKind, messageKinds } from "#services/domain/conversation.ts";
import { printTime } from "#services/domain/typed-time.ts";
import { columns } from "./columns.ts";
import type { AskedFilter, Base, NoMatch } from "./excluder.ts";
import { nearestValue } from "./nearest-value.ts";

type Said = NoMatch["excluding"][number];

const either = new Intl.ListFormat("en", { type: "disjunction" });
const all = new Intl.ListFormat("en", { type: "conjunction" });

const quoted = (values: readonly (string | null)[]): string =>
  either.format(values.map((value) => `“${value ?? "none"}”`));

const MOST_NAMED = 5;

/** The most frequent values of a column in all collections. */
const frequent = (bases: readonly Base[], column: string): string[] => {
  const counts = new Map<string, number>();
  for (const { searcher, rows } of bases)
    for (const { value, count } of searcher.facet(column, rows, MOST_NAMED * 4))
      if (value !== null && count > 0) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_NAMED)
    .map(([value]) => value);
};

/** “Kinds here: X, Y, and Z.” */
const thereAre = (
  bases: readonly Base[],
  column: string,
  { some, none }: { readonly some: string; readonly none: string },
): string => {
  const values = frequent(bases, column);
  return values.length === 0 ? none : `${some} ${all.format(values)}.`;
};

const extentOf = (bases: readonly Base[]): { min: number; max: number } | undefined => {
  const extents = bases
    .map(({ searcher, rows }) => searcher.extent(columns.at, rows))
    .filter((extent) => extent !== null);
  if (extents.length === 0) return undefined;
  return {
    min: Math.min(...extents.map(({ min }) => min)),
    max: Math.max(...extents.map(({ max }) => max)),
  };
};

const day = (moment: number): string => printTime(moment).slice(0, 10);

const sayTime = (
  name: "after" | "before",
  values: readonly (string | null)[],
  bases: readonly Base[],
) => {
  const extent = extentOf(bases);
  if (extent === undefined)
    return { says: "No message here has a time.", hint: `Leave out ${name}:.` };
  return {
    says: `No message is ${name === "after" ? "as new as" : "older than"} ${values.join(" or ")}.`,
    hint: `The messages here are of ${day(extent.min)} to ${day(extent.max)}.`,
  };
};

const didYouMean = (one: AskedFilter, bases: readonly Base[]): string | undefined => {
  const near = nearestValue(one, bases);
  return near === undefined ? undefined : `Did you mean “${near.value}”?`;
};

const sayTopic = (one: AskedFilter, bases: readonly Base[]): Pick<Said, "says" | "hint"> => {
  const topics = bases.flatMap(({ asked }) => asked.groups?.topics ?? []);
  if (topics.length === 0)
    return {
      says: "No topics are known here yet.",
      hint: "They are found by an analysis, once there are enough messages.",
    };
  if (one.isTyped)
    return {
      says: `No topic has the title ${quoted(one.values)}, or this word in its title.`,
      hint: didYouMean(one, bases) ?? "The page Topics and `parlance topics` list the titles.",
    };
  return {
    says: "There is no message of the chosen topic.",
    hint: "It may be gone since the last analysis. Choose another one.",
  };
};

const sayOf = (one: AskedFilter, bases: readonly Base[]): Pick<Said, "says" | "hint"> => {
  const { name, values } = one;
  const which = quoted(values);
  const list = (column: string, some: string, none: string) =>
    thereAre(bases, column, { some, none });
  switch (name) {
    case "from":
      return {
        says: `No message here is by ${which}.`,
        hint:
          didYouMean(one, bases) ??
          list(columns.author, "Most messages are by", "No author is known."),
      };
    case "bot":
      return {
        says: values.includes("yes")
          ? "No message here is by a bot."
          : "All messages here are by bots.",
        hint: "Bots are those that the source marks, that repeat themselves, or that somebody marked on the page People.",
      };
    case "in":
      return {
        says: `There is no channel ${which}, and no conversation has this in its title.`,
        hint:
          didYouMean(one, bases) ??
          list(columns.channel, "Most messages are in", "No message here is in a channel."),
      };
    case "topic":
      return sayTopic(one, bases);
    case "role":
      return {
        says: `No message here has the role ${which}.`,
        hint: list(columns.role, "Roles here:", "No roles are known."),
      };
    case "kind":
      return {
        says: `No message here is of the kind ${which}.`,
        hint: list(columns.kind, "Kinds here:", "No kinds are known."),
      };
    case "source":
      return {
        says: `No message here comes from ${which}.`,
        hint: list(columns.source, "Sources here:", "No source is known."),
      };
    case "lang":
      return {
        says: `No message here is in the language ${which}.`,
        hint: list(columns.language, "Languages here:", "No languages were recognised."),
      };
    case "after":
    case "before":
      return sayTime(name, values, bases);
    case "unit":
      return bases.some(({ asked }) => asked.grouped.length > 0)
        ? {
            says: "Topics and labels are of messages: with a filter by them no exchange is found.",
            hint: "Leave out kind:exchange, or the topics and labels.",
          }
        : { says: "There is no exchange here.", hint: "Leave out kind:exchange." };
    case "conversation":
      return {
        says: "The chosen conversation has no message here.",
        hint: "It may have been deleted, or be in another collection.",
      };
    case "label":
      return {
        says: "The chosen label is on no message here.",
        hint: "It may have been deleted, or belong to another collection.",
      };
    default:
      return name satisfies never;
  }
};

/** As it is typed: `from:ana`. */
const typed = ({ name, values }: Pick<AskedFilter, "name" | "values">): string =>
  values
    .map((value) => {
      const text = value ?? "none";
      return `${name === "unit" ? "kind" : name}:${/[\s"]/u.test(text) ? `"${text}"` : text}`;
    })
    .join(" ");

/** A filter that no message passes. */
export const sayExcluded = (one: AskedFilter, bases: readonly Base[]): Said => ({
  filter: typed(one),
  ...sayOf(one, bases),
});

/** Filters of which each passes some messages, but none passes all of them. */
export const sayTogether = (filters: readonly AskedFilter[]): Said => {
  const after = filters.find(({ name }) => name === "after")?.values[0];
  const before = filters.find(({ name }) => name === "before")?.values[0];
  const turned =
    typeof after === "string" &&
    typeof before === "string" &&
    Date.parse(after) >= Date.parse(before);
  return {
    filter: filters.map(typed).join(" "),
    says: turned
      ? `No time is from ${after} on and before ${before}.`
      : `No message passes ${all.format(filters.map(typed))} together.`,
    hint: turned ? "Exchange the two." : "Leave one of them out.",
  };
};

/** Messages pass that are found only where their kind is asked for: thinking, tools. */
export const sayUnasked = (
  unasked: readonly (string | null)[],
  bases: readonly Base[],
  kept: readonly RowSet[],
): { readonly excluding: Said; readonly kind: MessageKind[] } => {
  const found = new Set(
    bases.flatMap(({ searcher }, at) =>
      searcher
        .facet(columns.kind, kept[at], messageKinds.length)
        .flatMap(({ value, count }) => (count > 0 ? [value] : [])),
    ),
  );
  const kind = messageKinds.filter((one) => found.has(one) && unasked.includes(one));
  const names = all.format(kind);
  return {
    kind,
    excluding: {
      filter: kind.map((one) => `kind:${one}`).join(" "),
      says: `Only messages of the kind ${names} pass these filters. They are found where they are asked for.`,
      hint: `Add ${kind.map((one) => `kind:${one}`).join(" ")}.`,
    },
  };
};
