// What counts as the same person, key or link, on every kind of database: nothing that only looks alike, or is written in other letters.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apiKeyId, invitationId, teamId, userId, userSessionId } from "#services/domain/ids.ts";
import type { UserRow } from "../account-tables.ts";
import { aStore, type TestStore } from "../store.builders.ts";
import {
  addApiKey,
  addIdentity,
  addLink,
  addPasskey,
  addRefreshToken,
  addTeam,
  addUser,
  findApiKey,
  findIdentity,
  findLink,
  findPasskey,
  findRefreshToken,
  findUserByEmail,
  foldedEmail,
  listTeams,
  renameTeam,
  saveTries,
  spend,
  triesOf,
} from "../store.ts";

let store: TestStore;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
});
afterEach(() => remove());

const all = () => store.database.system.rows;

const addPerson = async (name: string, email: string): Promise<UserRow["id"]> => {
  const id = userId(name);
  await addUser(all(), {
    id,
    email,
    name,
    password_hash: null,
    state: "active",
    created_at: 1,
    verified_at: null,
    totp: null,
    totp_pending: null,
    totp_step: 0,
    preferences: "{}",
  });
  return id;
};

describe("an e-mail address", () => {
  it("is the same in upper and lower case, with spaces around, and with accents written either way", async () => {
    const olga = await addPerson("olga", "Olga@Example.org");
    const jose = await addPerson("jose", "jos\u00e9@example.org");
    for (const same of ["olga@example.org", "OLGA@EXAMPLE.ORG", " olga@example.org\n"])
      expect((await findUserByEmail(all(), same))?.id).toBe(olga);
    for (const same of [
      "jose\u0301@example.org",
      "JOSE\u0301@EXAMPLE.ORG",
      "JOS\u00c9@example.org",
    ])
      expect((await findUserByEmail(all(), same))?.id).toBe(jose);
    await expect(addPerson("other", "OLGA@example.ORG")).rejects.toThrow();
    await expect(addPerson("other", "JOSE\u0301@example.org")).rejects.toThrow();
  });

  it.each([
    ["an accent", "\u00f6lga@example.org"],
    ["no accent", "olg@example.org"],
    ["a full-width letter", "\uff4flga@example.org"],
    ["a Cyrillic letter", "\u043elga@example.org"],
    ["an invisible letter", "ol\u200bga@example.org"],
    ["a dotless i", "olga@\u0131xample.org"],
    ["a space within", "olga @example.org"],
    ["a sign that stands for any", "olg_@example.org"],
    ["one that stands for all", "%@example.org"],
  ])("is another one with %s", async (_, other) => {
    await addPerson("olga", "olga@example.org");
    expect(await findUserByEmail(all(), other)).toBeUndefined();
    const id = await addPerson("other", other);
    expect((await findUserByEmail(all(), other))?.id).toBe(id);
  });

  it("keeps letters apart that some languages take for one", async () => {
    const names = ["strasse", "stra\u00dfe", "ii", "\u0131i", "ij", "\u0133"];
    const ids = [];
    for (const [at, name] of names.entries())
      ids.push(await addPerson(`p${at}`, `${name}@example.org`));
    for (const [at, name] of names.entries())
      expect((await findUserByEmail(all(), `${name}@example.org`))?.id).toBe(ids[at]);
  });

  it("is folded the same when it is folded again", () => {
    for (const email of [
      "J\u030c@x.org",
      "\u0130@x.org",
      "\u212a@x.org",
      " \u1e9e@x.org",
      "ΑΣ@x.org",
    ])
      expect(foldedEmail(foldedEmail(email))).toBe(foldedEmail(email));
  });

  it("is compared with every space by the database itself", async () => {
    await addPerson("olga", "olga@example.org");
    const found = await all()
      .selectFrom("users")
      .select("id")
      .where("email", "in", ["olga@example.org ", "olga@example.org  ", "OLGA@example.org"])
      .execute();
    expect(found).toEqual([]);
  });
});

