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
  close(): Promise<void>;
}

/** The only credentials that it takes. */
export const serverCredentials = {
  AWS_ACCESS_KEY_ID: "S3RVER",
  AWS_SECRET_ACCESS_KEY: "S3RVER",
} as const;

/** @param port 0 for any that is free */
export const startS3Server = async (port = 0): Promise<S3Server> => {
  const directory = await mkdtemp(join(tmpdir(), "parlance-s3-"));
  const server: {
    run(): Promise<{ readonly port: number }>;
    close(): Promise<void>;
  } = new S3rver({
    port,
    address: "127.0.0.1",
    silent: true,
    directory,
    configureBuckets: [{ name: "parlance", configs: [] }],
  });
  const address = await server.run();
  return {
    port: address.port,
    url: (prefix) =>
      `s3://parlance/${prefix}?endpoint=${encodeURIComponent(`http://127.0.0.1:${address.port}`)}`,
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
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
