// Makes services/accounts/common-passwords.bin from a list of common passwords, one a line: node infra/lists/common-passwords.ts <list>
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BYTES_EACH,
  listedForm,
  SHORTEST_LISTED,
} from "../../services/accounts/common-passwords.ts";

const [, , path] = process.argv;
if (path === undefined) {
  process.stderr.write("Name the file with the list.\n");
  process.exit(1);
}
const long = readFileSync(path, "utf8")
  .split(/\r?\n/u)
  .filter((line) => line.length >= SHORTEST_LISTED);
const prefixes = [...new Set(long.map((line) => listedForm(line).toString("hex")))].sort();
const target = join(import.meta.dirname, "../../services/accounts/common-passwords.bin");
writeFileSync(target, Buffer.from(prefixes.join(""), "hex"));
process.stdout.write(`${prefixes.length} passwords, ${prefixes.length * BYTES_EACH} bytes\n`);
