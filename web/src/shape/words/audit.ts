// Entries of the audit log, and the outcome of its check, as words.
import type { z } from "zod";
import type { AuditEntry, auditCheck } from "#services/contract/organizations.ts";
import { count, counted } from "./numbers.ts";

/** "role: admin, was: member". */
export const detailsText = ({ details }: AuditEntry): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${value === null ? "none" : String(value)}`)
    .join(", ");

export const checkText = ({ ok, entries, brokenAt }: z.infer<typeof auditCheck>): string => {
  if (ok) return `Nothing was changed or removed in ${counted(entries, "entry", "entries")}.`;
  return brokenAt === null
    ? "The log was changed: its entries do not fit each other."
    : `The log was changed: entry ${count(brokenAt)} does not fit those before it.`;
};
