// Tests of the help of commands: it fits a terminal of 80 columns, and its examples can be run as they stand.
import type { ArgsDef, CommandDef } from "citty";
import { describe, expect, it } from "vitest";
import { trends } from "../commands/trends.ts";
import { misuseOf, takesMany, takesText, wordsLast } from "./check-line.ts";
import { examples } from "./examples.ts";
import { usageOf } from "./usage.ts";

it("fits 80 columns, with each description in its column", async () => {
  const usage = await usageOf(trends as unknown as CommandDef, { examples: ["trends"] });
  const lines = usage.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const at = lines.find((line) => line.includes("--figure"))?.indexOf("Figures,") ?? 0;
  expect(at).toBeGreaterThan(20);
  expect(lines.find((line) => line.includes("frustration"))?.search(/\S/u)).toBe(at);
  expect(usage).toContain("EXAMPLES\n\n  parlance trends");
});

/** As a shell divides it; no example has other quotes. */
const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");

const fileOf = (command: string) =>
  import(`../commands/${command}.ts`) as Promise<Record<string, CommandDef>>;

describe("the examples", () => {
  it.each([...examples])("of %s are right, and fit 80 columns", async (command, lines) => {
    const [definition] = Object.values(await fileOf(command));
    const args = ((await definition?.args) ?? {}) as ArgsDef;
    for (const line of lines) {
      const [name, ...typed] = words(line);
      expect(name).toBe(command);
      expect(`  parlance ${line}`.length).toBeLessThanOrEqual(80);
      const read = takesText.has(command) ? wordsLast(args, typed) : typed;
      const takes = { typed: read, takesMany: takesMany.has(command) };
      expect(misuseOf(command, args, takes), line).toBeUndefined();
    }
  });
});
