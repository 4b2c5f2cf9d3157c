// What a command writes: to a file, whole or not at all, or to standard output.
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Half a file must not look like a whole one: written beside it, then renamed. */
export const writeOut = async (
  content: Readable | string,
  out: string | undefined,
): Promise<void> => {
  const stream = typeof content === "string" ? Readable.from([content]) : content;
  if (out === undefined) return pipeline(stream, process.stdout, { end: false });
  await pipeline(stream, createWriteStream(`${out}.part`, { flush: true }));
  await rename(`${out}.part`, out);
  process.stderr.write(`${out} written\n`);
};
