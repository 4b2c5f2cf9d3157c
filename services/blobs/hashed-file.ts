// Bytes that arrive, written to a new file and hashed on the way, within limits.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { rejected } from "#services/domain/errors.ts";
import type { PutOptions } from "./blobs.ts";

/** Free space is looked at again after so many bytes written: small against the space that is kept free. */
const LOOK_EVERY = 4 * 1024 ** 2;

/** Throws `disk-full` where so many bytes more would leave too little free. */
export type Room = (bytes: number) => Promise<void>;

/** The bytes into a new file, durable when it resolves. @throws rejected `upload-too-large`; whatever `room` throws */
export const writeHashed = async (
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  { maxBytes, signal, room }: PutOptions & { readonly room: Room | undefined },
): Promise<{ readonly sha256: string; readonly size: number }> => {
  const file = await open(path, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    let size = 0;
    let unchecked = 0;
    for await (const piece of bytes) {
      signal?.throwIfAborted();
      size += piece.byteLength;
      unchecked += piece.byteLength;
      if (maxBytes !== undefined && size > maxBytes)
        throw rejected(`The file is larger than the ${maxBytes} bytes allowed.`, {
          code: "upload-too-large",
          status: 413,
          hint: "Split the export, or raise PARLANCE_MAX_UPLOAD_BYTES.",
        });
      if (unchecked > LOOK_EVERY) {
        unchecked = 0;
        await room?.(piece.byteLength);
      }
      hash.update(piece);
      let written = 0;
      while (written < piece.byteLength) written += (await file.write(piece, written)).bytesWritten;
    }
    await file.sync();
    return { sha256: hash.digest("hex"), size };
  } finally {
    await file.close();
  }
};
