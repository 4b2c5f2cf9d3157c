// Compares vector engines: building, loading, time per query, recall@10 and memory.
// `ann.bench.ts [rows] ["flat scan IVF HNSW32"] [file.f32 of 256 columns]`.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnnEngine, Rows } from "#index-store/ann/ann.ts";
import { engines } from "#index-store/ann/choose.ts";
import { clusteredRows, questionNear, rowOf } from "#index-store/ann/seeded.builders.ts";
import { machine, markdownTable, mean, quantile } from "./measure.ts";

const dim = 256;
const k = 10;
const questions = 100;
const [rowsWanted = "100000", kinds = "flat scan IVF", file] = process.argv.slice(2);
const count = Number(rowsWanted);

/** Queries are rows of the file that are not indexed; for made-up data, means of two rows. */
function prepare(): { rows: Rows; asked: Float32Array[] } {
  if (file === undefined) {
    const rows = clusteredRows({ rows: count, dim, clusters: 1000 });
    return { rows, asked: Array.from({ length: questions }, (_, n) => questionNear(rows, n)) };
  }
  const bytes = readFileSync(file);
  const total = Math.floor(bytes.byteLength / (dim * 4));
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, total * dim);
  const all = { dim, rows: total, data };
  const indexed = Math.min(count, total - questions);
  const step = Math.floor((total - indexed) / questions);
  return {
    rows: { dim, rows: indexed, data: data.subarray(0, indexed * dim) },
    asked: Array.from({ length: questions }, (_, n) => rowOf(all, indexed + n * step)),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

/** The tenth best exact similarity of each query: rows with equal texts count as found. */
function exactBars(rows: Rows, asked: readonly Float32Array[]): number[] {
  return asked.map((query) => {
    const best = new Float32Array(k).fill(-2);
    for (let row = 0; row < rows.rows; row++) {
      const similarity = dot(query, rows.data.subarray(row * dim, (row + 1) * dim));
      if (similarity <= (best[0] ?? 0)) continue;
      best[0] = similarity;
      best.sort();
    }
    return (best[0] ?? 0) - 1e-5;
  });
}

const { rows, asked } = prepare();
const bars = exactBars(rows, asked);
const folder = await mkdtemp(join(tmpdir(), "parlance-ann-bench-"));
const all = engines({ faiss: "auto" });

async function measure(kind: string): Promise<(string | number)[]> {
  const engine: AnnEngine = kind === "flat" || kind === "scan" ? all[kind] : all.faiss;
  const reason = engine.unavailable();
  if (reason !== undefined) return [kind, reason];
  const path = join(folder, "rows.faiss");
  const factory = engine.name === "faiss" && kind !== "IVF" ? { factory: kind } : {};
  const built = await timed(() => engine.build(rows, path, factory));
  const opened = await timed(() => engine.open(path, built.value));
  const index = opened.value;
  for (const query of asked.slice(0, 10)) await index.search(query, { k });
  const times: number[] = [];
  let found = 0;
  const before = process.cpuUsage();
  for (const [number, query] of asked.entries()) {
    const { value, ms } = await timed(() => index.search(query, { k }));
    times.push(ms);
    for (const row of value.rows) if (dot(query, rowOf(rows, row)) >= (bars[number] ?? 0)) found++;
  }
  const { user, system } = process.cpuUsage(before);
  const line = [
    kind === "IVF" ? built.value.factory : kind,
    (built.ms / 1000).toFixed(1),
    (opened.ms / 1000).toFixed(2),
    mean(times).toFixed(2),
    quantile(times, 0.5).toFixed(2),
    quantile(times, 0.95).toFixed(2),
    ((user + system) / 1000 / asked.length).toFixed(2),
    (found / (asked.length * k)).toFixed(4),
    (index.memory / 1e6).toFixed(0),
    built.value.effort ?? "–",
  ];
  index.close();
  return line;
}

const table: (string | number)[][] = [];
try {
  for (const kind of kinds.split(" ")) table.push(await measure(kind));
} finally {
  await rm(folder, { recursive: true, force: true });
}
const headings = [
  "engine",
  "build s",
  "load s",
  "ms mean",
  "p50",
  "p95",
  "CPU ms",
  "recall@10",
  "MB",
  "effort",
];
console.log(
  `${machine()}\n${rows.rows} × ${dim}, ${file === undefined ? "synthetic" : "embeddings from a file"}\n`,
);
console.log(markdownTable(headings, table));
