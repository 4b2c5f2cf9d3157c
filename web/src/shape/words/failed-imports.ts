// The imports of a collection that still need a person: given up, or read only in part.
import type { Upload } from "#services/contract/uploads.ts";
import { counted } from "./numbers.ts";

/** The digest is empty where the file did not arrive whole. */
const fileOf = ({ sha256, id }: Upload): string => (sha256 === "" ? id : sha256);

/** Failed, or done with records that could not be read. Of one file that was uploaded several times, the newest upload counts. */
export const failedImports = (uploads: readonly Upload[]): readonly Upload[] => {
  const newest = new Map<string, Upload>();
  for (const one of uploads) {
    const known = newest.get(fileOf(one));
    if (known === undefined || one.createdAt > known.createdAt) newest.set(fileOf(one), one);
  }
  return uploads.filter(
    (one) =>
      newest.get(fileOf(one)) === one &&
      (one.state === "failed" || (one.state === "done" && one.problemCount > 0)),
  );
};

/** Names one outcome of an upload: after another try it is a new one. */
export const outcomeKey = ({ id, finishedAt, attempt }: Upload): string =>
  `${id} ${finishedAt ?? attempt}`;

/** "export.zip was not imported: …" or "3 problems in export.zip. The rest was imported." */
export const failedImportText = ({ filename, state, error, problemCount }: Upload): string =>
  state === "failed"
    ? `${filename} was not imported${error === null ? "." : `: ${error.message}`}`
    : `${counted(problemCount, "problem")} in ${filename}. The rest was imported.`;
