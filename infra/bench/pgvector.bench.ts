// pgvector beside the engines of this process: building, time per query, recall@10; plain and with filters of 5 % and of 0.2 %.
// `pgvector.bench.ts postgres://… [rows] ["scan IVF pgvector"]`; makes and drops tables of a collection of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnnIndex, Rows } from "#index-store/ann/ann.ts";
import { engines } from "#index-store/ann/choose.ts";
import { flatIndex } from "#index-store/ann/flat.ts";
import {
  bitmapOf,
  clusteredRows,
  questionNear,
  rowOf,
  seededRandom,
} from "#index-store/ann/seeded.builders.ts";
import { openVectorsDatabase } from "#index-store/ann/vectors-database.ts";
import { machine, markdownTable, quantile } from "./measure.ts";

const dim = 256;
const k = 10;
const questions = 50;
const [url = "", rowsWanted = "100000", kinds = "scan IVF pgvector"] = process.argv.slice(2);
if (url === "") {
  console.log("pgvector: left out, no server is named (postgres://user@host/database).");
  process.exit(0);
}

const rows: Rows = clusteredRows({ rows: Number(rowsWanted), dim, clusters: 1000 });
const asked = Array.from({ length: questions }, (_, number) => questionNear(rows, number));
const random = seededRandom(9);
const filters = {
  plain: undefined,
  "5 %": bitmapOf(rows.rows, () => random() < 0.05),
  "0.2 %": bitmapOf(rows.rows, () => random() < 0.002),
};

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
};

const exact = flatIndex(rows);
const searchOf = (filter: Uint32Array | undefined) => ({ k, ...(filter && { filter }) });
/** The tenth best similarity of each question under each filter. */
const bars = new Map<string, number[]>();
for (const [name, filter] of Object.entries(filters)) {
  const each: number[] = [];
  for (const query of asked)
    each.push(((await exact.search(query, searchOf(filter))).similarities.at(-1) ?? 1) - 1e-5);
  bars.set(name, each);
}

const measure = async (index: AnnIndex, name: string, filter: Uint32Array | undefined) => {
  for (const query of asked.slice(0, 10)) await index.search(query, searchOf(filter));
  const times: number[] = [];
  let found = 0;
  for (const [number, query] of asked.entries()) {
    const start = performance.now();
    const answer = await index.search(query, searchOf(filter));
    times.push(performance.now() - start);
    for (const row of answer.rows)
      if (dot(query, rowOf(rows, row)) >= (bars.get(name)?.[number] ?? 2)) found++;
  }
  return `${quantile(times, 0.5).toFixed(2)} / ${quantile(times, 0.95).toFixed(2)}, ${(found / (questions * k)).toFixed(3)}`;
};

const folder = await mkdtemp(join(tmpdir(), "parlance-pgvector-bench-"));
const database = openVectorsDatabase({ url, called: "the address given" });
const all = engines({ faiss: "auto", elsewhere: { database, collection: `bench-${process.pid}` } });
const nameOf = (kind: string) => (kind === "IVF" ? "faiss" : kind === "pgvector" ? kind : "scan");
const table: (string | number)[][] = [];
try {
  for (const kind of kinds.split(" ")) {
    const engine = all[nameOf(kind)];
    const reason = engine.unavailable();
    if (reason !== undefined) throw new Error(reason);
    const path = join(folder, kind);
    const start = performance.now();
    const recipe = await engine.build(rows, path, { segment: "bench" });
    const built = (performance.now() - start) / 1000;
    const index = await engine.open(path, recipe);
    const line: (string | number)[] = [kind, built.toFixed(1)];
    for (const [name, filter] of Object.entries(filters))
      line.push(await measure(index, name, filter));
    table.push([...line, (index.memory / 1e6).toFixed(0), recipe.effort ?? "–"]);
    index.close();
  }
} finally {
  await all.pgvector.keepOnly(new Set(), 0);
  await database.close();
  await rm(folder, { recursive: true, force: true });
}
const headings = [
  "engine",
  "build s",
  ...Object.keys(filters).map((name) => `${name}: p50 / p95 ms, recall@10`),
];
console.log(`${machine()}\n${rows.rows} × ${dim}, synthetic\n`);
console.log(markdownTable([...headings, "MB here", "effort"], table));
