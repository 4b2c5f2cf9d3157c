// The web app for tests of pages: a fetch handler that answers from a table, and the real routes at an address.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, configure, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { makeQueryClient } from "../api/query-client.ts";
import { startSession } from "../api/session.ts";
import { makeRouter } from "../router.tsx";
import { theme } from "../ui/parts/theme.ts";
import { anAuthState } from "./account.builders.ts";
import { anAnalysis, aTopicList, selected } from "./analysis.builders.ts";
import { aCollection, aReadiness } from "./answers.builders.ts";
import { giveEventSource, giveFonts, preferLanguages } from "./browser.builders.ts";

// A loaded machine takes longer than the default of one second to load a page's code.
configure({ asyncUtilTimeout: 15_000 });

/** What a request is answered with: a value (200 as JSON), a Response, or a function of the request's body and headers. */
export type Answer = unknown | Response | ((body: unknown, headers: Headers) => unknown);
/** By "METHOD /path", without the query string. */
export type Answers = Readonly<Record<string, Answer>>;

export interface Asked {
  readonly request: string;
  readonly search: string;
  readonly body: unknown;
  readonly headers: Headers;
}

const common: Answers = {
  "GET /ready": () => aReadiness(),
  "GET /health": { status: "ok" },
  "GET /api/v1/auth/state": anAuthState(),
  "GET /api/v1/alerts": { alerts: [], unseen: 0, nextCursor: null },
  "GET /api/v1/collections": { collections: [aCollection()] },
  "GET /api/v1/collections/col_a": aCollection(),
  "GET /api/v1/collections/col_a/analysis": anAnalysis(),
  "GET /api/v1/collections/col_a/topics": aTopicList(),
  "GET /api/v1/collections/col_a/versions": { versions: [], nextCursor: null },
  "GET /api/v1/collections/col_a/uploads": { uploads: [], nextCursor: null },
  "GET /api/v1/collections/col_a/labels": { labels: [] },
  "GET /api/v1/collections/col_a/merges": { merges: [] },
  "GET /api/v1/collections/col_a/topic-edits": { edits: [] },
  "GET /api/v1/formats": {
    formats: [{ source: "slack", family: "Work", name: "Slack export", accepts: "ZIP" }],
  },
  "POST /api/v1/collections/col_a/messages": selected(),
};

/** A refusal as the server writes it. */
export const problem = (
  status: number,
  given: {
    readonly title: string;
    readonly detail: string;
    readonly hint?: string;
    readonly code?: string;
  },
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify({ type: "about:blank", status, code: "test", ...given }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });

/** Never answers: the page stays in its loading state. */
export const pending = (): Promise<never> => new Promise(() => {});

const responseOf = async (answer: Answer, { body, headers }: Asked): Promise<Response> => {
  const value = typeof answer === "function" ? await answer(body, headers) : answer;
  if (value instanceof Response) return value.clone();
  return new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });
};

const bodyOf = (init: RequestInit | undefined): unknown =>
  typeof init?.body === "string" ? JSON.parse(init.body) : undefined;

/** Replaces fetch by a handler over the table. A request that is not in it is answered with 404 and noted in `unknown`. */
export const serve = (answers: Answers) => {
  const table = new Map(Object.entries({ ...common, ...answers }));
  const asked: Asked[] = [];
  const unknown: string[] = [];
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    const { pathname, search } = new URL(path, "http://localhost");
    const request = `${init?.method ?? "GET"} ${pathname}`;
    const one = { request, search, body: bodyOf(init), headers: new Headers(init?.headers) };
    asked.push(one);
    if (!table.has(request)) {
      unknown.push(request);
      return problem(404, { title: "Not found", detail: `The test has no answer to ${request}.` });
    }
    return await responseOf(table.get(request), one);
  });
  return {
    asked,
    unknown,
    /** Bodies of the requests of this kind, in order. */
    bodies: (request: string) =>
      asked.filter((one) => one.request === request).map((one) => one.body),
    /** Changes an answer while the page is open. */
    answer: (request: string, answer: Answer) => table.set(request, answer),
  };
};

/** One component with everything that it may need around it: theme, cache, router, answers. */
export const openPart = (part: () => ReactNode, answers: Answers = {}) => {
  const server = serve(answers);
  giveFonts();
  const router = createRouter({
    routeTree: createRootRoute({ component: part }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider<typeof router> router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return server;
};

let stopSession = () => {};

/** The whole app at an address, with `answers` beside the common ones. */
export const openApp = (address: string, answers: Answers = {}) => {
  const server = serve(answers);
  giveFonts();
  giveEventSource();
  preferLanguages("en-GB");
  stopSession = startSession();
  const router = makeRouter(createMemoryHistory({ initialEntries: [address] }));
  render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...server, router };
};

/** Unmounts the page and restores what the test replaced: for afterEach. */
export const closeApp = (): void => {
  cleanup();
  stopSession();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
};
