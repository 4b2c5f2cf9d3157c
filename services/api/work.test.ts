// Which requests are whose: a table of addresses, and what needs the connection stays with it.
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ApiApp } from "./api-app.ts";
import { workOf } from "./work.ts";

const one = "/api/v1/collections/col_1";

describe("the kind of work of a request", () => {
  it.each([
    ["POST", `${one}/search`, "search"],
    ["POST", "/api/v1/search", "search"],
    ["POST", `${one}/map/hits`, "search"],
    ["GET", `${one}/map/points`, "analysis"],
    ["GET", `${one}/map`, "analysis"],
    ["GET", `${one}/overview`, "analysis"],
    ["POST", `${one}/compare`, "analysis"],
    ["POST", `${one}/figures`, "analysis"],
    ["POST", `${one}/concepts/con_1/examples`, "analysis"],
    ["POST", "/v1/embeddings", "embedding"],
    ["POST", "/api/embed", "embedding"],
    ["POST", "/embed", "embedding"],
    ["GET", "/api/v1/collections", "rows"],
    ["GET", one, "rows"],
    ["DELETE", one, "rows"],
    ["GET", `${one}/analysis`, "rows"],
    ["GET", `${one}/uploads`, "rows"],
    ["GET", "/api/v1/uploads/upl_1", "rows"],
    ["GET", "/v1/models", "rows"],
    ["GET", "/api/v1/nothing-here", "rows"],
  ])("%s %s is %s", (method, path, work) => {
    expect(workOf(method, path)).toBe(work);
  });

  it.each([
    ["GET", "/health"],
    ["GET", "/ready"],
    ["GET", "/"],
    ["GET", "/c/col_1/search"],
    ["PUT", `${one}/uploads`],
    ["POST", `${one}/uploads`],
    ["PUT", "/api/v1/uploads/upl_1/columns"],
    ["GET", "/api/v1/uploads/upl_1/events"],
    ["GET", "/api/v1/uploads/upl_1/original"],
    ["GET", `${one}/export`],
    ["GET", "/api/v1/sign-in-providers"],
    ["POST", "/api/v1/sign-in-providers/work/test"],
  ])("%s %s is answered by whoever has the connection", (method, path) => {
    expect(workOf(method, path)).toBeUndefined();
  });
});

/** What tells where a request comes from, or how people reach the server, asks the connection. */
const needsConnection =
  /\b(?:originOf|cookieOf|giveCookie|takeCookie|signedAnswer|outcomeAnswer|requireApp|presenceQuery)\b/u;

const routeFiles = globSync(fileURLToPath(new URL("routes/*.ts", import.meta.url))).filter(
  (file) =>
    !/\.(?:test|builders)\.ts$/u.test(file) && needsConnection.test(readFileSync(file, "utf8")),
);

/** Whatever is asked of it while routes are registered, it is there. */
const anything: unknown = new Proxy(() => undefined, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : anything),
  apply: () => anything,
});

/** The routes that the functions of a file register, as `get /api/v1/…`. */
const routesIn = async (file: string): Promise<string[]> => {
  const found: string[] = [];
  const openapi = ({ method, path }: { readonly method: string; readonly path: string }) =>
    found.push(`${method} ${path}`);
  const app = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "openapi") return openapi;
        // Routes that answer with a stream are described, and registered by their path.
        if (name === "openAPIRegistry") return anything;
        return (path: unknown) => {
          if (typeof path === "string") found.push(`${String(name)} ${path}`);
        };
      },
    },
  ) as ApiApp;
  const exported: Record<string, unknown> = await import(/* @vite-ignore */ file);
  for (const [name, register] of Object.entries(exported))
    if (name.endsWith("Routes") && typeof register === "function")
      register(app, anything, anything);
  return found;
};

describe("a route of a file that asks where requests come from", () => {
  it("is there", () => {
    expect(routeFiles.map((file) => basename(file))).toEqual(
      expect.arrayContaining(["auth.ts", "presence.ts", "shares.ts", "sign-in-providers.ts"]),
    );
  });

  it.each(routeFiles.map((file) => [basename(file), file]))(
    "is answered by whoever has the connection: %s",
    async (_, file) => {
      const routes = await routesIn(file);
      expect(routes.length).toBeGreaterThan(0);
      const delegated = routes.filter((route) => {
        const [method = "", path = ""] = route.split(" ");
        return workOf(method.toUpperCase(), path.replaceAll(/\{\w+\}/gu, "one")) !== undefined;
      });
      expect(delegated).toEqual([]);
    },
  );
});