describe("how another server names somebody", () => {
  const subjects = [
    "abc",
    "ABC",
    "aBc",
    "abc ",
    " abc",
    "\u00e1bc",
    "a\u0301bc",
    "\u0430bc",
    "uid=J\u00f6rg,ou=K\u00f6ln",
  ];
  const issuer = "https://id.example.org/K\u00f6ln";

  it("is compared letter by letter, in any script", async () => {
    for (const [at, subject] of subjects.entries())
      await addIdentity(all(), {
        issuer,
        subject,
        user_id: userId(`p${at}`),
        provider: "sso",
        email: null,
        role: null,
        created_at: 1,
      });
    for (const [at, subject] of subjects.entries())
      expect((await findIdentity(all(), issuer, subject))?.user_id).toBe(userId(`p${at}`));
    for (const other of ["Abc", "abc  ", "", "abc\u200b"])
      expect(await findIdentity(all(), issuer, other)).toBeUndefined();
    for (const other of [
      issuer.toUpperCase(),
      `${issuer}/`,
      `${issuer} `,
      "https://id.example.org/Koln",
    ])
      expect(await findIdentity(all(), other, "abc")).toBeUndefined();
  });
});

describe("a hash of a key, a link, a token or a passkey", () => {
  const hash = "0a".repeat(32);
  const others = [
    hash.toUpperCase(),
    `${hash} `,
    ` ${hash}`,
    hash.slice(0, -1),
    `${hash.slice(0, -1)}_`,
  ];

  it("finds only itself", async () => {
    const user = await addPerson("olga", "olga@example.org");
    await addApiKey(store.rows, {
      id: apiKeyId("k"),
      user_id: user,
      name: "k",
      prefix: "parlance_k",
      hash,
      scopes: "read",
      collections: null,
      created_at: 1,
      until: null,
      used_at: null,
    });
    await addLink(all(), {
      hash,
      kind: "reset",
      id: invitationId("l"),
      in_organization: null,
      user_id: user,
      email: null,
      role: null,
      made_by: null,
      created_at: 1,
      until: 9,
      used_at: null,
      sealed: null,
    });
    await addRefreshToken(all(), {
      hash,
      session_id: userSessionId("s"),
      until: 9,
      used_at: null,
      answer: null,
    });
    await addPasskey(all(), {
      id: hash,
      user_id: user,
      credential: "AbC",
      public_key: "x",
      counter: 0,
      transports: "",
      site: "example.org",
      name: "Laptop",
      created_at: 1,
      used_at: null,
    });
    const found = async (text: string) => [
      (await findApiKey(all(), text, 2))?.id,
      (await findLink(all(), "reset", text, 2))?.id,
      (await findRefreshToken(all(), text))?.session_id,
      (await findPasskey(all(), text))?.credential,
    ];
    expect(await found(hash)).toEqual([
      apiKeyId("k"),
      invitationId("l"),
      userSessionId("s"),
      "AbC",
    ]);
    for (const other of others) expect(await found(other)).toEqual(Array(4).fill(undefined));
    expect(await findLink(all(), "RESET", hash, 2)).toBeUndefined();
  });
});

describe("what is spent or tried", () => {
  it("is another thing in other letters", async () => {
    const names = ["half abc", "half ABC", "half abc "];
    for (const name of names) expect(await spend(all(), name, 9)).toBe(true);
    for (const name of names) expect(await spend(all(), name, 9)).toBe(false);
    await saveTries(
      all(),
      names.map((name) => ({ name, count: 1, until: 9 })),
    );
    await saveTries(all(), [{ name: "half ABC", count: 2, until: 9 }]);
    const tries = await triesOf(all(), [...names, "HALF abc"], 1);
    expect(names.map((name) => tries.get(name)?.count)).toEqual([1, 2, 1]);
    expect(tries.has("HALF abc")).toBe(false);
  });
});

describe("a name of a team", () => {
  it("is kept as it was given and tells no two teams apart: their ids do", async () => {
    const names = ["Ovens", "ovens", "Ovens", "\u00d6fen", "O\u0308fen", "Ovens ", "窯"];
    for (const [at, name] of names.entries())
      await addTeam(store.rows, { id: teamId(`t${at}`), name, created_at: at });
    const kept = new Map((await listTeams(store.rows)).map(({ id, name }) => [id, name]));
    expect(names.map((_, at) => kept.get(teamId(`t${at}`)))).toEqual(names);
    await renameTeam(store.rows, teamId("t0"), "Bakers");
    const after = (await listTeams(store.rows)).map(({ name }) => name);
    expect(after.filter((name) => name === "Ovens")).toHaveLength(1);
    // The same order on every database.
    expect(after).toEqual(after.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });
});
