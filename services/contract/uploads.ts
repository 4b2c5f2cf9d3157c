// Uploads and their progress, in requests and responses.
import { z } from "zod";
import { foundCount } from "./cleaning.ts";
import { instant } from "./common.ts";
import { uploadInspection } from "./inspections.ts";

/**
 * receiving → queued → reading → indexing → done; or cancelled, or failed (retry starts it again). Where the import has to be
 * confirmed, receiving → inspecting → unconfirmed, and queued once somebody has confirmed it.
 * waiting-for-space: continues by itself once the disk has room, see `space`.
 */
export const uploadState = z.enum([
  "receiving",
  "waiting-for-space",
  "inspecting",
  "unconfirmed",
  "queued",
  "reading",
  "indexing",
  "done",
  "cancelled",
  "failed",
]);
export type UploadState = z.infer<typeof uploadState>;

export const uploadProblem = z.object({
  code: z.string(),
  place: z.string(),
  reason: z.string(),
  count: z.int(),
});
export type UploadProblem = z.infer<typeof uploadProblem>;

export const upload = z
  .object({
    id: z.string(),
    collection: z.string(),
    filename: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    state: uploadState,
    /** The format's name for people, once it is known. */
    format: z.string().nullable(),
    source: z.string().nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
    /** Number of attempts so far, with failed ones. */
    attempt: z.int(),
    /** Number of attempts after which it is given up and its state is "failed". */
    maxAttempts: z.int().optional(),
    /** When the next attempt starts, where the last one failed and another follows by itself; null otherwise. */
    retryAt: instant.nullable().optional(),
    /** Why the last attempt failed, for people; null where none failed. */
    lastProblem: z.string().nullable().optional(),
    /** Disk space in bytes, while the state is "waiting-for-space"; null otherwise. */
    space: z.object({ freeBytes: z.int(), neededBytes: z.int() }).nullable().optional(),
    progress: z.object({
      /** Bytes of the file that have been read, of `bytes`. */
      bytesRead: z.int(),
      conversations: z.int(),
      /** Messages read so far: new ones, and ones the collection already had. */
      newMessages: z.int(),
      knownMessages: z.int(),
      changedMessages: z.int(),
      /** Parts of messages, and exchanges. */
      chunks: z.int(),
      embedded: z.int(),
      indexed: z.int(),
      /** Messages a second over the last seconds; null before it is known. */
      rate: z.number().nullable(),
      /** Estimated milliseconds until done; null before it is known. */
      timeLeft: z.number().nullable(),
    }),
    /** What became of the files of its messages; absent where none were named, or they are not kept. */
    attachments: z
      .object({
        kept: z.int(),
        /** Of those that are kept. */
        bytes: z.int(),
        /** Larger than may be kept. */
        tooLarge: z.int(),
        /** Named by messages, and not in the upload. */
        missing: z.int(),
      })
      .optional(),
    /** How many records could not be read, and the first of them with place and reason. */
    problemCount: z.int(),
    problems: z.array(uploadProblem),
    /** What the collection's cleaning rules found in the messages that it brought; absent where they found nothing. */
    cleaned: z.array(foundCount).optional(),
    /** True where its file is not kept: a message in it was refused, or nobody confirmed it. */
    fileDeleted: z.literal(true).optional(),
    /** What is in the file, while the state is "unconfirmed"; null otherwise. */
    inspection: uploadInspection.nullable().optional(),
    /** When the file is deleted unless somebody confirms the import, while the state is "unconfirmed"; null otherwise. */
    confirmBy: instant.nullable().optional(),
    /** Why it failed, for people. */
    error: z
      .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
      .nullable(),
  })
  .meta({ id: "Upload" });
export type Upload = z.infer<typeof upload>;

export const uploadAccepted = upload.meta({ id: "UploadAccepted" });
export const uploadList = z
  .object({ uploads: z.array(upload), nextCursor: z.string().nullable() })
  .meta({ id: "UploadList" });

/** Days for which an upload waits until somebody confirms it; then its file is deleted. */
export const CONFIRM_DAYS = 7;

/** States in which nothing goes on by itself. */
export const isAtRest = (state: UploadState): boolean =>
  state === "unconfirmed" || state === "done" || state === "cancelled" || state === "failed";

/** Server-sent events of `GET /uploads/{id}/events`: `event: upload`, data = Upload; the last one is at rest. */
export const uploadEventName = "upload";

/** Read to its end, and no message was found in it, only problems: a file that is cut off, for instance. */
export const isBarren = ({ state, problemCount, progress }: Upload): boolean =>
  state === "done" &&
  problemCount > 0 &&
  progress.newMessages + progress.knownMessages + progress.changedMessages === 0;

/** Error code of tables that are refused until somebody has said what their columns hold. */
export const COLUMNS_UNKNOWN = "columns-unknown";
/** Error code of uploads that nobody confirmed in time. */
export const NOT_CONFIRMED = "not-confirmed";
/** Error code of uploads that failed because a job was given up: they can be tried again. */
export const GAVE_UP = "gave-up";

/** A table of which nobody has said what its columns hold: it is read as soon as somebody does. */
export const awaitsColumns = ({ state, error }: Upload): boolean =>
  state === "failed" && error?.code === COLUMNS_UNKNOWN;

/** Its file was deleted because a message in it was refused. */
export const isFileRefused = ({ error, fileDeleted }: Upload): boolean =>
  fileDeleted === true && error?.code !== NOT_CONFIRMED;

/** Nobody confirmed it in time, or a message in it was refused: it cannot be read any more. */
export const isFileDeleted = (one: Upload): boolean =>
  one.error?.code === NOT_CONFIRMED || isFileRefused(one);

/** Nothing came of it: a collection that was made for it alone is not kept. */
export const isRefused = (one: Upload): boolean =>
  (one.state === "failed" && !awaitsColumns(one)) || isBarren(one);
