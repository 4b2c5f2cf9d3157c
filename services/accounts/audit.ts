// The audit log: entries that each seal the one before, with a key that is not in the database.
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { AuditEntry } from "#services/contract/organizations.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import type { Caller } from "#services/domain/scope.ts";
import {
  type AuditQuestion,
  type AuditRow,
  addAuditEntry,
  auditFrom,
  lastAuditEntry,
  listAudit,
  type Rows,
} from "#services/store/store.ts";

export type AuditDetails = AuditEntry["details"];

/** Tells that older entries were removed, with the seal of the last of them. */
export const AUDIT_CUT = "audit.cut";

export interface AuditEvent {
  readonly actor: { readonly name: string; readonly id: string | null };
  readonly action: string;
  readonly target?: string | null;
  /** Ids, names and numbers; never the text of a message. */
  readonly details?: AuditDetails;
  readonly network?: string | null;
}

export interface AuditLog {
  /** Inside the transaction of what it tells of. */
  write(rows: Rows, at: number, event: AuditEvent): Promise<void>;
  list(rows: Rows, question: AuditQuestion): Promise<AuditEntry[]>;
  /** All entries in order, in pieces. */
  all(rows: Rows): AsyncIterable<readonly AuditEntry[]>;
  /**
   * Goes through all that is kept. `brokenAt`: the first entry that was changed, or before which one is missing that was not removed
   * for its age.
   */
  check(rows: Rows): Promise<{ ok: boolean; entries: number; brokenAt: number | null }>;
}

/** Who did it, as the log names them. */
export const actorOf = (caller: Caller): AuditEvent["actor"] => {
  switch (caller.kind) {
    case "user":
      return { name: caller.name, id: caller.id };
    case "key":
      return { name: `key ${caller.name}`, id: caller.id };
    case "look":
      return { name: `${caller.by.name} as ${caller.name}`, id: caller.by.id };
    case "anyone":
      return { name: "owner (no accounts)", id: null };
    default:
      return { name: caller.kind, id: null };
  }
};

const PAGE = 500;

const shown = (row: AuditRow): AuditEntry => ({
  seq: row.seq,
  at: row.at,
  actor: row.actor,
  actorId: row.actor_id,
  action: row.action,
  target: row.target,
  details: JSON.parse(row.details) as AuditDetails,
  network: row.network,
});

/** Every field in a fixed order, and unambiguous. */
const sealed = (key: Buffer, row: Omit<AuditRow, "seal">, before: string): string =>
  createHmac("sha256", key)
    .update(
      JSON.stringify([
        before,
        row.seq,
        row.at,
        row.actor,
        row.actor_id,
        row.action,
        row.target,
        row.details,
        row.network,
      ]),
    )
    .digest("hex");

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

const usable = (key: Buffer | ParlanceError): Buffer => {
  if (key instanceof ParlanceError) throw key;
  return key;
};

/** Undefined for what somebody changed into no JSON. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const cutDetails = z.object({ through: z.int(), seal: z.string() }).catch({ through: 0, seal: "" });
/** Where the chain begins: at its first entry, or behind those that were removed for their age. */
const beginningOf = async (rows: Rows): Promise<{ seq: number; before: string }> => {
  const [newest] = await listAudit(rows, { action: AUDIT_CUT, limit: 1 });
  if (newest === undefined) return { seq: 1, before: "" };
  // This entry is itself in the chain that is checked: another seal in it would show there.
  const { through, seal } = cutDetails.parse(parsed(newest.details));
  return { seq: through + 1, before: seal };
};

const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

/** @param auditKey seals the entries; an error where it cannot be had, which is thrown by what needs it */
export const openAuditLog = (auditKey: Buffer | ParlanceError): AuditLog => ({
  async write(rows, at, { actor, action, target = null, details = {}, network = null }) {
    const key = usable(auditKey);
    const last = await lastAuditEntry(rows);
    const row = {
      seq: (last?.seq ?? 0) + 1,
      at,
      actor: cut(actor.name),
      actor_id: actor.id,
      action,
      target: target === null ? null : cut(target),
      details: JSON.stringify(details),
      network,
    };
    const seal = sealed(key, row, last?.seal ?? "");
    await addAuditEntry(rows, { ...row, seal });
  },
  list: async (rows, question) => (await listAudit(rows, question)).map(shown),
  async *all(rows) {
    for (let from = 1; ; ) {
      const page = await auditFrom(rows, from, PAGE);
      if (page.length === 0) return;
      yield page.map(shown);
      from = (page.at(-1)?.seq ?? 0) + 1;
    }
  },
  async check(rows) {
    const key = usable(auditKey);
    let { seq, before } = await beginningOf(rows);
    let entries = 0;
    for (;;) {
      // From the first one that there is: one that was removed has not come back.
      const page = await auditFrom(rows, entries === 0 ? 1 : seq, PAGE);
      if (page.length === 0) return { ok: true, entries, brokenAt: null };
      for (const row of page) {
        const isWhole = row.seq === seq && isSame(sealed(key, row, before), row.seal);
        if (!isWhole) return { ok: false, entries, brokenAt: Math.min(seq, row.seq) };
        before = row.seal;
        seq++;
        entries++;
      }
    }
  },
});
