// How many alerts have not been seen. Apart from the concepts, whose contract is no part of the first page's script.
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { ask, base } from "./request.ts";

const everyMs = 30_000;

export const unseenQuery = queryOptions({
  queryKey: ["alerts", "unseen"],
  queryFn: async ({ signal }) =>
    (await ask(z.object({ unseen: z.int() }), `${base}/alerts?limit=1`, { signal })).unseen,
  refetchInterval: everyMs,
  retry: false,
});
