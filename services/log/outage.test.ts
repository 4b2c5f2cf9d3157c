// Tests that an outage is reported only when it changes.
import { expect, it } from "vitest";
import { openOutage } from "./outage.ts";

it("reports the beginning of failures, a new reason, and the end, each once", () => {
  const lines: string[] = [];
  const outage = openOutage("jobs", (line) => lines.push(line));
  outage.worked();
  for (let n = 0; n < 3; n++) outage.failed(new Error("The disk is full."));
  for (let n = 0; n < 3; n++) outage.failed("busy");
  for (let n = 0; n < 3; n++) outage.worked();
  outage.failed("busy");
  expect(lines).toEqual([
    "jobs: The disk is full.",
    "jobs: busy",
    "jobs: works again",
    "jobs: busy",
  ]);
});
