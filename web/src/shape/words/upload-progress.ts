// An upload's state and figures in words: the stage, how far it is, the next try, the outcome.
import type { Upload } from "#services/contract/uploads.ts";
import { size } from "#services/domain/size.ts";
import { count, counted, fraction } from "./numbers.ts";
import { clockTime } from "./times.ts";

const stageNames = {
  receiving: "Receiving",
  "waiting-for-space": "Waiting for disk space",
  inspecting: "Looking at what is in it",
  unconfirmed: "Not imported yet",
  queued: "Queued",
  reading: "Reading",
  indexing: "Indexing",
  done: "Done",
  cancelled: "Cancelled",
  failed: "Failed",
} as const satisfies Record<Upload["state"], string>;

export const stageName = (state: Upload["state"]): string => stageNames[state];

/** Part that is done, 0 … 1. Reading and indexing overlap; each is half of the bar, so that the bar never goes back. */
export const doneShare = (upload: Upload): number => {
  if (upload.state === "done") return 1;
  const { bytesRead, chunks, indexed } = upload.progress;
  if (upload.state === "inspecting") return fraction(bytesRead, upload.bytes);
  const read = upload.state === "indexing" ? 1 : fraction(bytesRead, upload.bytes);
  return 0.5 * read + 0.5 * read * fraction(indexed, chunks);
};

/** What became of the files of messages; nothing where none were named. */
const filesText = (files: Upload["attachments"]): string[] =>
  files === undefined
    ? []
    : [
        `${counted(files.kept, "file")} kept`,
        ...(files.tooLarge > 0 ? [`${counted(files.tooLarge, "file")} too large`] : []),
        ...(files.missing > 0 ? [`${counted(files.missing, "file")} not in the export`] : []),
      ];

/** "1,204 new entries, 310 known, 2 changed": what the import brought, in one line. */
export const outcome = ({ progress, problemCount, attachments }: Upload): string =>
  [
    `${count(progress.newMessages)} new ${progress.newMessages === 1 ? "entry" : "entries"}`,
    `${count(progress.knownMessages)} known`,
    ...(progress.changedMessages > 0 ? [`${count(progress.changedMessages)} changed`] : []),
    ...filesText(attachments),
    ...(problemCount > 0 ? [counted(problemCount, "problem")] : []),
  ].join(", ");

/** "1.2 GB free, 3.4 GB needed" while it waits for disk space; undefined otherwise, or where the server does not say. */
export const spaceText = ({ state, space }: Upload): string | undefined =>
  state === "waiting-for-space" && space
    ? `${size(space.freeBytes)} free, ${size(space.neededBytes)} needed`
    : undefined;

/** What the server says of work that it tries again by itself after a failure: an upload or an analysis. */
export interface Tries {
  readonly attempt?: number | undefined;
  readonly maxAttempts?: number | undefined;
  readonly retryAt?: number | null | undefined;
}

/** "Tried 2 of 5 times, next try at 14:03" while failed work is to be tried again by itself; undefined otherwise. */
export const retryText = ({ attempt = 1, maxAttempts, retryAt }: Tries): string | undefined => {
  if (retryAt === undefined || retryAt === null) return undefined;
  const tried =
    maxAttempts === undefined
      ? `Tried ${counted(attempt, "time")}`
      : `Tried ${attempt} of ${counted(maxAttempts, "time")}`;
  return `${tried}, next try at ${clockTime(retryAt)}`;
};
