// Checks a command line against the options and arguments of its command: the library that parses it ignores unknown ones.
import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { nearest } from "#services/domain/nearest-name.ts";

/** Commands whose arguments are the words of a text. */
export const takesText = new Set(["answer", "search"]);
/** Commands that take any number of arguments. */
export const takesMany = new Set([
  ...takesText,
  "conversations",
  "import",
  "inspect",
  "models",
  "people",
]);

const kebab = (name: string): string =>
  name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

interface NamedOption {
  readonly isBoolean: boolean;
  /** As they may be typed, without hyphens. */
  readonly names: readonly string[];
}

const optionsOf = (args: ArgsDef): NamedOption[] =>
  Object.entries(args).flatMap(([name, definition]) => {
    if (definition.type === "positional") return [];
    const alias = "alias" in definition ? [definition.alias ?? []].flat() : [];
    return {
      isBoolean: definition.type === "boolean",
      names: [...new Set([name, kebab(name), ...alias])],
    };
  });

/** Compared without hyphens, which would count as letters that are right. */
const optionNear = (typed: string, names: readonly string[]): string => {
  const near = nearest(typed.replace(/^-+/u, ""), names);
  return near === undefined ? "" : ` Did you mean “--${near}”?`;
};

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

const typedAs = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/**
 * For commands that take a text (`search`, `answer`): its words may stand anywhere and begin with a hyphen, as `-word` does in a
 * query; after `--` everything is a word. An unknown `--option` stays an option, and is refused.
 * @returns the same line with its options first, then `--`, then its words
 */
export const wordsLast = (args: ArgsDef, typed: readonly string[]): string[] => {
  const options = optionsOf(args);
  const named = new Map(
    options.flatMap((option) => option.names.map((name) => [typedAs(name), option] as const)),
  );
  const first: string[] = [];
  const words: string[] = [];
  for (let at = 0; at < typed.length; at++) {
    const one = typed[at] ?? "";
    if (one === "--") {
      words.push(...typed.slice(at + 1));
      break;
    }
    const option = named.get(one.split("=")[0] ?? "");
    if (option === undefined && !one.startsWith("--")) words.push(one);
    else first.push(one);
    if (option === undefined || option.isBoolean || one.includes("=")) continue;
    const value = typed[at + 1];
    // Marked as without a value, or it would take what is put behind it.
    if (value === undefined) first.splice(-1, 1, `--${option.names[0]}=`);
    else first.push(value);
    at++;
  }
  return words.length === 0 ? first : [...first, "--", ...words];
};

/**
 * @param typed what follows the command's name
 * @param takesMany whether the command takes any number of arguments
 * @returns what is wrong with it, as a sentence; undefined where nothing is
 */
export const misuseOf = (
  command: string,
  args: ArgsDef,
  { typed, takesMany }: { readonly typed: readonly string[]; readonly takesMany: boolean },
): string | undefined => {
  const options = optionsOf(args);
  const { tokens } = parseArgs({
    args: [...typed],
    options: Object.fromEntries(
      options.flatMap(({ isBoolean, names }) => {
        const [, ...others] = names;
        const short = others.find(({ length }) => length === 1);
        // A name may have one letter: `--k`.
        return names
          .filter((name, at) => at === 0 || name.length > 1)
          .map((name, at) => [
            name,
            {
              type: isBoolean ? ("boolean" as const) : ("string" as const),
              ...(short === undefined || at > 0 ? {} : { short }),
            },
          ]);
      }),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const booleans = options.filter(({ isBoolean }) => isBoolean).flatMap(({ names }) => names);
  const withValue = options.filter(({ isBoolean }) => !isBoolean).flatMap(({ names }) => names);
  const known = new Set([...booleans, ...booleans.map((name) => `no-${name}`), ...withValue]);
  const long = options.flatMap(({ names }) => names.filter(({ length }) => length > 1).slice(-1));

  const unknown = tokens.flatMap((token) =>
    token.kind === "option" && !known.has(token.name) ? [token.rawName] : [],
  );
  const [first] = unknown;
  if (first !== undefined)
    return `“parlance ${command}” has no option ${unknown.map((one) => `“${one}”`).join(", ")}.${optionNear(first, long)}`;

  const valueless = tokens.find(
    (token) => token.kind === "option" && withValue.includes(token.name) && !token.value,
  );
  if (valueless?.kind === "option") return `“${valueless.rawName}” needs a value.`;

  const given = tokens.filter(({ kind }) => kind === "positional").length;
  const needed = Object.entries(args).filter(
    ([, one]) => one.type === "positional" && one.required === true,
  )[given];
  if (needed !== undefined) {
    const [name, { description }] = needed;
    return `“parlance ${command}” needs ${name.toUpperCase()}${description === undefined ? "" : `: ${lowerFirst(description)}`}.`;
  }

  const places = Object.values(args).filter(({ type }) => type === "positional").length;
  const stray = tokens
    .flatMap((token) => (token.kind === "positional" ? [token.value] : []))
    .slice(takesMany ? Number.POSITIVE_INFINITY : places);
  const [word] = stray;
  if (word === undefined) return undefined;
  return `“parlance ${command}” takes ${places === 0 ? "no argument" : `${places === 1 ? "one argument" : `${places} arguments`} at most`}: ${stray.map((one) => `“${one}”`).join(", ")} ${stray.length === 1 ? "is" : "are"} too many.${optionNear(word, long)}`;
};
