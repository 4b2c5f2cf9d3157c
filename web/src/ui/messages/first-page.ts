// A PDF document → a picture of its first page, drawn by a worker that is stopped where it takes too long.
import type { PageWork } from "./first-page-worker.ts";

const PATIENCE_MS = 20_000;

/** @throws Error where nothing can be drawn of it, or not in time */
export const firstPageOf = async (bytes: Blob): Promise<Blob> => {
  const worker = new Worker(new URL("./first-page-worker.ts", import.meta.url), {
    type: "module",
    name: "first page",
  });
  const { promise, resolve, reject } = Promise.withResolvers<Blob>();
  const fail = () => reject(new Error("The first page could not be drawn."));
  const timer = setTimeout(fail, PATIENCE_MS);
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", ({ data }: MessageEvent<Blob | undefined>) =>
    data === undefined ? fail() : resolve(data),
  );
  worker.addEventListener("error", fail);
  try {
    port1.start();
    const work: PageWork = { bytes: await bytes.arrayBuffer(), answer: port2 };
    worker.postMessage(work, [work.bytes, port2]);
    return await promise;
  } finally {
    clearTimeout(timer);
    port1.close();
    worker.terminate();
  }
};
