// Blobs of tests: in memory, with a real file only where a path is asked for, and stricter: what was removed is an error to read.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { corrupt, rejected } from "#services/domain/errors.ts";
import type { Blobs } from "./blobs.ts";

/** `dispose` removes the files made for `localPath`. */
export const openMemoryBlobs = (): Blobs & { dispose(): Promise<void> } => {
  const held = new Map<string, Uint8Array>();
  let folder: string | undefined;
  const bytesOf = (key: string) => {
    const bytes = held.get(key);
    if (!bytes) throw corrupt(`The stored file ${key} is missing.`, { code: "blob-missing" });
    return bytes;
  };
  return {
    async put(prefix, bytes, { maxBytes, signal } = {}) {
      const pieces: Uint8Array[] = [];
      let size = 0;
      for await (const piece of bytes) {
        signal?.throwIfAborted();
        size += piece.byteLength;
        if (maxBytes !== undefined && size > maxBytes)
          throw rejected(`The file is larger than the ${maxBytes} bytes allowed.`, {
            code: "upload-too-large",
            status: 413,
          });
        pieces.push(piece.slice());
      }
      const whole = Buffer.concat(pieces);
      const sha256 = createHash("sha256").update(whole).digest("hex");
      const key = `${prefix}/${sha256}`;
      held.set(key, whole);
      return { key, sha256, size };
    },
    async localPath(key) {
      const bytes = bytesOf(key);
      folder ??= await mkdtemp(join(tmpdir(), "parlance-blobs-"));
      const path = join(folder, key.replaceAll("/", "-"));
      await writeFile(path, bytes);
      return path;
    },
    async stream(key) {
      const bytes = bytesOf(key);
      return {
        size: bytes.byteLength,
        body: (async function* () {
          yield bytes;
        })(),
      };
    },
    exists: async (key) => held.has(key),
    remove: async (key) => {
      held.delete(key);
    },
    removeAll: async (prefix) => {
      for (const key of [...held.keys()]) if (key.startsWith(`${prefix}/`)) held.delete(key);
    },
    sweep: async () => undefined,
    dispose: async () => {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
};
