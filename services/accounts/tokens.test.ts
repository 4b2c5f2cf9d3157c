// Attacks on tokens: other algorithms, keys, kinds, claims and times. None is taken.
import { createHmac, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lookId } from "#services/domain/ids.ts";
import { anOrigin, someAccounts, type TestAccounts } from "./accounts.builders.ts";
import { refreshSession } from "./sessions.ts";

let held: TestAccounts;
beforeAll(async () => {
  held = await someAccounts();
});
afterAll(() => held.remove());

const identify = (token: string, path = "/api/v1/collections") =>
  held.accounts.callers.identify({
    authorization: `Bearer ${token}`,
    ticket: undefined,
    path,
  });

const isTaken = async (token: string): Promise<boolean> =>
  identify(token).then(
    ({ caller }) => caller.kind !== "nobody",
    () => false,
  );

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

interface Made {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: Uint8Array;
  readonly hash?: string;
}

/** A token like the owner's, but for what is said; signed with the right key unless another one is given. */
const made = ({ header = {}, claims = {}, key, hash = "sha256" }: Made): string => {
  const [head = "", body = ""] = held.owner.access.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const without = (given: object) =>
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const signed = `${encoded(without({ ...read(head), ...header }))}.${encoded(without({ ...read(body), ...claims }))}`;
  const right = held.accounts.parts.keyring.key("access-token").key;
  return `${signed}.${createHmac(hash, key ?? right)
    .update(signed)
    .digest("base64url")}`;
};

const seconds = () => Math.floor(held.clock.now / 1000);

const headers = (): object[] => [
  ...[
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    "HS384",
    "HS512",
    "RS256",
    "ES256",
    "EdDSA",
    "PS512",
    "dir",
  ].map((alg) => ({ alg })),
  ...[
    "JWT",
    "at+jwt ",
    "AT+JWT-",
    "ticket+jwt",
    "second-factor+jwt",
    "operator+jwt",
    "look+jwt",
    "id_token",
    "",
    undefined,
    null,
    7,
    ["at+jwt"],
  ].map((typ) => ({ typ })),
  ...[
    "",
    "0",
    "../../etc/passwd",
    "/dev/null",
    "' or 1=1 --",
    "current",
    "a".repeat(5000),
    undefined,
    null,
    0,
    {},
    [],
  ].map((kid) => ({ kid })),
  { crit: ["exp"] },
  { crit: ["b64"], b64: false },
  { crit: [] },
];

const claims = (): object[] => [
  ...[
    "",
    "parlance-file",
    "parlance-operator",
    "parlance-second-factor",
    "*",
    undefined,
    null,
    1,
    [],
  ].map((aud) => ({ aud })),
  ...[
    "",
    "Parlance",
    "https://parlance",
    "parlance.example.org",
    undefined,
    null,
    1,
    ["parlance"],
  ].map((iss) => ({ iss })),
  ...[seconds() - 31, 0, -1, 1e300, "9999999999", undefined, null, {}, true].flatMap((exp) =>
    exp === 1e300 ? [] : [{ exp }],
  ),
  ...[seconds() + 31, 9_999_999_999, "0", undefined, null].map((nbf) => ({ nbf })),
  ...["x", undefined, null].map((iat) => ({ iat })),
  ...[
    "",
    "usr_0000000000000000",
    "usr_' or 1=1",
    "operator",
    undefined,
    null,
    1,
    { $ne: null },
  ].map((sub) => ({ sub })),
  ...["", "sig_0000000000000000", "*", undefined, null, 1].map((sid) => ({ sid })),
  ...["", "org_elsewhere", "*", "org_default' --", undefined, null, 1].map((org) => ({ org })),
];

