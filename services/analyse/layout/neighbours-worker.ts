// A worker thread that finds neighbours: it builds its own codes from the shared rows and answers one piece of queries at a time.
import { parentPort, workerData } from "node:worker_threads";
import type { Vectors } from "#services/domain/vectors.ts";
import { NeighbourSearch, nearestOfRows, type SearchOptions } from "./neighbours-search.ts";

export interface NeighbourWork {
  readonly base: Vectors;
  readonly options: SearchOptions;
}

/** `rows` are the queries; without them the queries are the rows of the base from number `from` on, and a row is not its own neighbour. */
export interface NeighbourPiece {
  readonly from: number;
  readonly count: number;
  readonly rows: Float32Array | undefined;
}

export interface NeighbourAnswer {
  readonly from: number;
  readonly indices: Uint32Array;
  readonly distances: Float32Array;
  readonly recall: number;
}

const port = parentPort;
if (port !== null) {
  const { base, options } = workerData as NeighbourWork;
  const search = new NeighbourSearch(base, options);
  port.on("message", (piece: NeighbourPiece) => {
    const { indices, distances } = nearestOfRows(search, {
      rows: piece.rows ?? base.data.subarray(piece.from * base.dim),
      count: piece.count,
      selfFrom: piece.rows === undefined ? piece.from : undefined,
    });
    const answer: NeighbourAnswer = { from: piece.from, indices, distances, recall: search.recall };
    port.postMessage(answer, [indices.buffer as ArrayBuffer, distances.buffer as ArrayBuffer]);
  });
}
