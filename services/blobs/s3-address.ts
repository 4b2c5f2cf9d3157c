// PARLANCE_BLOBS_URL for S3: s3://bucket/prefix?endpoint=http://host:9000&region=eu-central-1, without credentials.
import { rejected } from "#services/domain/errors.ts";

export interface S3Address {
  readonly bucket: string;
  /** What stands before every key: empty, or ending in a slash. */
  readonly root: string;
  /** Undefined: Amazon's, from the region. */
  readonly endpoint: string | undefined;
  /** Undefined: from AWS_REGION or the profile. */
  readonly region: string | undefined;
  /** As it may be shown. */
  readonly shown: string;
}

const badAddress = (problem: string, hint: string) =>
  rejected(`PARLANCE_BLOBS_URL: ${problem}`, { code: "bad-setting", hint });

const shape = "Write it as s3://bucket/prefix?endpoint=https://host&region=name.";

/** @throws ParlanceError rejected `bad-setting`, whose message never contains the address: there may be a password in it */
export const readS3Address = (text: string): S3Address => {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    throw badAddress(
      "credentials do not belong in the address.",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead.",
    );
  const bucket = url.hostname;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw badAddress(
      "it names no bucket (3 to 63 small letters, digits, dots and hyphens).",
      shape,
    );
  const { endpoint, region, ...others } = Object.fromEntries(url.searchParams);
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw badAddress(
      `${JSON.stringify(unknown)} is not known; endpoint and region are.`,
      /key|secret|token|password/iu.test(unknown)
        ? "Credentials are set as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        : shape,
    );
  const server = endpoint === undefined ? undefined : URL.parse(endpoint);
  if (server === null || (server && !/^https?:$/.test(server.protocol)))
    throw badAddress("the endpoint is no http:// or https:// address.", shape);
  if (server && (server.username !== "" || server.password !== ""))
    throw badAddress(
      "credentials do not belong in the endpoint.",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead.",
    );
  const prefix = url.pathname.split("/").filter(Boolean).join("/");
  if (!/^[\w./-]*$/.test(prefix))
    throw badAddress("the prefix has other characters than letters, digits, . _ - and /.", shape);
  return {
    bucket,
    root: prefix === "" ? "" : `${prefix}/`,
    endpoint,
    // Servers of one's own check the region's name only as a part of the signature.
    region: region ?? (endpoint === undefined ? undefined : "us-east-1"),
    shown: `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}${server ? ` at ${server.host}` : ""}`,
  };
};
