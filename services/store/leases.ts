// Leases: what only one process at a time may do, agreed by rows of the database, so that it holds between machines.
import { ParlanceError } from "#services/domain/errors.ts";
import type { Database } from "./opened-database.ts";

/** One who lives renews far more often; one who does not has lost it after so long. */
export const LEASE_MS = 20_000;
const RELEASE_AGAIN_MS = 1000;

export interface LeaseHolder {
  /** The server, and the process of it. */
  readonly host: string;
  readonly owner: string;
}

export interface Lease {
  readonly name: string;
  readonly token: string;
}

export interface Leases {
  /**
   * Takes it for `LEASE_MS`; undefined where another one, or this process itself, has it. Where it fails, it may have been taken all
   * the same: then it is given back as soon as the database answers.
   */
  take(name: string): Promise<Lease | undefined>;
  /** False where it is another's by now. One whose time is over, but which nobody took, is renewed too. */
  renew(lease: Lease): Promise<boolean>;
  /** Whether it is still the same one's; time that is over counts only once another has taken it. */
  isOwn(lease: Lease): Promise<boolean>;
  /** Whether anybody has it now. */
  isHeld(name: string): Promise<boolean>;
  release(lease: Lease): Promise<void>;
  /**
   * Releases it as soon as the database answers again. It would not run out by itself: a server renews all that its living processes
   * hold. Not waited for, since the work is done.
   */
  releaseLater(lease: Lease): void;
  /** All that a process of this server has begin anew: it lives, although it may be too busy to say so itself. */
  renewAllOf(holder: LeaseHolder): Promise<void>;
  /** The process, or the whole server where none is named, is dead: what it had is free. */
  releaseAllOf(holder: Pick<LeaseHolder, "host"> & Partial<LeaseHolder>): Promise<void>;
}

export const openLeases = (
  { system, now, newId }: Pick<Database, "system" | "now" | "newId">,
  holder: LeaseHolder,
): Leases => {
  const { rows: db } = system;
  const own = ({ name, token }: Lease) =>
    db.selectFrom("leases").select("name").where("name", "=", name).where("token", "=", token);
  const release = async ({ name, token }: Lease) => {
    await db.deleteFrom("leases").where("name", "=", name).where("token", "=", token).execute();
  };
  const releaseLater = (lease: Lease) => {
    setTimeout(() => {
      release(lease).catch((error: unknown) => {
        // Anything else does not pass: the database was closed.
        if (error instanceof ParlanceError && error.kind === "unavailable") releaseLater(lease);
      });
    }, RELEASE_AGAIN_MS).unref();
  };
  const take = (lease: Lease): Promise<Lease | undefined> =>
    // Transactions over all organizations go one after another: nobody takes it between the look and the write.
    system.transaction(async (rows) => {
      const { name, token } = lease;
      const at = now();
      const held = await rows
        .selectFrom("leases")
        .select("until")
        .where("name", "=", name)
        .executeTakeFirst();
      if (held !== undefined && held.until > at) return undefined;
      const taken = { ...holder, token, until: at + LEASE_MS };
      if (held === undefined)
        await rows
          .insertInto("leases")
          .values({ name, ...taken })
          .execute();
      else await rows.updateTable("leases").set(taken).where("name", "=", name).execute();
      return lease;
    });
  return {
    async take(name) {
      const lease = { name, token: newId() };
      try {
        return await take(lease);
      } catch (error) {
        // The connection may have ended after the commit was sent.
        releaseLater(lease);
        throw error;
      }
    },
    release,
    releaseLater,
    async renew({ name, token }) {
      // Asked beside the write: where nothing changes, MariaDB counts no row.
      await db
        .updateTable("leases")
        .set({ until: now() + LEASE_MS })
        .where("name", "=", name)
        .where("token", "=", token)
        .execute();
      return (await own({ name, token }).executeTakeFirst()) !== undefined;
    },
    isOwn: async (lease) => (await own(lease).executeTakeFirst()) !== undefined,
    async isHeld(name) {
      const held = await db
        .selectFrom("leases")
        .select("name")
        .where("name", "=", name)
        .where("until", ">", now())
        .executeTakeFirst();
      return held !== undefined;
    },
    async renewAllOf({ host, owner }) {
      await db
        .updateTable("leases")
        .set({ until: now() + LEASE_MS })
        .where("host", "=", host)
        .where("owner", "=", owner)
        .execute();
    },
    async releaseAllOf({ host, owner }) {
      const held = db.deleteFrom("leases").where("host", "=", host);
      await (owner === undefined ? held : held.where("owner", "=", owner)).execute();
    },
  };
};
