// The scope: on whose behalf something is done. Rows, indexes and files are only reached within one.
import { defaultOrganization, type OrganizationId } from "./ids.ts";

/** Who asks. Accounts will add people and keys; until then a request comes from anyone who reaches the server. */
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

/** The scope of work that nobody waits for: jobs and repairs of an organization. */
export const workerScope = (organization: OrganizationId): Scope => ({
  organization,
  caller: { kind: "worker" },
});
