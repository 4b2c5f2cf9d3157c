// Reads the compressed JSON lines of ../shared/data.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");

/** @param path below ../shared/data, ending in .jsonl.gz */
export const sharedLines = <T>(path: string): T[] =>
  gunzipSync(readFileSync(join(data, path)))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
