// Writes the output of a command to a file, completely or not at all, or to standard output.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { rejected, unavailable } from "#services/domain/errors.ts";

/** A connection that ended before the answer was complete, as fetch reports it. */
const isBrokenTransfer = (error: unknown): boolean =>
  error instanceof TypeError && error.message === "terminated";

const notWritable: ReadonlyMap<string, readonly [why: string, hint: string]> = new Map([
  ["ENOENT", ["its folder does not exist", "Make the folder first, or choose another place."]],
  ["ENOTDIR", ["its folder is a file", "Choose another place."]],
  ["EISDIR", ["it is a folder", "Name a file in it."]],
  ["EACCES", ["this user may not write there", "Choose another place."]],
  ["EROFS", ["nothing can be written there", "Choose another place."]],
]);

const explained = (error: unknown, target: string): unknown => {
  if (isDiskFull(error))
    return diskFull(`${target} was not written`, {
      cause: error,
      hint: "Free some space, or write it to another disk.",
    });
  const known = error instanceof Error && "code" in error && notWritable.get(String(error.code));
  if (known) {
    const [why, hint] = known;
    return rejected(`${target} cannot be written: ${why}.`, {
      code: "not-writable",
      hint,
      cause: error,
    });
  }
  if (isBrokenTransfer(error))
    return unavailable("The server ended the transfer early: the answer is incomplete.", {
      code: "transfer-broken",
      hint: "The server's log has the reason. `./parlance doctor` checks the home.",
      cause: error,
    });
  return error;
};

/**
 * A partial file must not look like a complete one: the output is written to another name, then renamed, or deleted on failure.
 * @throws ParlanceError rejected `not-writable`; unavailable `disk-full` | `transfer-broken`; whatever else the content's source throws
 */
export const writeOut = async (
  content: Readable | string,
  out: string | undefined,
): Promise<void> => {
  const stream = typeof content === "string" ? Readable.from([content]) : content;
  const partial = `${out}.part`;
  try {
    if (out === undefined) return await pipeline(stream, process.stdout, { end: false });
    await pipeline(stream, createWriteStream(partial, { flush: true }));
    await rename(partial, out);
  } catch (error) {
    if (out !== undefined) await rm(partial, { force: true });
    throw explained(error, out ?? "standard output");
  }
  process.stderr.write(`${out} written\n`);
};
