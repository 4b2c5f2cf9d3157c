// The memory blobs keep the promise of every store of blobs.
import { afterEach, describe } from "vitest";
import { blobsSuite } from "./blobs.suite.ts";
import { openMemoryBlobs } from "./memory.ts";

const open: ReturnType<typeof openMemoryBlobs>[] = [];
afterEach(async () => {
  for (const blobs of open.splice(0)) await blobs.dispose();
});

describe("blobs in memory", () => {
  blobsSuite(
    async () => {
      const blobs = openMemoryBlobs();
      open.push(blobs);
      return blobs;
    },
    { copies: true },
  );
});
