// Compares the map with umap-js on real messages: seconds, trustworthiness, continuity, peak memory; also large maps and placing.
// `map.bench.ts alone` leaves umap-js out.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UMAP } from "umap-js";
import { clusteredRows } from "#index-store/ann/seeded.builders.ts";
import { fitLayout } from "#services/analyse/layout/fit-map.ts";
import { atOnce } from "#services/analyse/layout/pace.ts";
import { place } from "#services/analyse/layout/place.ts";
import { measureTrust } from "#services/analyse/layout/trustworthiness.ts";
import { row, type Vectors, vectors } from "#services/domain/vectors.ts";
import { openOnnxEmbedder } from "#services/embed/onnx.ts";
import { resolveModel } from "#services/embed/registry.ts";
import { haveIrcArchive, ircMessages, seeded } from "./irc-archive.ts";
import { machine, markdownTable } from "./measure.ts";

const dim = 256;
const newRows = 2500;

interface Measured {
  readonly seconds: number;
  /** Of all threads; it does not depend on other work on the machine. */
  readonly cpuSeconds: number;
  /** null for a placement among made-up places. */
  readonly trustworthiness: number | null;
  readonly continuity: number | null;
  readonly megabytes: number;
  readonly longestStill: number;
}

const readRows = (path: string, count: number): Vectors => {
  const bytes = readFileSync(path);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const total = data.length / dim;
  const taken = new Float32Array(new SharedArrayBuffer(count * dim * 4));
  for (let one = 0; one < count; one++) {
    const from = Math.floor((one * total) / count) * dim;
    taken.set(data.subarray(from, from + dim), one * dim);
  }
  return vectors(dim, taken);
};

const cosineDistance = (a: number[], b: number[]): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return Math.max(0, 1 - sum);
};

const methods: Readonly<Record<string, (rows: Vectors) => Promise<Float32Array>>> = {
  ours: async (rows) => (await fitLayout(rows)).positions,
  "umap-js": async (rows) => {
    const map = new UMAP({ nNeighbors: 15, random: seeded(1), distanceFn: cosineDistance });
    const given = Array.from({ length: rows.rows }, (_, one) => Array.from(row(rows, one)));
    return Float32Array.from((await map.fitAsync(given)).flat());
  },
  // All rows count as fitted: the largest search that a placement can have.
  placement: async (rows) => {
    const known = vectors(dim, rows.data.subarray(newRows * dim));
    const random = seeded(1);
    const positions = Float32Array.from({ length: known.rows * 2 }, () => random() * 2 - 1);
    const fitted = { vectors: known, positions, unit: 0.1 };
    await place({ fitted, vectors: vectors(dim, rows.data.slice(0, newRows * dim)) });
    return new Float32Array(rows.rows * 2);
  },
};

/** In a process of its own, so that the peak of memory is its own. */
async function one(method: string, count: number, path: string): Promise<Measured> {
  const rows = readRows(path, count);
  const lay = methods[method];
  if (lay === undefined) throw new Error(`There is no method ${method}.`);
  let longestStill = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    longestStill = Math.max(longestStill, now - last);
    last = now;
  }, 10);
  const start = performance.now();
  const before = process.cpuUsage();
  const positions = await lay(rows);
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(before);
  const cpuSeconds = (used.user + used.system) / 1e6;
  clearInterval(beat);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const trust =
    method === "placement"
      ? { trustworthiness: null, continuity: null }
      : atOnce(measureTrust(rows, positions, { sample: count > 50_000 ? 500 : 1000 }));
  return { seconds, cpuSeconds, megabytes, longestStill, ...trust };
}

const inChild = (method: string, count: number, path: string): Measured => {
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--max-old-space-size=8192", import.meta.filename, "one", method, String(count), path],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (status !== 0) throw new Error(`${method} at ${count} rows ended with ${status}.`);
  return JSON.parse(stdout) as Measured;
};

async function embedIrc(path: string): Promise<number> {
  const found = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
  const embedder = await openOnnxEmbedder({ ...found, threads: 2 });
  const { vectors: embedded } = await embedder.embed(await ircMessages(), { truncate: true });
  await embedder.close();
  await writeFile(path, new Uint8Array(embedded.data.buffer, 0, embedded.data.byteLength));
  return embedded.rows;
}

async function main(withPeer: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-map-bench-"));
  try {
    const irc = join(folder, "irc.f32");
    const made = join(folder, "made.f32");
    const total = haveIrcArchive() ? await embedIrc(irc) : 0;
    const synthetic = clusteredRows({ rows: 250_000, dim, clusters: 2000 });
    await writeFile(made, new Uint8Array(synthetic.data.buffer));
    const table: (string | number)[][] = [];
    const add = (name: string, method: string, [count, path]: readonly [number, string]) => {
      const { seconds, cpuSeconds, trustworthiness, continuity, megabytes, longestStill } = inChild(
        method,
        count,
        path,
      );
      const share = (value: number | null) => value?.toFixed(3) ?? "";
      const line = [
        name,
        count,
        method,
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        share(trustworthiness),
        share(continuity),
        Math.round(megabytes),
        Math.round(longestStill),
      ];
      // A run takes minutes, so results are printed as they come.
      process.stderr.write(`${line.join(" ")}\n`);
      table.push(line);
    };
    const fits = withPeer ? ["ours", "umap-js"] : ["ours"];
    for (const [name, path] of [
      ["IRC", irc],
      ["made up", made],
    ] as const)
      for (const count of name === "IRC" && total === 0 ? [] : [5000, 20_000])
        for (const method of fits) add(name, method, [count, path]);
    if (total > 0) for (const count of [100_000, total]) add("IRC", "ours", [count, irc]);
    add("made up", "ours", [250_000, made]);
    add("made up", "placement", [250_000, made]);
    const headings = [
      "vectors of 256",
      "rows",
      "method",
      "s",
      "CPU s",
      "trustworthiness",
      "continuity",
      "peak MB",
      "longest without a heartbeat, ms",
    ];
    process.stdout.write(`${machine()}\n\n${markdownTable(headings, table)}\n\n`);
    process.stdout.write(
      `"placement" puts ${newRows} new rows among all others. Peak memory is the whole process with the vectors.\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [mode, method = "", count = "", path = ""] = process.argv.slice(2);
if (mode === "one") process.stdout.write(JSON.stringify(await one(method, Number(count), path)));
else await main(mode !== "alone");
