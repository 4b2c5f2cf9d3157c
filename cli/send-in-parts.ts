// A large file on its way to a running server, in parts: after a cut, or when the command is given again, it goes on where it stopped.
import { createReadStream, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import * as prompts from "@clack/prompts";
import {
  DetailedError,
  defaultOptions,
  FileUrlStorage,
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
import { type Upload, upload } from "#services/contract/uploads.ts";
import { ParlanceError, unavailable } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import { ask, type Client, failureOf } from "./client/client.ts";
import { configPath } from "./credentials.ts";

declare module "tus-js-client" {
  // The library has it for Node; its types leave it out.
  export class FileUrlStorage {
    constructor(path: string);
    findAllUploads(): ReturnType<UrlStorage["findAllUploads"]>;
    findUploadsByFingerprint(mark: string): ReturnType<UrlStorage["findUploadsByFingerprint"]>;
    removeUpload(key: string): Promise<void>;
    addUpload(mark: string, upload: PreviousUpload): Promise<string>;
  }
}

export interface PartedFile {
  readonly path: string;
  readonly name: string;
  readonly inspect: boolean;
  readonly columns: string | undefined;
}

const failureIn = async (client: Client, error: unknown): Promise<ParlanceError> => {
  if (error instanceof ParlanceError) return error;
  const status = error instanceof DetailedError ? failedStatus(error) : undefined;
  if (error instanceof DetailedError && status !== undefined)
    return failureOf(new Response(error.originalResponse?.getBody() ?? "", { status }));
  return unavailable(`The connection to ${client.where} broke, and did not come back.`, {
    code: "no-server",
    hint: "Give the same command again within a day: what has been sent is kept there.",
    cause: error,
  });
};

/** Where it is noted which uploads have been begun, so that the same command goes on with them. */
const notes = (): FileUrlStorage => {
  const path = configPath("uploads.json");
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // There is none, or the process that wrote it was killed: what it noted is sent from its beginning.
    rmSync(path, { force: true });
  }
  return new FileUrlStorage(path);
};

/** Answers once the server has kept the whole file. @throws ParlanceError of the server; unavailable `no-server` */
export const sendInParts = async (
  client: Client,
  collection: string,
  { path, name, inspect, columns }: PartedFile,
  quiet: boolean,
): Promise<Upload> => {
  const bar =
    quiet || !process.stderr.isTTY
      ? undefined
      : prompts.progress({ max: 1000, output: process.stderr });
  bar?.start(`${name}: sending`);
  let shown = 0;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options: UploadOptions = {
    endpoint: new URL(resumablePath(collection), client.where).href,
    chunkSize: PART_BYTES,
    retryDelays: RETRY_DELAYS,
    urlStorage: notes(),
    removeFingerprintOnSuccess: true,
    metadata: {
      filename: name,
      ...(inspect ? { inspect: "true" } : {}),
      ...(columns === undefined ? {} : { columns }),
    },
    onBeforeRequest: async (request) => {
      const who = await client.authorization?.();
      if (who !== undefined) request.setHeader("authorization", who);
    },
    // One that was begun in another way is not gone on with: how is said when it is begun.
    fingerprint: async (file, all) =>
      [await defaultOptions.fingerprint(file, all), inspect, columns ?? ""].join("-"),
    onAfterResponse: (request, answer) => checkQuestion(request.getMethod(), answer.getStatus()),
    onShouldRetry: (error) => isWorthRetrying(failedStatus(error)),
    onProgress: (sent, bytes) => {
      const target = Math.max(shown, Math.round((1000 * sent) / bytes));
      bar?.advance(target - shown, `${name}: sending, ${size(sent)} of ${size(bytes)}`);
      shown = target;
    },
    onError: reject,
    onSuccess: () => resolve(uploadOfPart(sending.url)),
  };
  // A stream with a path is read from any place of the file; the library's types know browsers only.
  const sending = new Sending(createReadStream(path) as unknown as File, options);
  try {
    const [begun] = await sending.findPreviousUploads();
    if (begun !== undefined) sending.resumeFromPreviousUpload(begun);
    sending.start();
    const id = await promise;
    bar?.stop(`${name}: sent`);
    return await ask(client, upload, { path: `/api/v1/uploads/${id}` });
  } catch (error) {
    bar?.stop(`${name}: not sent`);
    throw await failureIn(client, error);
  }
};
