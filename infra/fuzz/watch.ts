// Ends the process where one reading takes too long: a loop without an end can only be seen from another thread.
import { parentPort, Worker, workerData } from "node:worker_threads";

/** So long one input may take; a busy machine takes a few seconds for the largest. */
const MOST_MS = 60_000;

interface Shared {
  readonly cells: SharedArrayBuffer;
  readonly folder: string;
}

export interface Watch {
  /** Another input begins. */
  next(): void;
  close(): Promise<number>;
}

/** @param folder where the inputs that are read lie, for the message */
export const openWatch = (folder: string): Watch => {
  const shared: Shared = { cells: new SharedArrayBuffer(4), folder };
  const count = new Int32Array(shared.cells);
  const worker = new Worker(new URL(import.meta.url), { workerData: shared });
  worker.unref();
  return {
    next: () => void Atomics.add(count, 0, 1),
    close: () => worker.terminate(),
  };
};

if (parentPort) {
  const { cells, folder } = workerData as Shared;
  const count = new Int32Array(cells);
  let last = -1;
  setInterval(() => {
    const now = Atomics.load(count, 0);
    if (now === last) {
      process.stderr.write(
        `One input takes longer than ${MOST_MS / 1000} s. It lies below ${folder}.\n`,
      );
      process.kill(process.pid, "SIGKILL");
    }
    last = now;
  }, MOST_MS);
}
