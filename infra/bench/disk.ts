// Where the bytes of a home lie: node infra/bench/disk.ts HOME. Tables of the database, files of segments by kind, the rest.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { markdownTable } from "./measure.ts";

const [home] = process.argv.slice(2);
if (home === undefined) throw new Error("Say which home: node infra/bench/disk.ts HOME");

/** Below it a table counts as one of the others: a thousandth of the database. */
const SMALL = 0.001;

const database = new DatabaseSync(join(home, "parlance.db"), { readOnly: true });
const numberOf = (sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0]);
const text = numberOf("select sum(length(cast(text as blob))) from messages");
const tables = database
  .prepare("select name, sum(pgsize) as bytes from dbstat group by name order by bytes desc")
  .all()
  .map(({ name, bytes }) => ({ name: `database: ${name}`, bytes: Number(bytes) }));
const whole = tables.reduce((sum, { bytes }) => sum + bytes, 0);
const large = tables.filter(({ bytes }) => bytes > whole * SMALL);
const others = tables.filter(({ bytes }) => bytes <= whole * SMALL);

const filesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { path, name, bytes: statSync(path).size };
    });

/** What begins the files of each kind; those of before 0.2 are not compressed, and are told by their size alone. */
const kindOf = (path: string): string => {
  const start = readFileSync(path).subarray(0, 12);
  const first = start.toString("latin1", 0, 4);
  if (/^I[xHw]/.test(first)) return "index: vectors";
  if (first === "PWOR" || first === "ARRO")
    return `index: ${first === "ARRO" ? "columns and analyses" : "words"}`;
  return "index: words, columns and texts in zstd, numbers of analyses";
};

const sums = new Map<string, number>();
const add = (name: string, bytes: number) => sums.set(name, (sums.get(name) ?? 0) + bytes);
for (const { path, bytes } of filesUnder(home)) {
  const inside = path.slice(home.length);
  if (inside.includes("/lfs/objects/")) add(kindOf(path), bytes);
  else if (inside.includes(".git/")) add("index: git's own files", bytes);
  else if (inside.includes("/blobs/")) add("uploads", bytes);
  else if (!inside.endsWith("/parlance.db")) add("log and locks", bytes);
}
const all = [
  ...large,
  { name: "database: other tables", bytes: others.reduce((sum, { bytes }) => sum + bytes, 0) },
  ...[...sums].map(([name, bytes]) => ({ name, bytes })),
].sort((a, b) => b.bytes - a.bytes);
const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
const row = (name: string, bytes: number) => [
  name,
  (bytes / 1e6).toFixed(1),
  (bytes / text).toFixed(2),
];
process.stdout.write(
  `${markdownTable(
    ["what", "MB", "times the text"],
    [
      ...all.map(({ name, bytes }) => row(name, bytes)),
      row("all", total),
      row(`text of ${numberOf("select count(*) from messages")} messages`, text),
    ],
  )}\n`,
);
