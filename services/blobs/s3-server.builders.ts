// A real S3 server for tests: s3rver on a free port of the loopback, its bucket in a temporary folder.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
// @ts-expect-error -- s3rver has no types; the part in use is typed here.
import S3rver from "s3rver";

export interface S3Server {
  readonly port: number;
  /** PARLANCE_BLOBS_URL of a prefix in its bucket. */
  url(prefix: string): string;
  /** Names of the objects that begin so. */
  objects(prefix: string): Promise<string[]>;
  /** Ends it, and starts one with the same objects at the same port when what is returned is called. */
  interrupt(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** The only credentials that it takes. */
export const serverCredentials = {
  AWS_ACCESS_KEY_ID: "S3RVER",
  AWS_SECRET_ACCESS_KEY: "S3RVER",
} as const;

interface Running {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0 for any that is free */
export const startS3Server = async (port = 0): Promise<S3Server> => {
  const directory = await mkdtemp(join(tmpdir(), "parlance-s3-"));
  const run = async (at: number): Promise<Running> => {
    const server: Pick<Running, "close"> & { run(): Promise<{ readonly port: number }> } =
      new S3rver({
        port: at,
        address: "127.0.0.1",
        silent: true,
        directory,
        configureBuckets: [{ name: "parlance", configs: [] }],
      });
    const address = await server.run();
    return { port: address.port, close: () => server.close() };
  };
  let running = await run(port);
  return {
    port: running.port,
    url: (prefix) =>
      `s3://parlance/${prefix}?endpoint=${encodeURIComponent(`http://127.0.0.1:${running.port}`)}`,
    async objects(prefix) {
      const names: string[] = [];
      for (const entry of await readdir(directory, { recursive: true })) {
        const name = entry.slice("parlance/".length);
        // It keeps the bytes, their checksum and their facts in three files.
        if (entry.endsWith("._S3rver_object") && name.startsWith(prefix))
          names.push(name.slice(0, -"._S3rver_object".length));
      }
      return names;
    },
    async interrupt() {
      await running.close();
      return async () => {
        running = await run(running.port);
      };
    },
    close: async () => {
      await running.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
