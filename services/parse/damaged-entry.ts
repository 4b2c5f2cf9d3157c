// One damaged file of an archive: reported as a problem, while the files beside it are read.
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import type { UploadFile } from "./archive.ts";
import type { ParseEvent } from "./events.ts";
import type { Reading } from "./reading.ts";

const code = "damaged-entry";

export const damagedEntry = (why: string, cause?: unknown) =>
  rejected(`A file of the archive is damaged: ${why}.`, {
    code,
    hint: "Download or pack the archive again.",
    cause,
  });

export const isDamagedEntry = (error: unknown): error is ParlanceError =>
  error instanceof ParlanceError && error.code === code;

/** The events of reading a file; where it turns out to be damaged, that problem is the last of them. */
export async function* orDamaged(
  file: UploadFile,
  events: AsyncGenerator<ParseEvent>,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  try {
    yield* events;
  } catch (error) {
    if (!isDamagedEntry(error)) throw error;
    yield* reading.problem({ code, place: file.path, reason: error.message });
  }
}