describe("tokens", () => {
  it("are taken as they are made here", async () => {
    expect(await isTaken(held.owner.access)).toBe(true);
    expect(await isTaken(made({}))).toBe(true);
    // Clocks may differ by half a minute.
    expect(await isTaken(made({ claims: { exp: seconds() - 29 } }))).toBe(true);
  });

  it("are refused with another header, another claim, another key", async () => {
    const keyring = held.accounts.parts.keyring;
    const forged = [
      ...headers().map((header) => made({ header })),
      ...claims().map((one) => made({ claims: one })),
      ...["sha384", "sha512"].map((hash) =>
        made({ hash, header: { alg: hash.replace("sha", "HS") } }),
      ),
      ...(["ticket", "operator", "seal"] as const).map((purpose) =>
        made({ key: keyring.key(purpose).key }),
      ),
      made({ key: new Uint8Array(32) }),
      made({ key: new TextEncoder().encode("secret") }),
      made({ key: randomBytes(32) }),
      made({ key: new TextEncoder().encode("parlance") }),
    ];
    for (const token of forged) expect([token, await isTaken(token)]).toEqual([token, false]);
    expect(forged.length).toBeGreaterThan(90);
  });

  it("are refused with keys that they bring along", async () => {
    const key = randomBytes(32);
    for (const header of [
      { jwk: { kty: "oct", k: Buffer.from(key).toString("base64url") } },
      { jku: "https://evil.example/keys.json" },
      { x5u: "https://evil.example/chain.pem" },
      { x5c: [encoded("certificate")] },
    ])
      expect(await isTaken(made({ header, key }))).toBe(false);
  });

  it("are refused where they are cut, longer, or not of their own parts", async () => {
    const { access } = held.owner;
    const [head = "", body = "", seal = ""] = access.split(".");
    const other = made({ claims: { sub: "usr_0000000000000000" } }).split(".");
    const forged = [
      "",
      ".",
      "..",
      "...",
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}..${seal}`,
      `.${body}.${seal}`,
      `${access}.`,
      `${access}.${seal}`,
      `${access}=`,
      `${head}.${other[1]}.${seal}`,
      `${other[0]}.${other[1]}.${seal}`,
      `${head}.${body}.${other[2]}`,
      `${head}.${body}.${seal.slice(0, -2)}`,
      `${access.slice(0, -1)}${access.endsWith("A") ? "Q" : "A"}`,
      access.toUpperCase(),
      access.split("").reverse().join(""),
      encoded(access),
      "null",
      "undefined",
      "parlance_",
      `parlance_${"a".repeat(50)}`,
      held.owner.refresh,
    ];
    for (const token of forged) expect([token, await isTaken(token)]).toEqual([token, false]);
    // Every byte of the signature counts.
    const bytes = Buffer.from(seal, "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(await isTaken(`${head}.${body}.${flipped.toString("base64url")}`)).toBe(false);
    }
  });

  it("of one kind are not taken for another", async () => {
    const { parts, callers } = held.accounts;
    const own = await parts.tokens.readAccess(held.owner.access);
    const ticket = await parts.tokens.ticket({ ...own, path: "/api/v1/audit/export" });
    const half = await parts.tokens.secondFactor({ user: own.user, id: "x", by: "password" });
    expect(await isTaken(ticket)).toBe(false);
    expect(await isTaken(half)).toBe(false);
    await expect(parts.tokens.readSecondFactor(held.owner.access)).rejects.toMatchObject({
      code: "signed-out",
    });
    const look = { look: lookId("0".repeat(16)), user: own.user, by: own.user };
    const looking = await parts.tokens.look({ ...look, organization: own.organization });
    expect(await parts.tokens.readLook(looking)).toMatchObject(look);
    // It was signed here, and no look was begun.
    expect(await isTaken(looking)).toBe(false);
    for (const token of [held.owner.access, ticket, half])
      await expect(parts.tokens.readLook(token)).rejects.toMatchObject({ code: "signed-out" });
    await expect(parts.tokens.readAccess(looking)).rejects.toMatchObject({ code: "signed-out" });
    await expect(parts.tokens.readOperator(held.owner.access)).rejects.toMatchObject({
      code: "signed-out",
    });
    await expect(parts.tokens.readTicket(held.owner.access)).rejects.toMatchObject({
      code: "signed-out",
    });
    const at = (path: string) =>
      callers.identify({ authorization: undefined, ticket, path }).then(
        ({ caller }) => caller.kind,
        () => "refused",
      );
    expect(await at("/api/v1/audit/export")).toBe("user");
    for (const path of ["/api/v1/audit", "/api/v1/audit/export/", "/api/v1/members", ""])
      expect(await at(path)).toBe("refused");
    // What another server of the same kind signed.
    const foreign = await new SignJWT({ sid: own.session, org: own.organization })
      .setProtectedHeader({
        alg: "HS256",
        typ: "at+jwt",
        kid: parts.keyring.key("access-token").id,
      })
      .setIssuer("parlance")
      .setAudience("parlance-api")
      .setSubject(own.user)
      .setIssuedAt(seconds())
      .setNotBefore(seconds())
      .setExpirationTime(seconds() + 60)
      .sign(randomBytes(32));
    expect(await isTaken(foreign)).toBe(false);
  });

  it("end with their session, and a copied refresh token ends it", async () => {
    const { parts, callers } = held.accounts;
    const first = await refreshSession(parts, held.owner.refresh, anOrigin);
    expect(await isTaken(first.access)).toBe(true);
    held.clock.now += 21_000;
    await expect(refreshSession(parts, held.owner.refresh, anOrigin)).rejects.toMatchObject({
      code: "signed-out",
    });
    callers.forget();
    expect(await isTaken(first.access)).toBe(false);
    const log = await parts.audit.list(
      parts.database.within({
        organization: "org_default" as never,
        caller: { kind: "worker" },
        collections: "all",
      }).rows,
      { action: "session.end", limit: 5 },
    );
    expect(log[0]?.details).toMatchObject({ why: "stolen" });
  });
});
