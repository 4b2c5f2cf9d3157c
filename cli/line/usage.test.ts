// Tests of the help of commands: it fits a terminal of 80 columns.
import type { CommandDef } from "citty";
import { expect, it } from "vitest";
import { trends } from "../commands/trends.ts";
import { usageOf } from "./usage.ts";

it("fits 80 columns, with each description in its column", async () => {
  const usage = await usageOf(trends as unknown as CommandDef);
  const lines = usage.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const at = lines.find((line) => line.includes("--figure"))?.indexOf("Figures,") ?? 0;
  expect(at).toBeGreaterThan(20);
  expect(lines.find((line) => line.includes("frustration"))?.search(/\S/u)).toBe(at);
});
