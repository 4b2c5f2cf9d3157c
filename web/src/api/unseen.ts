// How many alerts are unseen. A file of its own, so that the first page's script does not load the contract of concepts.
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { base } from "./plain-request.ts";
import { whileReachable } from "./reachability.ts";
import { ask } from "./request.ts";

const everyMs = 30_000;

export const unseenQuery = queryOptions({
  queryKey: ["alerts", "unseen"],
  queryFn: async ({ signal }) =>
    (await ask(z.object({ unseen: z.int() }), `${base}/alerts?limit=1`, { signal })).unseen,
  refetchInterval: () => whileReachable(everyMs),
  retry: false,
});
