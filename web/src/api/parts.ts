// Sending a large file in parts: a connection that breaks, or a page that is loaded anew, goes on where it stopped.
import {
  DetailedError,
  defaultOptions,
  Upload as Sending,
  type UploadOptions,
} from "tus-js-client";
import {
  checkQuestion,
  failedStatus,
  isWorthRetrying,
  PART_BYTES,
  RETRY_DELAYS,
  resumablePath,
  uploadOfPart,
} from "#services/contract/resumable.ts";
import { isOfProxy, ProblemError, readProblem, UnreachableError } from "./plain-request.ts";
import { serverDidNotAnswer } from "./reachability.ts";
import { withToken } from "./session.ts";

export interface PartedFile {
  readonly collection: string;
  readonly file: File;
  readonly inspect: boolean;
  readonly signal: AbortSignal;
}

/** After so long the server has given an upload up that is not whole. */
const KEPT_MS = 24 * 3_600_000;

const failureOf = (error: unknown): unknown => {
  if (!(error instanceof DetailedError)) return error;
  const status = failedStatus(error);
  if (status === undefined || isOfProxy(status)) {
    serverDidNotAnswer();
    return new UnreachableError("The connection was lost while the file was sent.");
  }
  return new ProblemError(readProblem(error.originalResponse?.getBody() ?? "", status, ""));
};

/** Goes on with the upload of the same file into the same collection that this browser began last. */
const resume = async (sending: Sending): Promise<void> => {
  const begun = (await sending.findPreviousUploads()).filter(
    ({ creationTime }) => Date.now() - new Date(creationTime).getTime() < KEPT_MS,
  );
  const last = begun.at(-1);
  if (last !== undefined) sending.resumeFromPreviousUpload(last);
};

/** @returns the id of the upload, once the server has kept the whole file. @throws ProblemError, UnreachableError */
export const sendInParts = async (
  { collection, file, inspect, signal }: PartedFile,
  onSent: (bytes: number) => void,
): Promise<string> => {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options: UploadOptions = {
    endpoint: resumablePath(collection),
    chunkSize: PART_BYTES,
    retryDelays: RETRY_DELAYS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, ...(inspect ? { inspect: "true" } : {}) },
    // One that was begun in another way is not gone on with: how is said when it is begun.
    fingerprint: async (given, all) =>
      [await defaultOptions.fingerprint(given, all), inspect].join("-"),
    onAfterResponse: (request, answer) => checkQuestion(request.getMethod(), answer.getStatus()),
    onBeforeRequest: async (request) => {
      if (request.getMethod() !== "DELETE") signal.throwIfAborted();
      // Anew for each: a large file takes longer than a token lasts.
      const headers = await withToken(async (now) => now);
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
    },
    onShouldRetry: (error) => {
      const status = failedStatus(error);
      if (status === undefined || isOfProxy(status)) serverDidNotAnswer();
      return isWorthRetrying(status);
    },
    onProgress: onSent,
    onError: (error) => reject(failureOf(error)),
    onSuccess: () => resolve(uploadOfPart(sending.url)),
  };
  const sending = new Sending(file, options);
  signal.addEventListener(
    "abort",
    () => {
      // With what has come of it: whoever cancels does not want it there.
      sending.abort(true).catch(() => undefined);
      reject(new DOMException("Cancelled", "AbortError"));
    },
    { once: true },
  );
  await resume(sending);
  signal.throwIfAborted();
  sending.start();
  return promise;
};
