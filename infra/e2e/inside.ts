// Goes from page to page inside the app, which is loaded once: to load it anew for each page costs more than to look at it.
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";

/** The router, which names itself in the page. */
const router = "__TSR_ROUTER__";

/** To an address of the app, as a link does; the page that is there is drawn then, its answers may be missing. */
export const goInside = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(`${router}.navigate({ href: ${JSON.stringify(path)} })`);
  const { pathname } = new URL(path, page.url());
  await page.waitForFunction(
    `(({ status, location, resolvedLocation: drawn }) => status === "idle" &&
      location.pathname === ${JSON.stringify(pathname)} && location.href === drawn?.href)(${router}.state)`,
    undefined,
    { polling: 50 },
  );
};

export interface Requests {
  /** Waits until the page has asked for nothing for half a second and has all answers, like `networkidle` after a load. */
  areOver(): Promise<void>;
}

const QUIET_MS = 500;

export const watchRequests = (page: Page): Requests => {
  let open = 0;
  let changedAt = performance.now();
  const change = (by: 1 | -1) => () => {
    open += by;
    changedAt = performance.now();
  };
  page.on("request", change(1));
  page.on("requestfinished", change(-1));
  page.on("requestfailed", change(-1));
  return {
    async areOver() {
      const from = performance.now();
      // What a page asks for first is known a moment after it is drawn.
      while (open > 0 || performance.now() - Math.max(from, changedAt) < QUIET_MS) await sleep(50);
    },
  };
};
