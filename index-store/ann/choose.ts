// Chooses the engine for a segment's vectors by their size and by which engines this machine has.
import type { AnnEngine, EngineName } from "./ann.ts";
import { faissEngine } from "./faiss.ts";
import { flatEngine } from "./flat.ts";
import { type PgvectorEngine, pgvectorEngine, type VectorsElsewhere } from "./pgvector.ts";
import { scanEngine } from "./scan.ts";
import { maxScanDim } from "./scan-rows.ts";

/** What a scan's memory can address, with room for its lists: 11 million rows of 256 dimensions. */
const scanBytes = 3.5 * 2 ** 30;

export type Engines = Readonly<Record<EngineName, AnnEngine>> & {
  readonly pgvector: PgvectorEngine;
};

/** All engines by name; ask `unavailable()` before one is used. */
export const engines = (options: {
  readonly faiss: "auto" | "off";
  /** The server that pgvector searches on; without it, that engine is not available. */
  readonly elsewhere?: VectorsElsewhere | undefined;
}): Engines => ({
  flat: flatEngine(),
  scan: scanEngine(),
  faiss: faissEngine(options),
  pgvector: pgvectorEngine(options.elsewhere),
});

export interface Situation {
  readonly rows: number;
  readonly dim: number;
  /** Engines that can be used here. */
  readonly available: readonly EngineName[];
  /** An engine asked for by name; "auto" by default. */
  readonly engine?: EngineName | "auto";
}

/** An engine that was asked for by name is chosen even where it is not available: its error then says why it is not. */
export const choose = ({ rows, dim, available, engine = "auto" }: Situation): EngineName =>
  engine === "auto" ? chooseName(rows, dim, available) : engine;

/**
 * A scan wherever its memory holds the rows. Measured with 1.5 million chat messages of 256 dimensions (decision 0017), it
 * answers in a small part of the time of inverted lists, which had to visit all of their lists to hold the recall; a graph takes hours
 * to build. There is nothing to train, and any filter is exact.
 */
function chooseName(rows: number, dim: number, available: readonly EngineName[]): EngineName {
  const scans = dim <= maxScanDim && rows * dim * 1.2 <= scanBytes;
  if (scans) return "scan";
  return available.includes("faiss") ? "faiss" : "flat";
}
