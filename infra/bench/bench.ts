// `npm run bench [name …]`: runs the benchmarks one after the other, each in a process of its own, and prints Markdown.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.replace(".bench.ts", ""));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));

if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(", ")}. There are: ${all.join(", ")}.\n`,
  );
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : all) {
    const { status } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, `${name}.bench.ts`)],
      { stdio: "inherit" },
    );
    if (status !== 0) process.exitCode = 1;
  }
}
