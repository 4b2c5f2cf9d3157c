// Exact nearest neighbours in plain TypeScript: the reference that tests compare the other engines with.
import { setImmediate } from "node:timers/promises";
import {
  type AnnBuild,
  type AnnEngine,
  AnnError,
  type AnnIndex,
  type AnnRecipe,
  type AnnSearch,
  type Neighbours,
  type RowReader,
  type RowStream,
  type Rows,
} from "./ann.ts";
import { Best } from "./best.ts";
import { checkedStream, checkQuery, checkRow, passes } from "./check.ts";
import { withFile } from "./faiss-file.ts";
import { RowFile, writeRows } from "./row-file.ts";

/** Numbers multiplied between two turns of the event loop: about 5 ms. */
const turn = 4_000_000;
/** Bytes read at a time while loading. */
const piece = 8 * 1024 * 1024;
const readerPiece = 1024 * 1024;

export const flatEngine = (): AnnEngine => ({
  name: "flat",
  unavailable: () => undefined,
  build: buildFlat,
  open: openFlat,
});

async function buildFlat(
  rows: Rows | RowStream,
  path: string,
  options: AnnBuild = {},
): Promise<AnnRecipe> {
  if (options.factory !== undefined && options.factory !== "Flat")
    throw new AnnError("engine", `The flat engine writes "Flat" files, not "${options.factory}".`);
  await writeRows(checkedStream(rows), path, "Flat");
  return { engine: "flat", factory: "Flat", dim: rows.dim, rows: rows.rows };
}

async function openFlat(path: string, recipe: AnnRecipe): Promise<AnnIndex> {
  return await withFile(path, async (file) => {
    const stored = await RowFile.open(file, path, recipe);
    const { dim, rows } = stored;
    const data = new Float32Array(rows * dim);
    const most = Math.max(1, Math.floor(piece / (dim * 4)));
    for (let row = 0; row < rows; row += most)
      await stored.read(row, data.subarray(row * dim, (row + most) * dim));
    await file.close();
    return flatIndex({ dim, rows, data });
  });
}

/** Reads the rows of a file of plain rows a piece at a time, so that copying all of them in order needs little memory. */
export async function openFlatReader(path: string, recipe: AnnRecipe): Promise<RowReader> {
  return await withFile(path, async (file) => {
    const stored = await RowFile.open(file, path, recipe);
    const { dim, rows } = stored;
    const most = Math.max(1, Math.floor(readerPiece / (dim * 4)));
    const held = new Float32Array(Math.min(most, rows) * dim);
    let from = 0;
    let count = 0;
    const load = (row: number) => {
      from = row;
      count = Math.min(most, rows - row);
      // Synchronous on purpose: the piece was just checksummed, so it is in the page cache and is read in 0.25 ms.
      stored.readNow(row, held.subarray(0, count * dim));
    };
    return {
      vector(row, into = new Float32Array(dim)) {
        checkRow({ rows }, row);
        if (row < from || row >= from + count) load(row);
        into.set(held.subarray((row - from) * dim, (row - from + 1) * dim));
        return into;
      },
      close: () => stored.close(),
    };
  });
}

/** An index over rows that are in memory already; they must not be changed while it is open. */
export function flatIndex(stored: Rows): AnnIndex {
  let held: Rows | undefined = stored;
  const rows = (): Rows => {
    if (held === undefined) throw new AnnError("engine", "This index has been closed.");
    return held;
  };
  return {
    engine: "flat",
    dim: stored.dim,
    rows: stored.rows,
    memory: stored.rows * stored.dim * 4,
    search: async (query, search) => await scanAll(rows(), query, search),
    vector(row, into = new Float32Array(stored.dim)) {
      const { dim, data } = rows();
      checkRow(stored, row);
      into.set(data.subarray(row * dim, (row + 1) * dim));
      return into;
    },
    close() {
      held = undefined;
    },
  };
}

async function scanAll(rows: Rows, query: Float32Array, search: AnnSearch): Promise<Neighbours> {
  checkQuery(rows, query, search);
  const { filter } = search;
  const question = query.slice();
  const best = new Best(search.k);
  const step = Math.max(1, Math.floor(turn / rows.dim));
  for (let from = 0; from < rows.rows; from += step) {
    if (from > 0) await setImmediate();
    const to = Math.min(rows.rows, from + step);
    for (let row = from; row < to; row++) {
      if (filter !== undefined && !passes(filter, row)) continue;
      const similarity = Math.fround(innerProduct(rows, row, question));
      if (similarity >= best.bar) best.offer(row, similarity);
    }
  }
  return best.neighbours();
}

/** Four sums in double precision: the order of additions is fixed, so that equal rows get equal similarities. */
function innerProduct({ dim, data }: Rows, row: number, query: Float32Array): number {
  const start = row * dim;
  const even = dim & ~3;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let at = 0; at < even; at += 4) {
    a += (data[start + at] ?? 0) * (query[at] ?? 0);
    b += (data[start + at + 1] ?? 0) * (query[at + 1] ?? 0);
    c += (data[start + at + 2] ?? 0) * (query[at + 2] ?? 0);
    d += (data[start + at + 3] ?? 0) * (query[at + 3] ?? 0);
  }
  for (let at = even; at < dim; at++) a += (data[start + at] ?? 0) * (query[at] ?? 0);
  return a + b + (c + d);
}
