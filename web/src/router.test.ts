// The app's routes and the addresses that the server answers with the app are the same.
import { createMemoryHistory } from "@tanstack/react-router";
import { expect, it } from "vitest";
import { appSections, sectionOf } from "#services/contract/app-addresses.ts";
import { makeRouter } from "./router.tsx";

it("has routes below each section that the server knows, and no others", () => {
  const { routesByPath } = makeRouter(createMemoryHistory({ initialEntries: ["/"] }));
  expect(new Set(Object.keys(routesByPath).map(sectionOf))).toEqual(appSections);
});
