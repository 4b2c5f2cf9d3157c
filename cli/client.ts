// How the command line reaches Parlance: a running server over HTTP, or, where none runs, the same app in this process.
import type { z } from "zod";
import { type Config, readConfig } from "#services/config/config.ts";
import { problem } from "#services/contract/common.ts";
import { ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";
import { readHolder } from "#services/home/lock.ts";
import { openLocal } from "./local.ts";

export interface Client {
  /** Where it answers, for people: a URL, or the home folder. */
  readonly where: string;
  /** True where this process does the work itself and must stay until it is done. */
  readonly local: boolean;
  fetch(path: string, init?: RequestInit & { duplex?: "half" }): Promise<Response>;
  close(): Promise<void>;
}

const remote = (base: string): Client => ({
  where: base,
  local: false,
  fetch: async (path, init) => {
    try {
      return await fetch(new URL(path, base), init);
    } catch (cause) {
      throw unavailable(`No Parlance answers at ${base}.`, {
        code: "no-server",
        hint: "Start it with `npm start`, or unset PARLANCE_URL to work on PARLANCE_HOME itself.",
        cause,
      });
    }
  },
  close: async () => undefined,
});

/** The URL of the server that holds this home, as its lock file says; undefined where none does. */
const runningServer = (config: Config): string | undefined => {
  const holder = readHolder(config.home);
  if (holder?.url == null) return undefined;
  try {
    process.kill(holder.pid, 0);
    return holder.url;
  } catch {
    // Its process is gone: whoever opens the home next takes it over.
    return undefined;
  }
};

/** PARLANCE_URL first, then the server that holds PARLANCE_HOME, then PARLANCE_HOME itself. */
export const openClient = async (env: NodeJS.ProcessEnv = process.env): Promise<Client> => {
  const config = readConfig(env);
  const base = config.url ?? runningServer(config);
  return base === undefined ? openLocal(config) : remote(base);
};

/** Reads a problem+json answer back into the error it was. */
export const failureOf = async (response: Response): Promise<ParlanceError> => {
  const body: unknown = await response.json().catch(() => undefined);
  const read = problem.safeParse(body);
  if (!read.success)
    return unavailable(`The server answered ${response.status} ${response.statusText}.`, {
      code: "bad-answer",
      status: response.status,
    });
  const kind =
    response.status < 500 ? "rejected" : response.status === 500 ? "corrupt" : "unavailable";
  return new ParlanceError(kind, read.data.detail, {
    code: read.data.code,
    status: response.status,
    ...(read.data.hint === undefined ? {} : { hint: read.data.hint }),
  });
};

/** Asks, and checks the answer against the contract. @throws ParlanceError what the server said. */
export const ask = async <S extends z.ZodType>(
  client: Client,
  schema: S,
  request: { path: string; method?: string; body?: unknown },
): Promise<z.infer<S>> => {
  const response = await client.fetch(request.path, {
    method: request.method ?? (request.body === undefined ? "GET" : "POST"),
    ...(request.body === undefined
      ? {}
      : { body: JSON.stringify(request.body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw await failureOf(response);
  const read = schema.safeParse(await response.json());
  if (!read.success)
    throw rejected("The server speaks another version of Parlance's API.", {
      code: "bad-answer",
      hint: "Run the command line of the same version as the server.",
      cause: read.error,
    });
  return read.data;
};
