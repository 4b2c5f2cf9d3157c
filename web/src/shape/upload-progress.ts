// An upload's figures → what a person is told: the stage, how far it is, what came out.
import type { Upload } from "#services/contract/uploads.ts";
import { count, counted, fraction } from "./numbers.ts";

const stageNames = {
  receiving: "Receiving",
  "waiting-for-space": "Waiting for disk space",
  queued: "Waiting its turn",
  reading: "Reading",
  indexing: "Indexing",
  done: "Ready",
  cancelled: "Cancelled",
  failed: "Failed",
} as const satisfies Record<Upload["state"], string>;

export const stageName = (state: Upload["state"]): string => stageNames[state];

/** Reading and indexing overlap; half of the bar is each one's, so that it never runs backwards. */
export const howFar = (upload: Upload): number => {
  if (upload.state === "done") return 1;
  const { bytesRead, chunks, indexed } = upload.progress;
  const read = upload.state === "indexing" ? 1 : fraction(bytesRead, upload.bytes);
  return 0.5 * read + 0.5 * read * fraction(indexed, chunks);
};

/** "1,204 new, 310 known, 2 changed" – the report in a line. */
export const outcome = ({ progress, problemCount }: Upload): string =>
  [
    `${count(progress.newMessages)} new`,
    `${count(progress.knownMessages)} known`,
    ...(progress.changedMessages > 0 ? [`${count(progress.changedMessages)} changed`] : []),
    ...(problemCount > 0 ? [counted(problemCount, "problem")] : []),
  ].join(", ");
