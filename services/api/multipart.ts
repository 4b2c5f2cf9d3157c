// multipart/form-data: files streamed one after the other, nothing held in memory.
import { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import type { Upload } from "#services/contract/uploads.ts";
import { ParlanceError, rejected } from "#services/domain/errors.ts";

const LIMITS = { files: 50, fields: 5, fieldSize: 8 * 1024, parts: 55, headerPairs: 50 };

const malformed = (cause?: unknown) =>
  rejected("The multipart body is broken, or has no file in it.", {
    code: "bad-multipart",
    hint: "Send each file as a part with a filename, or PUT the raw bytes with ?filename=.",
    cause,
  });

/**
 * Hands each file to `take` and waits for it before it reads on.
 * @throws ParlanceError rejected `bad-multipart` | `too-many-parts` (413); whatever `take` throws.
 */
export const eachFile = (
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  take: (filename: string, bytes: AsyncIterable<Uint8Array>) => Promise<Upload>,
): Promise<Upload[]> =>
  new Promise((resolve, reject) => {
    let parser: InstanceType<typeof Busboy>;
    try {
      parser = new Busboy({ headers: { "content-type": contentType }, limits: LIMITS });
    } catch (error) {
      reject(malformed(error));
      return;
    }
    const source = Readable.from(body, { objectMode: false });
    const taken: Promise<Upload>[] = [];
    const fail = (error: unknown) => {
      source.unpipe(parser);
      source.destroy();
      reject(error instanceof ParlanceError ? error : malformed(error));
    };
    parser.on("file", (_field, file, filename) => {
      const upload = take(filename, file);
      taken.push(upload);
      // The rest of a refused file must flow away, or the parser waits for it for ever.
      upload.catch((error: unknown) => {
        file.resume();
        fail(error);
      });
    });
    for (const limit of ["filesLimit", "fieldsLimit", "partsLimit"] as const)
      parser.on(limit, () =>
        fail(
          rejected(`One request takes at most ${LIMITS.files} files.`, {
            code: "too-many-parts",
            status: 413,
            hint: "Send the rest in a second request.",
          }),
        ),
      );
    parser.on("error", fail);
    source.on("error", fail);
    parser.on("finish", () => {
      if (taken.length === 0) fail(malformed());
      else Promise.all(taken).then(resolve, fail);
    });
    source.pipe(parser);
  });
