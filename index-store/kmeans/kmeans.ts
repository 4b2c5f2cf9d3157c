// The door of clustering: spherical k-means over unit vectors, through FAISS where it is and the WASM kernel elsewhere.
import type { KMeans } from "./clustering.ts";
import { faissLloyd, faissMissing } from "./faiss.ts";
import { kmeansWith } from "./train.ts";
import { wasmLloyd } from "./wasm.ts";

// biome-ignore lint/performance/noBarrelFile: a door names in one place what the room offers
export { type Assigned, assign } from "./assign.ts";
export type { Clustering, KMeans, KMeansOptions } from "./clustering.ts";
export { sampleOf, seededRandom } from "./random.ts";

export interface OpenKMeans {
  /** "off": FAISS is not used even where it is installed. */
  readonly faiss: "auto" | "off";
  /** Threads for FAISS; all cores by default. */
  readonly threads?: number;
}

export function openKMeans({ faiss, threads }: OpenKMeans): KMeans {
  if (faiss === "off" || faissMissing() !== undefined) return wasmKMeans();
  return { name: "faiss", cluster: kmeansWith(faissLloyd(threads)) };
}

const wasmKMeans = (): KMeans => ({ name: "wasm", cluster: kmeansWith(wasmLloyd) });
