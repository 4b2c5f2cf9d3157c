// Whether one is still let in, over HTTP: an open page asks, and the answer waits until it changes or the time is over.
import { setTimeout as pause } from "node:timers/promises";
import { createRoute } from "@hono/zod-openapi";
import { presenceQuery } from "#services/contract/accounts.ts";
import type { AccountRouteParts } from "../account-parts.ts";
import type { ApiApp, ApiParts } from "../api-app.ts";

/** What is known of a caller is up to 2 s old (accounts/callers.ts): with this they are told within 4 s. */
const CHECK_MS = 2000;

export const presenceRoutes = (
  app: ApiApp,
  { accounts, stopping }: Pick<AccountRouteParts, "accounts"> & Pick<ApiParts, "stopping">,
): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/account/presence",
      summary: "Whether one is still let in",
      description:
        "With `wait` the answer comes after so many seconds, or as soon as one is signed out, suspended, or looks as somebody else no more: then it is 401.",
      tags: ["Account"],
      request: { query: presenceQuery },
      responses: { 204: { description: "One is" } },
    }),
    async (c) => {
      const { callers } = await accounts();
      const until = performance.now() + c.req.valid("query").wait * 1000;
      const signal = AbortSignal.any([c.req.raw.signal, stopping]);
      for (;;) {
        const left = until - performance.now();
        if (left <= 0 || signal.aborted) return c.body(null, 204);
        await pause(Math.min(CHECK_MS, left), undefined, { signal }).catch(() => undefined);
        await callers.again(c.get("identity"));
      }
    },
  );
};
