// Blobs of tests: in memory, with a real file only while one is asked for; stricter than a disk, which keeps released files.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejected } from "#services/domain/errors.ts";
import { type Blobs, blobMissing } from "./blobs.ts";

interface Held {
  readonly bytes: Uint8Array;
  readonly modifiedAt: number;
}

/** `dispose` removes the files of `local` that were not released. */
export const openMemoryBlobs = (
  now: () => number = Date.now,
): Blobs & { dispose(): Promise<void> } => {
  const held = new Map<string, Held>();
  const folders = new Set<string>();
  const bytesOf = (key: string) => {
    const blob = held.get(key);
    if (!blob) throw blobMissing(key);
    return blob.bytes;
  };
  const release = async (folder: string) => {
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true });
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
      held.set(key, { bytes: whole, modifiedAt: now() });
      return { key, sha256, size };
    },
    async local(key) {
      const bytes = bytesOf(key);
      const folder = await mkdtemp(join(tmpdir(), "parlance-blob-"));
      folders.add(folder);
      const path = join(folder, "blob");
      await writeFile(path, bytes);
      return { path, [Symbol.asyncDispose]: () => release(folder) };
    },
    async stream(key, { start, end } = {}) {
      const bytes = bytesOf(key);
      return {
        size: bytes.byteLength,
        body: (async function* () {
          yield bytes.subarray(start, end);
        })(),
      };
    },
    async compact() {
      // Memory has no form of less space.
    },
    async find(key) {
      const blob = held.get(key);
      return blob && { key, size: blob.bytes.byteLength };
    },
    async *list(prefix) {
      for (const [key, { bytes, modifiedAt }] of held)
        if (prefix === "" || key.startsWith(`${prefix}/`))
          yield { key, size: bytes.byteLength, modifiedAt };
    },
    remove: async (key) => {
      held.delete(key);
    },
    removeAll: async (prefix) => {
      for (const key of [...held.keys()]) if (key.startsWith(`${prefix}/`)) held.delete(key);
    },
    sweep: async () => undefined,
    check: async () => [],
    dispose: async () => {
      for (const folder of folders) await release(folder);
    },
  };
};
