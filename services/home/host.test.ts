// A home keeps its name as a host.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hostOf } from "./host.ts";

it("names a home once, and another home differently", () => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-host-"));
  const other = mkdtempSync(join(tmpdir(), "parlance-host-"));
  let count = 0;
  const newId = () => `n${++count}`;
  const first = hostOf(folder, newId);
  expect(hostOf(folder, newId)).toBe(first);
  expect(hostOf(other, newId)).not.toBe(first);
  for (const path of [folder, other]) rmSync(path, { recursive: true });
});
