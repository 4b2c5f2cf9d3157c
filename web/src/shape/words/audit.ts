// Entries of the audit log, and the outcome of its check, as words.
import type { z } from "zod";
import type { AuditEntry, auditCheck } from "#services/contract/organizations.ts";
import { count, counted } from "./numbers.ts";

/** The name of a member, a team or a collection by its id. */
export type Names = ReadonlyMap<string, string>;

const named = (text: string, names: Names): string =>
  text.replaceAll(/\b[a-z]{3}_\w+/gu, (id) => names.get(id) ?? id);

/** `hasPassword` → "has password". */
const inWords = (name: string): string =>
  name.replaceAll(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);

const valueText = (value: AuditEntry["details"][string]): string => {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
};

/** "role: admin, was: member". */
const detailsText = ({ details }: AuditEntry): string =>
  Object.entries(details)
    .map(([name, value]) => `${inWords(name)}: ${valueText(value)}`)
    .join(", ");

/** What was done to what, with names where they are known. The id of a session says nothing to anybody. */
export const aboutText = (entry: AuditEntry, names: Names): string =>
  [entry.target?.startsWith("sig_") ? null : entry.target, detailsText(entry)]
    .filter((part) => part !== null && part !== "")
    .map((part) => named(part ?? "", names))
    .join(" · ");

/** The command line beside the data is no person. */
export const actorText = ({ actor, actorId }: AuditEntry): string =>
  actor === "operator" && actorId === null ? "Command line" : actor;

export const checkText = ({ ok, entries, brokenAt }: z.infer<typeof auditCheck>): string => {
  if (ok) return `Nothing was changed or removed in ${counted(entries, "entry", "entries")}.`;
  return brokenAt === null
    ? "The log was changed: its entries do not fit each other."
    : `The log was changed: entry ${count(brokenAt)} does not fit those before it.`;
};
