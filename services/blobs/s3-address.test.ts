// The address of a bucket: what it says, and that it never contains or repeats a secret.
import { describe, expect, it } from "vitest";
import { ParlanceError } from "#services/domain/errors.ts";
import { readS3Address } from "./s3-address.ts";

const problemOf = (url: string): string => {
  try {
    readS3Address(url);
  } catch (error) {
    if (error instanceof ParlanceError) return `${error.code}: ${error.message} ${error.hint}`;
    throw error;
  }
  return "none";
};

describe("the address of a bucket", () => {
  it("names bucket, prefix, server and region", () => {
    expect(
      readS3Address("s3://chat-logs/one/two/?endpoint=http://10.0.0.5:9000&region=eu-central-1"),
    ).toEqual({
      bucket: "chat-logs",
      root: "one/two/",
      endpoint: "http://10.0.0.5:9000",
      region: "eu-central-1",
      shown: "s3://chat-logs/one/two at 10.0.0.5:9000",
    });
    expect(readS3Address("s3://chat-logs")).toEqual({
      bucket: "chat-logs",
      root: "",
      endpoint: undefined,
      region: undefined,
      shown: "s3://chat-logs",
    });
  });

  it("refuses credentials wherever they stand, and repeats none", () => {
    for (const url of [
      "s3://AKIA123:hunter2@chat-logs/one",
      "s3://chat-logs?endpoint=http://AKIA123:hunter2@10.0.0.5:9000",
      "s3://chat-logs?secret_access_key=hunter2",
    ]) {
      expect(problemOf(url)).toMatch(/^bad-setting: .*AWS_SECRET_ACCESS_KEY/u);
      expect(problemOf(url)).not.toMatch("hunter2");
    }
  });

  it("refuses what it does not understand", () => {
    for (const url of [
      "s3:///one",
      "s3://Chat_Logs",
      "s3://chat-logs?endpont=http://10.0.0.5",
      "s3://chat-logs?endpoint=10.0.0.5",
      "s3://chat-logs/with space",
    ])
      expect(problemOf(url), url).toMatch(/^bad-setting: PARLANCE_BLOBS_URL/u);
  });
});
