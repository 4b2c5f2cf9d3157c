// Failures in the shape that SCIM clients read (RFC 7644, section 3.12).
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ScimError, scimUrn } from "#services/contract/scim.ts";
import type { ParlanceError } from "#services/domain/errors.ts";
import { statusOf } from "./problem.ts";

/** As SCIM names them; others have no name there. */
const types: ReadonlyMap<string, string> = new Map([
  ["address-taken", "uniqueness"],
  ["name-taken", "uniqueness"],
  ["bad-filter", "invalidFilter"],
  ["bad-path", "invalidPath"],
  ["no-target", "noTarget"],
  ["bad-request", "invalidValue"],
  ["unknown-role", "invalidValue"],
  ["bad-json", "invalidSyntax"],
]);

export const answerScimError = (c: Context, error: ParlanceError): Response => {
  const status = error.status ?? statusOf[error.kind];
  const scimType = types.get(error.code);
  const body: ScimError = {
    schemas: [scimUrn.error],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: error.hint === undefined ? error.message : `${error.message} ${error.hint}`,
  };
  const headers: Record<string, string> = { "content-type": "application/scim+json" };
  if (status === 503 || status === 429)
    headers["retry-after"] = String(error.data["retryAfterSeconds"] ?? 1);
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, headers);
};
