// Opens a client: to a running server over HTTP or, where none is running, to the same app in this process.
import { type Config, readConfig } from "#services/config/config.ts";
import { unavailable } from "#services/domain/errors.ts";
import { readHolder } from "#services/home/home.ts";
import type { Client } from "./client/client.ts";

const remote = (base: string): Client => ({
  where: base,
  local: false,
  fetch: async (path, init) => {
    try {
      return await fetch(new URL(path, base), init);
    } catch (cause) {
      throw unavailable(`No Parlance server answers at ${base}.`, {
        code: "no-server",
        hint: "Start it with `npm start`, or unset PARLANCE_URL to work on PARLANCE_HOME itself.",
        cause,
      });
    }
  },
  close: async () => undefined,
});

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
  if (base !== undefined) return remote(base);
  // Loaded only here, because a client of a running server needs none of the server's modules.
  const { openLocal } = await import("./embedded/embedded.ts");
  return openLocal(config);
};
