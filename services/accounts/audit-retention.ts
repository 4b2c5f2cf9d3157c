// Removes entries of the audit log that are older than they are kept, so that the chain of those that stay can still be checked.
import type { OrganizationId } from "#services/domain/ids.ts";
import {
  auditFrom,
  everyOrganization,
  lastAuditEntry,
  removeAuditBefore,
  seqOfAuditSince,
} from "#services/store/store.ts";
import { AUDIT_CUT } from "./audit.ts";
import { type AccountParts, change, days, rowsOf } from "./parts.ts";

/** At a time, so that nobody waits long for the transaction; the rest goes an hour later. */
const MOST_AT_ONCE = 10_000;

/** The seal of the last entry that goes is in the log from then on: the first one that stays is checked with it. */
const cut = (parts: AccountParts, organization: OrganizationId, keptSince: number): Promise<void> =>
  change(parts, async (all) => {
    const rows = await rowsOf(parts, all, organization);
    const [first] = await auditFrom(rows, 1, 1);
    if (first === undefined || first.at >= keptSince) return;
    const whole = first.seq + MOST_AT_ONCE;
    const stays = (await seqOfAuditSince(rows, keptSince)) ?? whole;
    const last = await lastAuditEntry(rows, Math.min(stays, whole));
    if (last === undefined) return;
    await removeAuditBefore(rows, last.seq + 1);
    await parts.audit.write(rows, parts.now(), {
      actor: { name: "Parlance", id: null },
      action: AUDIT_CUT,
      target: organization,
      details: { from: first.seq, through: last.seq, seal: last.seal },
    });
  });

/** @param keptDays 0: for ever */
export const cutAuditLogs = async (parts: AccountParts, keptDays: number): Promise<void> => {
  if (keptDays === 0) return;
  const keptSince = parts.now() - days(keptDays);
  for (const { id } of await everyOrganization(parts.database.system.rows))
    await cut(parts, id, keptSince);
};
