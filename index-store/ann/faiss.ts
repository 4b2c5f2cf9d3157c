// The FAISS engine: graphs and inverted lists for large segments, through our own binding where it has been built.
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import {
  type AnnBuild,
  type AnnEngine,
  AnnError,
  type AnnIndex,
  type AnnRecipe,
  type AnnSearch,
  type Neighbours,
  type Rows,
} from "./ann.ts";
import { Best } from "./best.ts";
import { checkQuery, checkRow, checkRows, countPassing } from "./check.ts";
import { withEquals } from "./equals.ts";
import { damaged, readHeader, withFile } from "./faiss-file.ts";
import { walkIndexFile } from "./faiss-walk.ts";
import { inMemory } from "./row-stream.ts";
import { tuneEffort } from "./tune.ts";

interface NativeIndex {
  readonly rows: number;
  readonly dim: number;
  /** Inverted lists; 0 for the other kinds. */
  readonly lists: number;
  readonly memory: number;
  train(
    rows: Float32Array,
    options: { threads: number; pointsPerCentroid?: number },
  ): Promise<void>;
  add(rows: Float32Array, options: { threads: number }): Promise<void>;
  search(
    query: Float32Array,
    options: { k: number; effort?: number; filter?: Uint32Array; exact?: boolean },
  ): Promise<Neighbours>;
  save(path: string): Promise<void>;
  reconstruct(row: number): Float32Array;
  close(): void;
}

export interface FaissBinding {
  readonly NativeIndex: new (factory: string, dim: number) => NativeIndex;
  readonly faissVersion: string;
  load(path: string, mmap: boolean): Promise<NativeIndex>;
  /** Squared distances sum up to `inertia`; `rows` is rows × dim and must not be changed or transferred meanwhile. */
  kmeans(
    ...args: [
      rows: Float32Array,
      dim: number,
      k: number,
      options: {
        seed?: number;
        niter?: number;
        nredo?: number;
        spherical?: boolean;
        pointsPerCentroid?: number;
        threads?: number;
        /** k × dim numbers to start from; random rows without it. */
        initial?: Float32Array;
      },
    ]
  ): Promise<{ centroids: Float32Array; assignments: Int32Array; inertia: number }>;
}

type Loaded = { readonly binding: FaissBinding } | { readonly reason: string };
let loaded: Loaded | undefined;

/** Loads the binding at the first call, once per process. */
export function loadFaiss(): Loaded {
  if (loaded !== undefined) return loaded;
  try {
    const require = createRequire(import.meta.url);
    loaded = { binding: require("../native/build/faiss.node") as FaissBinding };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    loaded = {
      reason:
        code === "MODULE_NOT_FOUND"
          ? "The FAISS binding has not been built: npm run build:native."
          : `The FAISS binding does not load: ${error instanceof Error ? error.message : error}`,
    };
  }
  return loaded;
}

export interface FaissOptions {
  /** "off": FAISS is not used even where it is installed. */
  readonly faiss: "auto" | "off";
  /** Threads for training and adding; all cores by default. */
  readonly threads?: number;
  /** Where no more rows pass a filter than this, all of them are compared. */
  readonly exactBelow?: number;
}

const factories = /^(Flat|SQ8|HNSW([1-9]\d?)(,Flat|,SQ8)?|IVF([1-9]\d{0,5}),(Flat|SQ8))$/;
/** Below this a scan of everything is as fast as any structure. */
const structureFrom = 20_000;
/** Comparing this many rows takes a few milliseconds; where a filter lets no more pass, a graph would lose recall. */
const exactByDefault = 20_000;
/** The share of its lists that a tuned index may visit at most. */
const MOST_LISTS = 0.5;
/** Rows copied to FAISS at a time while adding. */
const addRows = 65_536;

