// Sealed values after a change of the secret: all are sealed again, and no column is forgotten.
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aStore, type TestStore } from "#services/store/store.builders.ts";
import { addSignInProvider, addUser, findUser } from "#services/store/store.ts";
import { accountsOn, anOrigin } from "./accounts.builders.ts";
import { makeLink, makeSetupLink, newUser } from "./links.ts";
import { change } from "./parts.ts";
import { providerSecretsOf, registrationOf, totpOf } from "./sealed-for.ts";
import { readAuditKey, sealAgain, sealedColumns } from "./sealing.ts";
import { openKeyring } from "./secrets.ts";
import { beginSession, refreshSession } from "./sessions.ts";

const [old, next] = ["Zr8#fWq2mLx9TtVb5nKc7GhYd4PsJe6A", "Qm3!vHs8kPd5WzYc1rXb9LtNf6JgEa2U"];
const before = openKeyring({ current: old });
const between = openKeyring({ current: next, previous: old });
const after = openKeyring({ current: next });

let store: TestStore;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
});
afterEach(() => remove());

type Texts = Readonly<Record<string, unknown>>;

/** Every text of every table, with the column that it stands in. */
const everyText = async (): Promise<(readonly [column: string, text: string])[]> => {
  const { rows } = store.database.system;
  const tables = await rows.introspection.getTables();
  const found = [];
  for (const { name } of tables) {
    const all: Texts[] = await rows
      .selectFrom(name as "users")
      .selectAll()
      .execute();
    for (const row of all)
      for (const [column, value] of Object.entries(row))
        if (typeof value === "string") found.push([`${name}.${column}`, value] as const);
  }
  return found;
};

const sealedWith = async (mark: string): Promise<string[]> => [
  ...new Set(
    (await everyText()).filter(([, text]) => text.startsWith(mark)).map(([column]) => column),
  ),
];

/** A value in every column that is sealed, as the server writes it. */
const filled = async () => {
  const { database } = store;
  const clock = { now: Date.now() };
  const { parts } = accountsOn(store, clock, { secret: old });
  await readAuditKey(database, before);
  const user = newUser(parts, {
    email: "vera@example.org",
    name: "Vera",
    password_hash: null,
    verified_at: clock.now,
  });
  const seal = (secret: string) => before.seal(secret, totpOf(user.id));
  await addUser(database.system.rows, {
    ...user,
    totp: seal("JBSWY3DPEHPK3PXP"),
    totp_pending: seal("KRSXG5CTMVRXEZLU"),
  });
  const setup = (await makeSetupLink(parts, anOrigin.url, "known")) ?? "";
  const email = "new@example.org";
  const of = { in_organization: null, user_id: null, email, role: null, made_by: null };
  const sealed = before.seal("a registration", registrationOf(email));
  await change(parts, (rows) =>
    makeLink(parts, rows, { kind: "verify", ...of, sealed }, anOrigin.url),
  );
  await addSignInProvider(database.system.rows, {
    ...{ id: "work", kind: "oidc", name: "Work", state: "off", settings: "{}" },
    sealed: before.seal('{"clientSecret":"hush"}', providerSecretsOf("work")),
    ...{ revision: 1, created_at: clock.now, changed_at: clock.now },
  });
  return { user, clock, setup, email };
};

