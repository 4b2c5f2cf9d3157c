// What each setting is now, and where its value comes from; secrets only as set or not.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { maskedUrl } from "#services/domain/masked-url.ts";
import { nearest } from "#services/domain/nearest-name.ts";
import { type Config, environment } from "./config.ts";
import { readSettings, type Setting } from "./setting-list.ts";

/** The line of the command, the environment (also by an .env file that Compose reads), a file in the home, or nobody. */
export type SettingSource = "command-line" | "environment" | "home" | "default";

export interface SettingState {
  readonly name: string;
  readonly meaning: string;
  /** Where only some values are allowed. */
  readonly allowed: readonly string[];
  /** As it is in force, without passwords; null for secrets, and where it has no value. */
  readonly value: string | null;
  /** What it is without anybody's doing; null where that is nothing, or depends on the machine. */
  readonly default: string | null;
  readonly isSecret: boolean;
  /** Whether somebody set it, or the server made one. */
  readonly isSet: boolean;
  readonly source: SettingSource;
}

const SECRET_NAME = /(?:SECRET|PASSWORD|TOKEN|KEY)(?:_PREVIOUS)?$/u;

/** Also a JSON text in the place of a file's path: those of providers and directories have secrets in them. */
const isSecret = (name: string, value: string): boolean =>
  SECRET_NAME.test(name) || /^\s*[[{]/u.test(value);

const printed = (value: unknown): string | null => {
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(",");
  if (typeof value === "boolean") return value ? "1" : "0";
  return value === undefined || value === null || value === "" ? null : String(value);
};

/** PARLANCE_API_THREADS → apiThreads, as the configuration calls what it derives from it. */
const fieldOf = (name: string): string =>
  name
    .replace("PARLANCE_", "")
    .toLowerCase()
    .replaceAll(/_(\w)/gu, (_, letter: string) => letter.toUpperCase());

const valuesOf = (of: object): ReadonlyMap<string, unknown> => new Map(Object.entries(of));

/** What is in force where nobody set it: what the configuration made of the machine, or the schema's default. */
const unset = (config: Config, name: string, byDefault: unknown): string | null => {
  const derived = valuesOf(config).get(fieldOf(name));
  const isValue = derived !== undefined && (typeof derived !== "object" || Array.isArray(derived));
  return printed(isValue ? derived : byDefault);
};

const sourceOf = ({ given, typed, home }: Config, name: string): SettingSource => {
  if (typed.includes(name)) return "command-line";
  if (given[name] !== undefined) return "environment";
  return name === "PARLANCE_SECRET" && existsSync(join(home, "secret")) ? "home" : "default";
};

const stateOf = (
  config: Config,
  { name, meaning, values }: Setting,
  byDefault: unknown,
): SettingState => {
  const given = config.given[name];
  const source = sourceOf(config, name);
  const hides = isSecret(name, given ?? "");
  const value = given === undefined ? unset(config, name, byDefault) : maskedUrl(given);
  return {
    name,
    meaning,
    allowed: values,
    value: hides ? null : value,
    default: printed(byDefault),
    isSecret: hides,
    isSet: source !== "default",
    source,
  };
};

/** Every setting of this server, in the order of the schema. */
export const settingStates = (config: Config): SettingState[] => {
  const defaults = valuesOf(environment.parse({}));
  return readSettings().map((setting) => stateOf(config, setting, defaults.get(setting.name)));
};

export interface UnknownSetting {
  readonly name: string;
  /** The known name that it is nearest to; null where none is near. */
  readonly near: string | null;
}

/** Names in the environment that are no settings: usually typing mistakes. */
export const unknownSettings = ({ unknown }: Config): UnknownSetting[] => {
  const known = Object.keys(environment.shape);
  return unknown.map((name) => ({ name, near: nearest(name, known) ?? null }));
};
