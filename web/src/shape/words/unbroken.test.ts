// Where sentences of the server may not break.
import { expect, it } from "vitest";
import { unbroken } from "./unbroken.ts";

it("keeps numbers with their percent sign and days with their month", () => {
  expect(unbroken("From 2 March 2026, 8.6 % of 12 messages.")).toBe(
    "From 2\u00a0March 2026, 8.6\u00a0% of 12 messages.",
  );
});
