// A running server, over HTTP: asked again while it is busy.
import { setTimeout as pause } from "node:timers/promises";
import { readRetryAfter } from "#services/contract/retry-after.ts";
import { unavailable } from "#services/domain/errors.ts";
import type { Client } from "./client/client.ts";

/** A server that answers 503 has done nothing yet, and says when to come again: it is asked again so many times. */
const MOST_RETRIES = 5;
const MOST_WAIT_MS = 30_000;

/** How long to wait before the request is sent again; undefined where the answer is to be taken as it is. */
const waitAfter = ({ status, headers }: Response): number | undefined =>
  status === 503 ? readRetryAfter(headers.get("retry-after"), Date.now()) : undefined;

/** Not what is streamed, which is gone once it is sent; nor `/ready`, where 503 is the answer that was asked for. */
const canBeRepeated = (path: string, init: RequestInit | undefined): boolean =>
  path.startsWith("/api/") && (init?.body == null || typeof init.body === "string");

/**
 * @param base URL of the server
 * @param authorization says who asks, with each request; undefined says nothing
 */
export const httpClient = (
  base: string,
  authorization: () => Promise<string | undefined> = async () => undefined,
): Client => {
  const send = async (path: string, init: RequestInit | undefined): Promise<Response> => {
    const who = await authorization();
    const headers = new Headers(init?.headers);
    if (who !== undefined) headers.set("authorization", who);
    try {
      return await fetch(new URL(path, base), { ...init, headers });
    } catch (cause) {
      throw unavailable(`No Parlance answers at ${base}.`, {
        code: "no-server",
        hint: "Start it with `npm start`, or unset PARLANCE_URL to work on PARLANCE_HOME itself.",
        cause,
      });
    }
  };
  return {
    where: base,
    local: false,
    authorization,
    fetch: async (path, init) => {
      for (let retries = 0; ; retries++) {
        const response = await send(path, init);
        const wait = waitAfter(response);
        if (wait === undefined || retries === MOST_RETRIES || !canBeRepeated(path, init))
          return response;
        await response.body?.cancel();
        await pause(Math.min(wait, MOST_WAIT_MS));
      }
    },
    close: async () => undefined,
  };
};
