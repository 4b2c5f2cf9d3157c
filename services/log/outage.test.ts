// An outage is said as often as it changes.
import { expect, it } from "vitest";
import { openOutage } from "./outage.ts";

it("says when something begins to fail, why else it fails, and when it works again, each once", () => {
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
