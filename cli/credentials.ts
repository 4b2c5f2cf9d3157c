// By what the command line says who it is: an API key from the environment or from `parlance login`, or the secret beside the data.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { rejected } from "#services/domain/errors.ts";

/** Keys by the origin of their server. */
const file = z.record(z.string(), z.string());

/** A file of the command line's own, in the user's folder of settings. */
export const configPath = (name: string, env: NodeJS.ProcessEnv = process.env): string =>
  join(env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "parlance", name);

const pathOf = (env: NodeJS.ProcessEnv): string => configPath("keys.json", env);

const readKeys = (env: NodeJS.ProcessEnv): Record<string, string> => {
  const path = pathOf(env);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw rejected(`${path} cannot be read.`, {
      code: "unreadable-keys",
      hint: "Make it yours and readable, or delete it and use `parlance login` again.",
      cause,
    });
  }
  try {
    return file.parse(JSON.parse(text));
  } catch (cause) {
    throw rejected(`${path} does not hold keys as \`parlance login\` writes them.`, {
      code: "unreadable-keys",
      hint: "Delete it, and use `parlance login` again.",
      cause,
    });
  }
};

/** The key that `parlance login` kept for a server; undefined where there is none. */
export const keptKey = (base: string, env: NodeJS.ProcessEnv = process.env): string | undefined =>
  readKeys(env)[new URL(base).origin];

/** The key for a server: PARLANCE_API_KEY, else one that `parlance login` kept; undefined where there is none. */
export const savedKey = (base: string, env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env["PARLANCE_API_KEY"] || keptKey(base, env);

/** Keeps a key, or with undefined forgets it, in a file that only this user can read. @returns the file */
export const saveKey = (
  base: string,
  key: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string => {
  const path = pathOf(env);
  const { [new URL(base).origin]: _, ...others } = readKeys(env);
  const keys = key === undefined ? others : { ...others, [new URL(base).origin]: key };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, path);
  return path;
};
