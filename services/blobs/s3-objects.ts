// What is asked of a bucket, key by key: facts, bytes, lists, removal with every version. Errors are those for people.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { unavailable } from "#services/domain/errors.ts";
import { wholeMs } from "./s3-client.ts";
import { isDenied, isMissing, isNotImplemented, noBucket, s3Problem } from "./s3-errors.ts";

/** Bytes of a part: what is smaller goes in one request. Four of them are in memory at a time. */
const PART = 8 * 1024 ** 2;
/** S3 takes 10,000 parts; parts of a very large file are larger. */
const MOST_PARTS = 9000;
const PARTS_AT_ONCE = 3;
/** A broken transfer is taken up where it broke, so often without a byte in between. */
const READ_ATTEMPTS = 3;
const READ_PAUSE_MS = 500;
/** Whether a bucket keeps versions is asked again after so long. */
const VERSIONING_MS = 10 * 60_000;

export interface ListedObject {
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: number;
}

/** `unknown`: the credentials may not ask. */
export type Versioning = "none" | "kept" | "unknown";

/** Names are those of objects, with everything before the key. */
export interface S3Objects {
  /** Size in bytes; undefined where there is no such object. */
  size(name: string): Promise<number | undefined>;
  /** The bytes of a small object; undefined where there is none. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** The file as an object: in parts where it is large; after an error no part is left, or a sweep finds it. */
  upload(
    name: string,
    file: {
      readonly path: string;
      readonly size: number;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<void>;
  /** Bytes from `start` up to, not including, `end`, taken up again where the connection broke. @throws the error of `missing` */
  bytes(
    name: string,
    part: { readonly start: number; readonly end: number; readonly missing: () => Error },
  ): AsyncIterable<Uint8Array>;
  list(prefix: string): AsyncIterable<ListedObject>;
  /**
   * Removes every object, with all its versions, whose name `which` takes, among those that begin with the prefix.
   * @returns the name of each version, once it is removed
   */
  remove(prefix: string, which: (name: string) => boolean): AsyncIterable<string>;
  /** Ends multipart uploads below the prefix that began before a time, in milliseconds since 1970; where the server lists them. */
  endUploads(prefix: string, before: number): Promise<void>;
  versioning(): Promise<Versioning>;
  /** @throws ParlanceError unavailable where the bucket cannot be reached */
  answers(): Promise<void>;
}

export const s3Objects = (
  client: S3Client,
  {
    bucket,
    shown,
    now,
    idleMs,
  }: {
    readonly bucket: string;
    readonly shown: string;
    readonly now: () => number;
    readonly idleMs: number;
  },
): S3Objects => {
  const inBucket = { Bucket: bucket };
  /** For requests without a long body. */
  const soon = () => ({ abortSignal: AbortSignal.timeout(wholeMs(idleMs)) });
  const problem = (error: unknown) => s3Problem(error, shown);
  const orProblem = <T>(done: Promise<T>): Promise<T> =>
    done.catch((error: unknown) => {
      throw problem(error);
    });

  const answers = async () => {
    try {
      await client.send(new HeadBucketCommand(inBucket), soon());
    } catch (error) {
      throw isMissing(error) ? noBucket(shown, error) : problem(error);
    }
  };
  /** Undefined where there is no such object, which is asked of a bucket that is there: the answers to HEAD do not say which is missing. */
  const unlessMissing = async <T>(done: Promise<T>): Promise<T | undefined> => {
    try {
      return await done;
    } catch (error) {
      if (!isMissing(error)) throw problem(error);
      await answers();
      return undefined;
    }
  };

  const sizeOf = async (name: string) => {
    const facts = await unlessMissing(
      client.send(new HeadObjectCommand({ ...inBucket, Key: name }), soon()),
    );
    return facts && (facts.ContentLength ?? 0);
  };

  let asked: { readonly at: number; readonly versioning: Versioning } | undefined;
  const versioning = async (): Promise<Versioning> => {
    if (asked && now() - asked.at < VERSIONING_MS) return asked.versioning;
    const found = await client.send(new GetBucketVersioningCommand(inBucket), soon()).then(
      ({ Status }): Versioning => (Status === undefined ? "none" : "kept"),
      (error: unknown): Versioning => {
        if (isNotImplemented(error)) return "none";
        if (isDenied(error)) return "unknown";
        throw problem(error);
      },
    );
    asked = { at: now(), versioning: found };
    return found;
  };

  /** One request for a part of an object. Of a server that sends more than was asked for, what is too much is left out. */
  const part = async function* (name: string, start: number, end: number) {
    const { Body, ContentRange = "" } = await client.send(
      new GetObjectCommand({ ...inBucket, Key: name, Range: `bytes=${start}-${end - 1}` }),
    );
    let at = Number(/^bytes (\d+)-/u.exec(ContentRange)?.[1] ?? 0);
    if (at > start)
      throw unavailable(`${shown} sent other bytes than were asked for.`, {
        code: "blobs-unreachable",
        hint: "Check the server and proxies before it: they must keep the Range header.",
      });
    for await (const piece of (Body ?? []) as AsyncIterable<Uint8Array>) {
      const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
      if (wanted.byteLength > 0) yield wanted;
      at += piece.byteLength;
      if (at >= end) return;
    }
  };

  const list = async function* (prefix: string): AsyncGenerator<ListedObject, void, undefined> {
    try {
      let page: ListObjectsV2CommandOutput | undefined;
      do {
        const ContinuationToken = page?.NextContinuationToken;
        // Each page has the time of a request; whoever reads the list may take as long as he needs between two of them.
        page = await client.send(
          new ListObjectsV2Command({ ...inBucket, Prefix: prefix, ContinuationToken }),
          soon(),
        );
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          if (Key !== undefined)
            yield { name: Key, size: Size ?? 0, modifiedAt: LastModified?.getTime() ?? now() };
      } while (page.NextContinuationToken !== undefined);
    } catch (error) {
      throw problem(error);
    }
  };

  /** Names with versions, which are undefined where the bucket keeps none. */
  const toRemove = async function* (prefix: string) {
    if ((await versioning()) !== "kept") {
      for await (const { name } of list(prefix)) yield { name, version: undefined };
      return;
    }
    let page: ListObjectVersionsCommandOutput | undefined;
    do {
      page = await client.send(
        new ListObjectVersionsCommand({
          ...inBucket,
          Prefix: prefix,
          KeyMarker: page?.NextKeyMarker,
          VersionIdMarker: page?.NextVersionIdMarker,
        }),
        soon(),
      );
      for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        if (Key !== undefined) yield { name: Key, version: VersionId };
    } while (page.IsTruncated === true);
  };

  return {
    size: sizeOf,
    versioning,
    answers,
    list,
    async read(name) {
      const found = await unlessMissing(
        client.send(new GetObjectCommand({ ...inBucket, Key: name }), soon()),
      );
      return found && orProblem(Promise.resolve(found.Body?.transformToString() ?? ""));
    },
    async write(name, text) {
      await orProblem(
        client.send(new PutObjectCommand({ ...inBucket, Key: name, Body: text }), soon()),
      );
    },
    async upload(name, { path, size, signal }) {
      signal?.throwIfAborted();
      if (size <= PART) {
        const Body = await readFile(path);
        const abortSignal = signal
          ? AbortSignal.any([signal, soon().abortSignal])
          : soon().abortSignal;
        await orProblem(
          client.send(new PutObjectCommand({ ...inBucket, Key: name, Body }), { abortSignal }),
        );
        return;
      }
      const partSize = Math.max(PART, Math.ceil(size / MOST_PARTS));
      const upload = new Upload({
        client,
        params: {
          ...inBucket,
          Key: name,
          Body: createReadStream(path, { highWaterMark: 1024 ** 2 }),
        },
        partSize,
        queueSize: PARTS_AT_ONCE,
      });
      const stop = () => void upload.abort().catch(() => undefined);
      signal?.addEventListener("abort", stop);
      try {
        await upload.done();
      } catch (error) {
        signal?.throwIfAborted();
        throw problem(error);
      } finally {
        signal?.removeEventListener("abort", stop);
      }
    },
    async *bytes(name, { start, end, missing }) {
      let at = start;
      for (let failures = 0; at < end; ) {
        const before = at;
        try {
          for await (const piece of part(name, at, end)) {
            at += piece.byteLength;
            yield piece;
          }
          if (at < end)
            throw unavailable(`${shown} ended an answer early.`, { code: "blobs-unreachable" });
        } catch (error) {
          if (isMissing(error)) throw missing();
          failures = at > before ? 1 : failures + 1;
          if (failures >= READ_ATTEMPTS) throw problem(error);
          await pause(READ_PAUSE_MS * failures);
        }
      }
    },
    async *remove(prefix, which) {
      try {
        for await (const { name, version } of toRemove(prefix)) {
          if (!which(name)) continue;
          const VersionId = version === undefined ? {} : { VersionId: version };
          await client.send(
            new DeleteObjectCommand({ ...inBucket, Key: name, ...VersionId }),
            soon(),
          );
          yield name;
        }
      } catch (error) {
        throw problem(error);
      }
    },
    async endUploads(prefix, before) {
      try {
        // One page of a thousand at a time: those that are ended are not on the next sweep's page.
        const page = await client.send(
          new ListMultipartUploadsCommand({ ...inBucket, Prefix: prefix }),
          soon(),
        );
        for (const { Key, UploadId, Initiated } of page.Uploads ?? [])
          if (Key !== undefined && (Initiated?.getTime() ?? now()) <= before)
            await client.send(
              new AbortMultipartUploadCommand({ ...inBucket, Key, UploadId }),
              soon(),
            );
      } catch (error) {
        // Ended by somebody else meanwhile, or a server that lists none: its own rules have to end them.
        if (!isNotImplemented(error) && !isMissing(error)) throw problem(error);
      }
    },
  };
};
