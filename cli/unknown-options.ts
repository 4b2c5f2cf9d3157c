// The options of a command line that its command does not have: the library that parses them ignores those.
import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";

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

/**
 * @param typed what follows the command's name
 * @returns the options of it that the command does not have, as they were typed
 */
export const unknownOptions = (args: ArgsDef, typed: readonly string[]): string[] => {
  const options = optionsOf(args);
  const { tokens } = parseArgs({
    args: [...typed],
    options: Object.fromEntries(
      options.flatMap(({ isBoolean, names }) => {
        const short = names.find(({ length }) => length === 1);
        return names
          .filter(({ length }) => length > 1)
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
  const known = new Set(
    options.flatMap(({ isBoolean, names }) =>
      isBoolean ? [...names, ...names.map((name) => `no-${name}`)] : names,
    ),
  );
  return tokens.flatMap((token) =>
    token.kind === "option" && !known.has(token.name) ? [token.rawName] : [],
  );
};
