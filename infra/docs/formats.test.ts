// formats.md says what the guides say.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatsPage } from "./format-guides.ts";

it("formats.md is up to date", () => {
  const written = readFileSync(join(import.meta.dirname, "formats.md"), "utf8");
  expect(written === formatsPage(), "run node infra/docs/write-formats.ts").toBe(true);
});
