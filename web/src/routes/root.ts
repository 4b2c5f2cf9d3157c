// The route that all others are in, and how the code of a page is loaded.
import { createRootRoute, lazyRouteComponent } from "@tanstack/react-router";
import { fetchCode } from "../api/lazy-code.ts";
import { NotFoundPage } from "../pages/not-found-page.tsx";
import { Frame } from "../ui/shell/frame.tsx";

/** A page whose code is fetched when it is opened, or when a link to it is hovered over. */
export const page = <M extends Record<string, unknown>, K extends keyof M & string>(
  load: () => Promise<M>,
  name: K,
) => lazyRouteComponent<M, K>(() => fetchCode(load), name);

export const root = createRootRoute({ component: Frame, notFoundComponent: NotFoundPage });