describe("a change of the secret", () => {
  it("leaves nothing in any table that needs the secret of before", async () => {
    const { user, clock, setup, email } = await filled();
    const known = sealedColumns.map(({ table, column }) => `${table}.${column}`);
    const written = await sealedWith(before.mark);
    // The next token of a session has a test of its own: it needs a member.
    expect(written.toSorted()).toEqual(
      known.filter((column) => column !== "refresh_tokens.answer").toSorted(),
    );
    await sealAgain({ database: store.database, keyring: between });
    expect(await sealedWith(before.mark)).toEqual([]);
    expect((await sealedWith(after.mark)).toSorted()).toEqual(written.toSorted());
    const kept = await findUser(store.database.system.rows, user.id);
    expect(after.open(kept?.totp ?? "", totpOf(user.id))).toBe("JBSWY3DPEHPK3PXP");
    expect(after.open(kept?.totp_pending ?? "", totpOf(user.id))).toBe("KRSXG5CTMVRXEZLU");
    const link = await store.database.system.rows
      .selectFrom("links")
      .select("sealed")
      .where("email", "=", email)
      .executeTakeFirstOrThrow();
    expect(after.open(link.sealed ?? "", registrationOf(email))).toBe("a registration");
    const renewed = accountsOn(store, clock, { secret: next }).parts;
    expect(await makeSetupLink(renewed, anOrigin.url, "known")).toBe(setup);
  });

  it("leaves the answer that a lost one is repeated from", async () => {
    const clock = { now: Date.now() };
    const accounts = accountsOn(store, clock, { secret: old });
    const email = "olga@example.org";
    await accounts.makeFirstOwner({ email, name: "Olga", password: "gravel otter lantern nine" });
    const { parts } = accounts;
    const { rows } = store.database.system;
    const owner = await rows.selectFrom("users").selectAll().executeTakeFirstOrThrow();
    const { organization } = store.scope;
    const who = { user: owner.id, name: owner.name, organization, by: "password" };
    const { refresh } = await change(parts, (inside) => beginSession(parts, inside, who, anOrigin));
    const given = await refreshSession(parts, refresh, anOrigin);
    expect(await sealedWith(before.mark)).toEqual(["refresh_tokens.answer"]);
    await sealAgain({ database: store.database, keyring: between });
    const renewed = accountsOn(store, clock, { secret: next }).parts;
    expect((await refreshSession(renewed, refresh, anOrigin)).refresh).toBe(given.refresh);
  });

  it("goes on behind a value that nobody can open, and through more rows than are read at a time", async () => {
    const { parts } = accountsOn(store, { now: Date.now() }, { secret: old });
    const lost = openKeyring({ current: "Wx4$kTn9bRv2QpMz7cLf5HjYg8DsEa3U" });
    await change(parts, async (rows) => {
      for (let at = 0; at < 1100; at++) {
        const user = newUser(parts, {
          email: `person${at}@example.org`,
          name: "P",
          password_hash: null,
          verified_at: null,
        });
        const ring = at % 3 === 0 ? lost : before;
        await addUser(rows, { ...user, totp: ring.seal("JBSWY3DPEHPK3PXP", totpOf(user.id)) });
      }
    });
    await sealAgain({ database: store.database, keyring: between });
    const texts = (await everyText()).filter(([column]) => column === "users.totp");
    const count = (mark: string) => texts.filter(([, text]) => text.startsWith(mark)).length;
    expect([count(before.mark), count(after.mark), count(lost.mark)]).toEqual([0, 733, 367]);
  });
});

describe("the columns of all tables", () => {
  /**
   * The reviewed list is not renewed by a flag: whoever adds a column says in `sealedColumns` that it holds sealed values, or writes
   * it into the list. Ids (80 characters) are too short for a sealed value.
   */
  it("are known to be sealed, or to be plain", async () => {
    const schema = await readFile(new URL("../store/schema.mariadb.sql", import.meta.url), "utf8");
    const wide = [...schema.matchAll(/^(\w+) \((.+)\)$/gmu)].flatMap(([, table, columns = ""]) =>
      [...columns.matchAll(/(\w+) (?:varchar\(300\)|longtext)/gu)].map(
        ([, column]) => `${table}.${column}`,
      ),
    );
    expect(wide.length).toBeGreaterThan(100);
    const sealed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
    expect(sealed.filter((column) => !wide.includes(column))).toEqual([]);
    const listed = await readFile(new URL("plain-columns.txt", import.meta.url), "utf8");
    const plain = listed.split("\n").flatMap((line) => {
      const [, table, columns] = /^(\w+): (.+)$/u.exec(line) ?? [];
      return columns?.split(" ").map((column) => `${table}.${column}`) ?? [];
    });
    expect(wide.filter((column) => !sealed.includes(column)).toSorted()).toEqual(plain.toSorted());
  });
});
