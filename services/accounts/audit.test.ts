// The audit log: written with what it tells of, found again, and any change of it noticed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultOrganization } from "#services/domain/ids.ts";
import { aStore } from "#services/store/store.builders.ts";
import { anOrigin, someAccounts, type TestAccounts } from "./accounts.builders.ts";
import { cutAuditLogs } from "./audit-retention.ts";
import { change, readingOf, rowsOf } from "./parts.ts";
import { readAuditKey, sealAgain } from "./sealing.ts";
import { openKeyring } from "./secrets.ts";

let held: TestAccounts;
beforeAll(async () => {
  held = await someAccounts();
});
afterAll(() => held.remove());

const parts = () => held.accounts.parts;
const log = () => readingOf(parts(), defaultOrganization);

const write = (action: string, target: string) =>
  change(parts(), async (all) =>
    parts().audit.write(await rowsOf(parts(), all, defaultOrganization), held.clock.now, {
      actor: { name: "Olga", id: "usr_olga0000" },
      action,
      target,
      details: { ü: "ö\u0000x", n: 3 },
      network: anOrigin.network,
    }),
  );

describe("the audit log", () => {
  it("tells who did what, the newest first, by action and what begins with it", async () => {
    for (const at of [1, 2, 3]) await write(`thing.change${at}`, `thing ${at}`);
    await write("things", "other");
    const found = await parts().audit.list(log(), { action: "thing", limit: 10 });
    expect(found.map(({ action }) => action)).toEqual([
      "thing.change3",
      "thing.change2",
      "thing.change1",
    ]);
    expect(found[0]).toMatchObject({ actor: "Olga", target: "thing 3", network: "203.0.113.0/24" });
    expect(await parts().audit.list(log(), { actor: "Olga", limit: 2 })).toHaveLength(2);
  });

  it("numbers its entries without a gap, however many write at the same time", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, at) => write("crowd", `${at}`)));
    const entries = await parts().audit.list(log(), { limit: 200 });
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: entries.length }, (_, at) => entries.length - at),
    );
    expect(await parts().audit.check(log())).toMatchObject({ ok: true, entries: entries.length });
  });

  it("is not written where what it tells of is undone", async () => {
    const before = (await parts().audit.check(log())).entries;
    await expect(
      change(parts(), async (all) => {
        await parts().audit.write(await rowsOf(parts(), all, defaultOrganization), 1, {
          actor: { name: "x", id: null },
          action: "undone",
        });
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    expect((await parts().audit.check(log())).entries).toBe(before);
  });

  it.each([
    ["changed", (seq: number) => ({ set: { details: '{"n":4}' }, seq })],
    ["changed in its time", (seq: number) => ({ set: { at: 1 }, seq })],
    ["given another author", (seq: number) => ({ set: { actor: "Eva" }, seq })],
  ] as const)("notices an entry that was %s", async (_, how) => {
    const { system } = parts().database;
    const { set, seq } = how(5);
    const kept = await system.rows
      .selectFrom("audit")
      .selectAll()
      .where("seq", "=", seq)
      .executeTakeFirstOrThrow();
    await system.rows.updateTable("audit").set(set).where("seq", "=", seq).execute();
    expect(await parts().audit.check(log())).toMatchObject({ ok: false, brokenAt: seq });
    const { org_id: _org, ...row } = kept;
    await system.rows.updateTable("audit").set(row).where("seq", "=", seq).execute();
    expect(await parts().audit.check(log())).toMatchObject({ ok: true });
  });

  it("notices an entry that was removed, and one that was put in", async () => {
    const { system } = parts().database;
    const kept = await system.rows
      .selectFrom("audit")
      .selectAll()
      .where("seq", "=", 4)
      .executeTakeFirstOrThrow();
    await system.rows.deleteFrom("audit").where("seq", "=", 4).execute();
    expect(await parts().audit.check(log())).toMatchObject({ ok: false, brokenAt: 4 });
    await system.rows
      .insertInto("audit")
      .values({ ...kept, actor: "forged" })
      .execute();
    expect(await parts().audit.check(log())).toMatchObject({ ok: false, brokenAt: 4 });
  });
});

describe("entries that are older than they are kept", () => {
  let own: TestAccounts;
  beforeAll(async () => {
    own = await someAccounts();
  });
  afterAll(() => own.remove());
  const day = 86_400_000;
  const rows = () => readingOf(own.accounts.parts, defaultOrganization);
  const check = () => own.accounts.parts.audit.check(rows());
  const entries = () => own.accounts.parts.audit.list(rows(), { limit: 200 });
  const told = (action: string) =>
    change(own.accounts.parts, async (all) => {
      const { parts: held } = own.accounts;
      await held.audit.write(await rowsOf(held, all, defaultOrganization), held.now(), {
        actor: { name: "Olga", id: null },
        action,
      });
    });

  it("stay where no number of days is set", async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      await told(`thing.${n}`);
      own.clock.now += day;
    }
    await cutAuditLogs(own.accounts.parts, 0);
    expect((await entries()).some(({ action }) => action === "thing.1")).toBe(true);
    expect(await check()).toMatchObject({ ok: true });
  });

  it("go, which the log tells, and what stays can be checked, also after the next time", async () => {
    await cutAuditLogs(own.accounts.parts, 3);
    const kept = (await entries()).map(({ action }) => action);
    expect(kept).toEqual(["audit.cut", "thing.5", "thing.4", "thing.3"]);
    expect(await check()).toMatchObject({ ok: true, entries: 4 });
    own.clock.now += day;
    await told("thing.6");
    await cutAuditLogs(own.accounts.parts, 3);
    await cutAuditLogs(own.accounts.parts, 3);
    expect((await entries()).map(({ action }) => action)).toEqual([
      ...["audit.cut", "thing.6", "audit.cut", "thing.5", "thing.4"],
    ]);
    expect(await check()).toMatchObject({ ok: true, entries: 5 });
  });

  it("are not what somebody removed or put back, and do not hide a change of what was told of them", async () => {
    const { system } = own.accounts.parts.database;
    const [first] = (await entries()).slice(-1);
    const seq = first?.seq ?? 0;
    const stored = () => system.rows.selectFrom("audit").selectAll().where("seq", "=", seq);
    const row = await stored().executeTakeFirstOrThrow();
    await system.rows.deleteFrom("audit").where("seq", "=", seq).execute();
    expect(await check()).toMatchObject({ ok: false, brokenAt: seq });
    await system.rows.insertInto("audit").values(row).execute();
    expect(await check()).toMatchObject({ ok: true });
    await system.rows
      .insertInto("audit")
      .values({ ...row, seq: 1 })
      .execute();
    expect(await check()).toMatchObject({ ok: false, brokenAt: 1 });
    await system.rows.deleteFrom("audit").where("seq", "=", 1).execute();
    await system.rows
      .updateTable("audit")
      .set({ details: '{"through": 1' })
      .where("action", "=", "audit.cut")
      .execute();
    expect(await check()).toMatchObject({ ok: false });
  });
});

describe("a change of the secret", () => {
  it("leaves the key of the log readable, and the secret of before is not needed any more", async () => {
    const { store, remove } = await aStore();
    const { database } = store;
    const [old, next] = ["Zr8#fWq2mLx9TtVb5nKc7GhYd4PsJe6A", "Qm3!vHs8kPd5WzYc1rXb9LtNf6JgEa2U"];
    try {
      const before = openKeyring({ current: old });
      const key = await readAuditKey(database, before);
      await sealAgain({ database, keyring: openKeyring({ current: next, previous: old }) });
      expect(await readAuditKey(database, openKeyring({ current: next }))).toEqual(key);
      await expect(readAuditKey(database, before)).rejects.toMatchObject({
        code: "unknown-secret",
      });
    } finally {
      await remove();
    }
  });
});
