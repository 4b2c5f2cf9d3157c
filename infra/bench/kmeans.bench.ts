// Compares k-means of FAISS, the WASM kernel and ml-kmeans; `kmeans.bench.ts [rows of the large set]`.
import { availableParallelism, loadavg } from "node:os";
import { kmeans as mlKMeans } from "ml-kmeans";
import { clusteredRows } from "#index-store/ann/seeded.builders.ts";
import { type KMeans, type KMeansOptions, openKMeans } from "#index-store/kmeans/kmeans.ts";
import type { Vectors } from "#services/domain/vectors.ts";
import { haveIrcArchive, ircMessages } from "./irc-archive.ts";
import { haveLabelledSets, sgdDialogues, withShippedModel } from "./labelled-sets.ts";
import { machine, markdownTable } from "./measure.ts";

const [wanted = "250000"] = process.argv.slice(2);
const large = Number(wanted);
const small = 50_000;
/** One start, as in ml-kmeans. */
const oracleRows = { k: 20, seed: 1, starts: 1 };

/** Real rows where there are any: lines of the IRC archive and SGD's dialogues; the others are means of two of them. */
async function realRows(count: number): Promise<Vectors> {
  return await withShippedModel(async (embed) => {
    const texts = await ircMessages();
    const lines = await embed(texts.slice(0, count));
    const data = new Float32Array(count * lines.dim);
    data.set(lines.data);
    let have = lines.rows;
    if (have < count && haveLabelledSets()) {
      for (const part of ["test", "dev"] as const) {
        const { rows } = await sgdDialogues(embed, part, "all");
        const more = Math.min(rows.rows, count - have);
        data.set(rows.data.subarray(0, more * rows.dim), have * rows.dim);
        have += more;
      }
    }
    // The mean of two consecutive lines is near existing rows but never equal to one.
    for (let from = 0; have < count; from++, have++) {
      const row = data.subarray(have * lines.dim, (have + 1) * lines.dim);
      for (let at = 0; at < lines.dim; at++)
        row[at] =
          (data[from * lines.dim + at] ?? 0) + (data[(from + 1) * lines.dim + at] ?? 0) + 1e-9;
      const scale = 1 / Math.hypot(...row);
      for (let at = 0; at < lines.dim; at++) row[at] = (row[at] ?? 0) * scale;
    }
    return { dim: lines.dim, rows: count, data };
  });
}

/** Squared distances to the mean rows of the clusters, a measure that fits both kinds of k-means. */
function inertiaOf({ dim, rows, data }: Vectors, labels: ArrayLike<number>, k: number): number {
  const sums = new Float64Array(k * dim);
  const sizes = new Float64Array(k);
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row] ?? 0;
    sizes[label] = (sizes[label] ?? 0) + 1;
    for (let at = 0; at < dim; at++) {
      const value = data[row * dim + at] ?? 0;
      squares += value * value;
      sums[label * dim + at] = (sums[label * dim + at] ?? 0) + value;
    }
  }
  let explained = 0;
  for (let cluster = 0; cluster < k; cluster++) {
    let length = 0;
    for (let at = cluster * dim; at < (cluster + 1) * dim; at++) length += (sums[at] ?? 0) ** 2;
    explained += length / Math.max(1, sizes[cluster] ?? 0);
  }
  return squares - explained;
}

type Line = readonly (string | number)[];

async function ours(name: string, rows: Vectors, options: KMeansOptions, kmeans: KMeans) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { labels, iterations } = await kmeans.cluster(rows, options);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const inertia = inertiaOf(rows, labels, options.k);
  return { name, seconds, cpu: (user + system) / 1e6, inertia, iterations };
}

type Measured = Awaited<ReturnType<typeof ours>>;

function oracle(rows: Vectors): Measured {
  const { dim, data } = rows;
  const lines = Array.from({ length: rows.rows }, (_, row) =>
    Array.from(data.subarray(row * dim, (row + 1) * dim)),
  );
  const start = performance.now();
  const cpu = process.cpuUsage();
  const found = mlKMeans(lines, oracleRows.k, {
    seed: oracleRows.seed,
    initialization: "kmeans++",
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const inertia = inertiaOf(rows, found.clusters, oracleRows.k);
  const { iterations } = found;
  return { name: "ml-kmeans", seconds, cpu: (user + system) / 1e6, inertia, iterations };
}

const lineOf = (rows: Vectors, k: number, measured: Measured, slowest?: Measured): Line => [
  `${rows.rows} × ${rows.dim}, k = ${k}`,
  measured.name,
  measured.seconds.toFixed(2),
  measured.cpu.toFixed(2),
  measured.iterations,
  measured.inertia.toFixed(0),
  slowest === undefined ? "–" : (measured.inertia / slowest.inertia - 1).toFixed(4),
  slowest === undefined ? "–" : (slowest.cpu / measured.cpu).toFixed(0),
  slowest === undefined ? "–" : (slowest.seconds / measured.seconds).toFixed(0),
];

const drivers = [
  ["FAISS", openKMeans({ faiss: "auto" })],
  ["FAISS, one thread", openKMeans({ faiss: "auto", threads: 1 })],
  ["WASM", openKMeans({ faiss: "off" })],
] as const;
const all = haveIrcArchive()
  ? await realRows(large)
  : clusteredRows({ rows: large, dim: 256, clusters: 1000 });
const rest = { dim: all.dim, rows: small, data: all.data.subarray(0, small * all.dim) };

const table: Line[] = [];
const available = drivers.filter(
  ([name, { name: driver }]) => name === "WASM" || driver === "faiss",
);
for (const [name, kmeans] of available)
  for (const starts of [1, 3])
    table.push(
      lineOf(all, 200, await ours(`${name}, ${starts} starts`, all, { k: 200, starts }, kmeans)),
    );
const slowest = oracle(rest);
for (const [name, kmeans] of available)
  table.push(lineOf(rest, oracleRows.k, await ours(name, rest, oracleRows, kmeans), slowest));
table.push(lineOf(rest, oracleRows.k, slowest, slowest));

console.log(
  `${machine()}, ${availableParallelism()} usable, load ${loadavg()[0]?.toFixed(1)}; ${haveIrcArchive() ? "real rows" : "made-up rows"}\n`,
);
console.log(
  markdownTable(
    [
      "rows",
      "through",
      "s",
      "CPU s",
      "passes",
      "inertia",
      "against ml-kmeans",
      "× less CPU",
      "× faster",
    ],
    table,
  ),
);
