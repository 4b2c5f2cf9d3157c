// Blobs on a full S3 server that is named by PARLANCE_TEST_S3_URL (s3://bucket?endpoint=…, credentials as for the AWS SDK): the suite,
// versions that the bucket keeps, and uploads that were left half done. s3rver, which the other tests start, has neither of the two.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blobsSuite } from "#services/blobs/blobs.suite.ts";
import { openS3Blobs } from "#services/blobs/s3.ts";
import { readS3Address } from "#services/blobs/s3-address.ts";
import { openS3Client } from "#services/blobs/s3-client.ts";

const named = process.env["PARLANCE_TEST_S3_URL"];

describe.skipIf(named === undefined)("blobs on the S3 server of PARLANCE_TEST_S3_URL", () => {
  const folders: string[] = [];
  const run = Date.now().toString(36);
  let count = 0;
  let client: S3Client;
  const address = () => readS3Address(named ?? "");
  const bucketOf = (name: string) => `${address().bucket}-${run}-${name}`;
  const urlOf = (name: string, prefix: string) => {
    const url = new URL(named ?? "");
    return `s3://${bucketOf(name)}/${prefix}${url.search}`;
  };
  const fresh = async (name: string) => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-s3-copies-"));
    folders.push(folder);
    return openS3Blobs({
      url: urlOf(name, `p${++count}`),
      folder,
      limitBytes: 1024 ** 3,
      newId: () => `id${++count}`,
      now: () => Date.now(),
    });
  };
  async function* one(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }

  beforeAll(async () => {
    client = openS3Client(address());
    for (const name of ["plain", "versioned"])
      await client.send(new CreateBucketCommand({ Bucket: bucketOf(name) }));
    await client.send(
      new PutBucketVersioningCommand({
        Bucket: bucketOf("versioned"),
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
  });
  afterAll(async () => {
    for (const name of ["plain", "versioned"]) {
      const Bucket = bucketOf(name);
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
      for (const { Key, VersionId } of Versions)
        await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
      await client.send(new DeleteBucketCommand({ Bucket }));
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  describe("in a bucket without versions", () =>
    blobsSuite(() => fresh("plain"), { copies: true }));
  describe("in a bucket that keeps versions", () =>
    blobsSuite(() => fresh("versioned"), { copies: true }));

  it("leaves no version of a blob that was removed", async () => {
    const blobs = await fresh("versioned");
    const prefix = `p${count - 1}/`;
    const versions = async () => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(
        new ListObjectVersionsCommand({ Bucket: bucketOf("versioned"), Prefix: prefix }),
      );
      return Versions.length + DeleteMarkers.length;
    };
    const { key } = await blobs.put("uploads/a", one("x"));
    await blobs.put("uploads/a", one("x"));
    await blobs.put("uploads/b", one("y"));
    expect(await versions()).toBe(3);
    await blobs.remove(key);
    expect(await versions()).toBe(1);
    await blobs.removeAll("uploads/b");
    expect(await versions()).toBe(0);
    expect(await blobs.check()).toEqual([]);
  });

  it("ends uploads that were left half done, once they are old", async () => {
    const blobs = await fresh("plain");
    const Bucket = bucketOf("plain");
    const Key = `p${count - 1}/uploads/a/left`;
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const left = async () =>
      ((await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))).Uploads ?? [])
        .length;
    await blobs.sweep(3_600_000);
    expect(await left()).toBe(1);
    // Servers round the time to seconds.
    await blobs.sweep(-2000);
    expect(await left()).toBe(0);
  });
});
