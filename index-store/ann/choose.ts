// Chooses the engine for a segment's vectors by their size and by which engines this machine has.
import type { AnnEngine, EngineName } from "./ann.ts";
import { factoryFor, faissEngine } from "./faiss.ts";
import { flatEngine } from "./flat.ts";
import { scanEngine } from "./scan.ts";
import { maxScanDim } from "./scan-rows.ts";

/** Up to here a scan answers in a few milliseconds, with no training, exact under any filter. */
const scanUpTo = 1_000_000;
/** What a scan's memory can address, with room for its lists. */
const scanBytes = 3.5 * 2 ** 30;

export type Engines = Readonly<Record<EngineName, AnnEngine>>;

/** All engines by name; ask `unavailable()` before one is used. */
export const engines = (options: { readonly faiss: "auto" | "off" }): Engines => ({
  flat: flatEngine(),
  scan: scanEngine(),
  faiss: faissEngine(options),
});

export interface Choice {
  readonly engine: EngineName;
  readonly factory: string;
}

export interface Situation {
  readonly rows: number;
  readonly dim: number;
  /** Engines that can be used here. */
  readonly available: readonly EngineName[];
  /** An engine asked for by name; "auto" by default. */
  readonly engine?: EngineName | "auto";
}

/** An engine that was asked for by name is chosen even where it is not available: its error then says why it is not. */
export function choose({ rows, dim, available, engine = "auto" }: Situation): Choice {
  const name = engine === "auto" ? chooseName(rows, dim, available) : engine;
  return { engine: name, factory: name === "faiss" ? factoryFor(rows) : "Flat" };
}

function chooseName(rows: number, dim: number, available: readonly EngineName[]): EngineName {
  const scans = dim <= maxScanDim && rows * dim * 1.2 <= scanBytes;
  if (available.includes("faiss") && (rows > scanUpTo || !scans)) return "faiss";
  return scans ? "scan" : "flat";
}
