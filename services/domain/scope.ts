// The scope: on whose behalf something is done. Rows, indexes and files are only reached within a scope.
import { defaultOrganization, type OrganizationId } from "./ids.ts";

/** Who asks. Accounts will add people and keys; until then a request may come from anyone who can reach the server. */
export type Caller =
  | { readonly kind: "anyone" }
  /** A stage of the pipeline, the reconciler, or the command line on its own home. */
  | { readonly kind: "worker" };

export interface Scope {
  readonly organization: OrganizationId;
  readonly caller: Caller;
}

/** The scope of every request until there are accounts. */
export const defaultScope: Scope = {
  organization: defaultOrganization,
  caller: { kind: "anyone" },
};

/** The scope of work without a request: jobs and repairs of an organization. */
export const workerScope = (organization: OrganizationId): Scope => ({
  organization,
  caller: { kind: "worker" },
});
