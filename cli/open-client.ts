// Opens a client: to a running server over HTTP or, where none is running, to the same app in this process.
import { type Config, readConfig } from "#services/config/config.ts";
import { readHolder } from "#services/home/home.ts";
import type { Client } from "./client/client.ts";
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

/** Tries PARLANCE_URL, then the server that holds PARLANCE_HOME, then PARLANCE_HOME itself. */
export const openClient = async (env: NodeJS.ProcessEnv = process.env): Promise<Client> => {
  const config = readConfig(env);
  const base = config.url ?? runningServer(config);
  if (base !== undefined) return httpClient(base);
  // Loaded only here, because a client of a running server needs none of the server's modules.
  const { openLocal } = await import("./embedded/embedded.ts");
  return openLocal(config);
};
