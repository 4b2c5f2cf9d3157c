// Where somebody may be sent after signing in.
import { expect, it } from "vitest";
import { returnPath } from "./return-path.ts";

it.each(["/", "/c/col_a/search?q=oven#top", "/organization/audit?action=sign-in", "/account"])(
  "goes back to %s",
  (path) => {
    expect(returnPath(path)).toBe(path);
  },
);

it.each([
  undefined,
  "",
  "alerts",
  "https://example.org/",
  "//example.org/c/col_a",
  "/\\example.org",
  "/\t/example.org",
  "/\n/example.org",
  "javascript:alert(1)",
  // A page for people who are signed out would send them here again, and the API is no page.
  "/sign-in?to=/sign-in",
  "/api/v1/account/export",
])("goes to the home page instead of %j", (path) => {
  expect(returnPath(path)).toBe("/");
});
