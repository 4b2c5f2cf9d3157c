// Errors of an S3 store as errors for people: what is wrong with the store, and what to do about it.
import { diskFull } from "#services/domain/disk-full.ts";
import { ParlanceError, unavailable } from "#services/domain/errors.ts";

interface S3Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const failureOf = (error: unknown): S3Failure =>
  typeof error === "object" && error !== null ? error : {};

const statusOf = (error: unknown): number | undefined => failureOf(error).$metadata?.httpStatusCode;

/** Whether an object, a version or an upload is not there. A missing bucket is another thing, except where the answer has no body. */
export const isMissing = (error: unknown): boolean => {
  const { name } = failureOf(error);
  return name !== "NoSuchBucket" && statusOf(error) === 404;
};

export const isDenied = (error: unknown): boolean =>
  statusOf(error) === 403 || failureOf(error).name === "AccessDenied";

/** Whether the server does not know this kind of request at all. */
export const isNotImplemented = (error: unknown): boolean =>
  statusOf(error) === 501 || statusOf(error) === 405 || failureOf(error).name === "NotImplemented";

const full = /^(InsufficientStorage|QuotaExceeded|XMinioStorageFull|StorageFull)/u;

export const noBucket = (shown: string, cause: unknown): ParlanceError =>
  unavailable(`There is no bucket for ${shown}.`, {
    code: "blobs-no-bucket",
    hint: "Make the bucket, or correct PARLANCE_BLOBS_URL.",
    cause,
  });

/** Any error of a request as one for people; one of ours stays as it is. @param shown the store's address */
export const s3Problem = (error: unknown, shown: string): ParlanceError => {
  if (error instanceof ParlanceError) return error;
  const { name = "", code = "", message = "" } = failureOf(error);
  const status = statusOf(error);
  if (name === "NoSuchBucket") return noBucket(shown, error);
  if (full.test(name) || status === 507)
    return diskFull("the store of files took no more", {
      cause: error,
      hint: `Make room at ${shown}; everything saved before is intact, and searching still works.`,
    });
  if (name === "CredentialsProviderError")
    return unavailable(`There are no credentials for ${shown}.`, {
      code: "blobs-denied",
      hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another way of the AWS SDK.",
      cause: error,
    });
  if (isDenied(error))
    return unavailable(`${shown} refused: ${name}${message === "" ? "" : `, ${message}`}.`, {
      code: "blobs-denied",
      hint: "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights: list, get, put and delete objects and their versions.",
      cause: error,
    });
  if (
    status === 301 ||
    name === "AuthorizationHeaderMalformed" ||
    /Region is missing/u.test(message)
  )
    return unavailable(`${shown} is in another region than the settings say.`, {
      code: "blobs-wrong-region",
      hint: "Give the region in PARLANCE_BLOBS_URL (?region=…), or set AWS_REGION.",
      cause: error,
    });
  const said = [code || name, message].filter(Boolean).join(": ") || `status ${status}`;
  return unavailable(`${shown} does not answer as it should (${said}).`, {
    code: "blobs-unreachable",
    hint: "Check that the store of files runs and can be reached; what was begun is tried again.",
    cause: error,
  });
};
