// Requests for looking at the app as somebody else, read-only, and for who looked as oneself.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { lookList, type lookRequest, startedLook } from "#services/contract/looks.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";
import { forgetLook, lookIsOver } from "./session.ts";

/** A token that reads as that member. */
export const beginLook = (id: string, body: z.infer<typeof lookRequest>) =>
  ask(startedLook, `${base}/members/${encodeURIComponent(id)}/look`, { method: "POST", body });

/** In this tab everything is one's own again. */
export const stopLook = async (): Promise<void> => {
  await tell(`${base}/account/look/end`, { method: "POST", body: {} });
  lookIsOver();
  forgetLook();
};

export const looksQuery = queryOptions({
  queryKey: ["account", "looks"],
  queryFn: async ({ signal }) => (await ask(lookList, `${base}/account/looks`, { signal })).looks,
});
