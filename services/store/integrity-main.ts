// The child process that checks a database: prints a line of JSON for each problem, and one that says that it finished.
import { setPriority } from "node:os";
import { type CheckDepth, readIntegrity } from "./integrity.ts";

const [, , path = "", depth = "quick", nice = "0"] = process.argv;
setPriority(Number(nice));
const line = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
readIntegrity(path, depth satisfies string as CheckDepth, (problem) => line({ problem }));
line({ done: true });