export function faissEngine(options: FaissOptions): AnnEngine {
  const unavailable = (): string | undefined => {
    if (options.faiss === "off") return "FAISS is switched off by the settings.";
    const state = loadFaiss();
    return "reason" in state ? state.reason : undefined;
  };
  const binding = (): FaissBinding => {
    const reason = unavailable();
    const state = loadFaiss();
    if (reason !== undefined || "reason" in state)
      throw new AnnError("unavailable", reason ?? "The FAISS binding does not load.");
    return state.binding;
  };
  const { threads = availableParallelism(), exactBelow = exactByDefault } = options;
  return {
    name: "faiss",
    unavailable,
    build: async (rows, path, build = {}) =>
      await buildFaiss({
        rows: await inMemory(rows),
        path,
        build,
        threads,
        exactBelow,
        binding: binding(),
      }),
    open: async (path, recipe) => await openFaiss(path, recipe, { binding: binding(), exactBelow }),
  };
}

/** Lists of about √n / 2 rows each: comparing the centres then costs about as much as comparing the rows of the lists. */
export const factoryFor = (rows: number): string =>
  rows < structureFrom ? "Flat" : `IVF${Math.round(2 * Math.sqrt(rows))},SQ8`;

interface Opening {
  readonly binding: FaissBinding;
  readonly exactBelow: number;
}

interface Job extends Opening {
  readonly rows: Rows;
  readonly path: string;
  readonly build: AnnBuild;
  readonly threads: number;
}

async function buildFaiss(job: Job): Promise<AnnRecipe> {
  const { rows, build } = job;
  checkRows(rows);
  const factory = build.factory ?? factoryFor(rows.rows);
  if (!factories.test(factory))
    throw new AnnError(
      "engine",
      `"${factory}" is not used here: Flat, SQ8, HNSW32, "HNSW32,SQ8", "IVF512,SQ8" and the like are.`,
    );
  const lists = Number(/^IVF(\d+)/.exec(factory)?.[1] ?? 0);
  if (lists > rows.rows)
    throw new AnnError("engine", `${lists} lists are too many for ${rows.rows} rows.`);
  const recipe = await buildOne(job, factory);
  const target = build.recallTarget ?? 0.98;
  // Where the recall takes so many of the lists, they separate nothing: comparing all rows in their order is faster.
  if (build.factory === undefined && (recipe.effort ?? 0) > lists * MOST_LISTS)
    return await buildOne(job, "Flat");
  // Eight bits per number can be too few to tell nearly equal rows apart; float32 always tells them apart.
  if (
    build.factory === undefined &&
    factory.endsWith(",SQ8") &&
    (recipe.measuredRecall ?? 1) < target
  )
    return await buildOne(job, factory.replace(",SQ8", ",Flat"));
  return recipe;
}

async function buildOne(job: Job, factory: string): Promise<AnnRecipe> {
  const { rows, path, binding, threads } = job;
  const data = rows.data.subarray(0, rows.rows * rows.dim);
  const recipe: AnnRecipe = { engine: "faiss", factory, dim: rows.dim, rows: rows.rows };
  try {
    const index = new binding.NativeIndex(factory, rows.dim);
    try {
      if (rows.rows > 0) await index.train(data, { threads, pointsPerCentroid: 64 });
      for (let from = 0; from < data.length; from += addRows * rows.dim)
        await index.add(data.subarray(from, from + addRows * rows.dim), { threads });
      await index.save(path);
      if (factory === "Flat" || factory === "SQ8" || rows.rows === 0) return recipe;
    } finally {
      index.close();
    }
  } catch (cause) {
    await rm(path, { force: true });
    throw failed("could not build the index", cause);
  }
  const opened = await openFaiss(path, recipe, job);
  try {
    const graph = factory.startsWith("HNSW");
    const lists = Number(/^IVF(\d+)/.exec(factory)?.[1] ?? 0);
    const { effort, recall } = await tuneEffort(opened, rows, {
      target: job.build.recallTarget ?? 0.98,
      efforts: { from: graph ? 32 : 2, to: graph ? Math.min(4096, rows.rows) : lists, factor: 1.5 },
    });
    return { ...recipe, effort, measuredRecall: recall };
  } finally {
    opened.close();
  }
}

