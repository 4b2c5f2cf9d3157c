// Pages whose code is fetched on first use.
import { lazyRouteComponent } from "@tanstack/react-router";
import { fetchCode } from "./api/lazy-code.ts";

/** A page whose code is fetched when it is opened, or when a link to it is hovered over. */
export const page = <M extends Record<string, unknown>, K extends keyof M & string>(
  load: () => Promise<M>,
  name: K,
) => lazyRouteComponent<M, K>(() => fetchCode(load), name);
