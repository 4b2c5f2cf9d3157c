// Opens a client: to a running server over HTTP or, where none is running, to the same app in this process.
import { type Config, readConfig } from "#services/config/config.ts";
import { isLoopback } from "#services/domain/loopback.ts";
import { readHolder } from "#services/home/home.ts";
import type { Client } from "./client/client.ts";
import { savedKey } from "./credentials.ts";
import { httpClient } from "./http-client.ts";

/** The URL of the server that holds this home, from its lock file; undefined where there is none. */
const runningServer = (config: Config): string | undefined => {
  const holder = readHolder(config.home);
  if (holder?.url == null) return undefined;
  try {
    process.kill(holder.pid, 0);
    return holder.url;
  } catch {
    // Its process has ended: the next process that opens the home takes it over.
    return undefined;
  }
};

/** Whoever can read the files of a server on this machine, or knows its secret, asks as its operator; others need a key. */
const authorizationFor = async (
  config: Config,
  base: string,
  env: NodeJS.ProcessEnv,
): Promise<(() => Promise<string | undefined>) | undefined> => {
  const key = savedKey(base, env);
  if (key !== undefined) return async () => `Bearer ${key}`;
  // The secret of a home is that of the server that holds it; one of the environment that of the servers that are named there.
  const { secret, publicUrl } = config.accounts;
  const { hostname, origin } = new URL(base);
  const isNamed =
    isLoopback(hostname) || (publicUrl !== undefined && origin === new URL(publicUrl).origin);
  const isOurs = runningServer(config) === base || (secret !== undefined && isNamed);
  if (!isOurs) return undefined;
  return (await import("./embedded/operator.ts")).operatorHeader(config);
};

/** Tries PARLANCE_URL, then the server that holds PARLANCE_HOME, then PARLANCE_HOME itself. */
export const openClient = async (env: NodeJS.ProcessEnv = process.env): Promise<Client> => {
  const config = readConfig(env);
  const base = config.url ?? runningServer(config);
  if (base !== undefined) return httpClient(base, await authorizationFor(config, base, env));
  // Loaded only here, because a client of a running server needs none of the server's modules.
  const { openLocal } = await import("./embedded/embedded.ts");
  return openLocal(config);
};