const failed = (what: string, cause: unknown): AnnError =>
  cause instanceof AnnError
    ? cause
    : new AnnError("engine", `FAISS ${what}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });

async function openFaiss(
  path: string,
  recipe: AnnRecipe,
  { binding, exactBelow }: Opening,
): Promise<AnnIndex> {
  await withFile(path, async (file) => {
    const header = await readHeader(file, path);
    if (header.dim !== recipe.dim || header.rows !== recipe.rows)
      throw damaged(
        path,
        `it holds ${header.rows} × ${header.dim} where ${recipe.rows} × ${recipe.dim} is expected`,
      );
    await walkIndexFile(file, path);
    await file.close();
  });
  let native: NativeIndex;
  try {
    native = await binding.load(path, false);
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  return faissIndex(native, recipe, exactBelow);
}

function faissIndex(native: NativeIndex, recipe: AnnRecipe, exactBelow: number): AnnIndex {
  const { dim, rows, lists, memory } = native;
  const graph = recipe.factory.startsWith("HNSW");
  let held: NativeIndex | undefined = native;
  const open = (): NativeIndex => {
    if (held === undefined) throw new AnnError("engine", "This index has been closed.");
    return held;
  };
  const tuned = recipe.effort ?? (graph ? 128 : Math.max(1, lists));
  return {
    engine: "faiss",
    dim,
    rows,
    memory,
    async search(query, search) {
      const index = open();
      checkQuery({ dim, rows }, query, search);
      const passing = search.filter === undefined ? rows : countPassing(search.filter, rows);
      const k = Math.min(search.k, passing);
      if (k === 0) return new Best(0).neighbours();
      const effort = Math.ceil(search.effort ?? tuned);
      const plan = planOf({
        graph,
        rows,
        passing,
        exactBelow,
        effort: Math.max(effort, graph ? k : 1),
      });
      try {
        if (search.filter === undefined || plan.exact || search.effort !== undefined) {
          const found = await withEquals({ k, passing }, (wanted) =>
            index.search(query, { ...plan, k: wanted, ...filterOf(search) }),
          );
          // Fewer than there are: the links that were followed did not lead to enough rows.
          if (found.rows.length >= k || plan.exact) return found;
          return await withEquals({ k, passing }, (wanted) =>
            index.search(query, { k: wanted, exact: true, ...filterOf(search) }),
          );
        }
        const most = graph ? rows : lists;
        return await untilSettled(most, plan.effort, async (effort) =>
          withEquals({ k, passing }, (wanted) =>
            index.search(query, { k: wanted, ...filterOf(search), ...effortOf(effort, most) }),
          ),
        );
      } catch (cause) {
        throw failed("could not search", cause);
      }
    },
    vector(row, into) {
      const index = open();
      checkRow({ rows }, row);
      const found = index.reconstruct(row);
      into?.set(found);
      return into ?? found;
    },
    close() {
      held?.close();
      held = undefined;
    },
  };
}

const filterOf = ({ filter }: AnnSearch) => (filter === undefined ? {} : { filter });

/** The smaller the share of rows that pass the filter, the greater the effort; where few pass, all of them are compared. */
function planOf(state: {
  readonly graph: boolean;
  readonly rows: number;
  readonly passing: number;
  readonly exactBelow: number;
  readonly effort: number;
}): { effort: number; exact: boolean } {
  const { graph, rows, passing, exactBelow, effort } = state;
  if (passing < rows && passing <= exactBelow) return { effort, exact: true };
  // A graph search returns `effort` rows of which only a share passes; inverted lists further away hold neighbours that pass.
  const share = passing / rows;
  return { effort: Math.ceil(effort / (graph ? share : Math.sqrt(share))), exact: false };
}

/** At the greatest effort, comparing all rows is faster than following all links or lists, and finds as much. */
const effortOf = (effort: number, most: number) => (effort < most ? { effort } : { exact: true });

/**
 * Doubles the effort until the result no longer changes. A filter that excludes the rows near the query needs more effort than
 * its share of rows suggests.
 */
async function untilSettled(
  most: number,
  from: number,
  look: (effort: number) => Promise<Neighbours>,
): Promise<Neighbours> {
  let before = await look(from);
  for (let effort = from; effort < most; ) {
    effort *= 2;
    const found = await look(effort);
    if (found.rows.length > 0 && found.rows.every((row, at) => row === before.rows[at]))
      return found;
    before = found;
  }
  return before;
}
