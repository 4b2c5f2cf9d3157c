// Tests that a problem is reported once, until its source withdraws it.
import { expect, it } from "vitest";
import { openHealth } from "./health.ts";

it("keeps the problems of each source, each once, and reports changes only", () => {
  const health = openHealth();
  const heard: string[] = [];
  health.onChange((parts) => heard.push(parts.map(({ code }) => code).join()));
  const damaged = { code: "database-damaged", message: "It is damaged." };
  const full = { code: "disk-full", message: "It is full." };
  health.tell("server", [damaged]);
  health.tell("worker", [damaged, full]);
  health.tell("worker", [damaged, full]);
  expect(health.parts()).toEqual([damaged, full]);
  health.tell("worker", []);
  health.tell("nobody", []);
  expect(health.parts()).toEqual([damaged]);
  health.tell("server", []);
  expect(heard).toEqual(["database-damaged", "database-damaged,disk-full", "database-damaged", ""]);
});
