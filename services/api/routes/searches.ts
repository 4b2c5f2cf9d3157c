// How much is searched, over HTTP: counts for admins, and the word that a hit was opened.
import { createRoute } from "@hono/zod-openapi";
import { openedHit, type Searches, searches, searchesQuery } from "#services/contract/searches.ts";
import {
  type ChangedText,
  type CountedSearches,
  type Rows,
  readSearchCounts,
  readSearchTexts,
  readTextChanges,
  searchTimes,
} from "#services/store/store.ts";
import { type ApiApp, type ApiParts, answers, jsonBody } from "../api-app.ts";

const tags = ["Searches"];
const DAY_MS = 86_400_000;
const TEXTS = 50;
const CHANGES = 20;

/** The time that a share of the searches did not exceed, as an upper bound; null where there are none. */
const within = (times: readonly number[], share: number): number | null => {
  const all = times.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let so = 0;
  for (const [at, count] of times.entries()) {
    so += count;
    if (so >= share * all) return searchTimes[at] ?? Number(searchTimes.at(-1)) * 2;
  }
  return null;
};

const slowFrom = searchTimes.indexOf(1000) + 1;

const sums = (counts: readonly CountedSearches[]) => {
  const add = (pick: (one: CountedSearches) => number) =>
    counts.reduce((sum, one) => sum + pick(one), 0);
  const times = [...searchTimes, 0].map((_, at) => add((one) => one.times[at] ?? 0));
  return {
    searches: add((one) => one.searches),
    empty: add((one) => one.empty),
    slow: times.slice(slowFrom).reduce((sum, count) => sum + count, 0),
    p50: within(times, 0.5),
    p95: within(times, 0.95),
    opened: add((one) => one.opened.reduce((sum, count) => sum + count, 0)),
  };
};

interface Days {
  /** The first of as many days before. */
  readonly before: number;
  readonly from: number;
  readonly to: number;
}

/** Two counts whose rates are the same differ by more than twice the root of their sum once in twenty times. */
const isChanged = ({ searches: now, before }: ChangedText): boolean =>
  Math.abs(now - before) >= 2 * Math.sqrt(now + before);

const textsOf = async (rows: Rows, days: Days): Promise<Searches["texts"]> => {
  const changed = async (change: "more" | "less") =>
    (await readTextChanges(rows, days, change))
      .filter((one) => isChanged(one) && one.searches > one.before === (change === "more"))
      .slice(0, CHANGES);
  return {
    frequent: await readSearchTexts(rows, days, "searches", TEXTS),
    empty: await readSearchTexts(rows, days, "empty", TEXTS),
    rising: await changed("more"),
    falling: await changed("less"),
  };
};

export const searchesRoutes = (app: ApiApp, parts: ApiParts): void => {
  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/searches",
      summary: "How much is searched, how fast, and with what outcome",
      description:
        "Counted by day and mode, without names; a few seconds late. People may opt out in their account. Texts are kept only where an admin turned that on.",
      tags,
      request: { query: searchesQuery },
      responses: answers(200, searches, "The counts"),
    }),
    async (c) => {
      const { parlance } = parts.within(c);
      await parts.searchCounts.flush();
      const { rows } = parlance.store;
      const to = Math.floor(parlance.now() / DAY_MS);
      const from = to - c.req.valid("query").days + 1;
      const before = from - c.req.valid("query").days;
      const counts = await readSearchCounts(rows, from, to);
      const days = Array.from({ length: to - from + 1 }, (_, at) => from + at);
      const modes = [...new Set(counts.map(({ mode }) => mode))];
      const keeps = await parts.keepsSearchTexts(parlance.scope.organization);
      const found: Searches = {
        days: days.map((day) => ({
          day: new Date(day * DAY_MS).toISOString().slice(0, 10),
          ...sums(counts.filter((one) => one.day === day)),
        })),
        all: sums(counts),
        before: sums(await readSearchCounts(rows, before, from - 1)),
        modes: modes.map((mode) => ({ mode, ...sums(counts.filter((one) => one.mode === mode)) })),
        places: (counts[0]?.opened ?? []).map((_, at) =>
          counts.reduce((sum, one) => sum + (one.opened[at] ?? 0), 0),
        ),
        texts: keeps ? await textsOf(rows, { before, from, to }) : null,
      };
      return c.json(found, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/searches/opened",
      summary: "Say that a hit was opened",
      tags,
      request: { body: jsonBody(openedHit) },
      responses: { 204: { description: "It is counted" } },
    }),
    async (c) => {
      const { place, mode } = c.req.valid("json");
      parts.searchCounts.opened(parts.within(c).parlance, mode, place);
      return c.body(null, 204);
    },
  );
};
