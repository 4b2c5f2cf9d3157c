// A program for a test: trains with FAISS while it starts one child process after the other, as an analysis beside git does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { clusteredRows } from "../ann/seeded.builders.ts";
import { openKMeans } from "./kmeans.ts";

const kmeans = openKMeans({ faiss: "auto" });
const rows = clusteredRows({ rows: 20_000, dim: 256, clusters: 64 });
let training = true;
const spawning = (async () => {
  while (training) await once(spawn("true", [], { stdio: "ignore" }), "exit");
})();
await kmeans.cluster(rows, { k: 64, seed: 1, starts: 1, iterations: 10 });
training = false;
await spawning;
process.stdout.write("trained\n");
