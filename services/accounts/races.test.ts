// Things that work once, taken by many at the same moment: exactly one has them, on every kind of database.
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { defaultOrganization, invitationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import {
  addLink,
  changeUser,
  listTeams,
  replaceRecoveryCodes,
  spend,
  takeLink,
  takeRecoveryCode,
  takeTotpStep,
} from "#services/store/store.ts";
import {
  accountsWithoutOwner,
  anOrigin,
  anOwner,
  aPassword,
  secretOf,
  someAccounts,
  type TestAccounts,
} from "./accounts.builders.ts";
import { signIn } from "./by-password.ts";
import { finishElsewhere, startElsewhere } from "./elsewhere.ts";
import { acceptInvitation, makeResetLink, resetPassword, setUp } from "./links.ts";
import { invite } from "./organization.ts";
import { change, hashOf, type Person, readingOf } from "./parts.ts";
import { beginTotp, confirmTotp, renewRecoveryCodes } from "./people.ts";
import { aProvider, signingIn } from "./provider-server.builders.ts";
import { refreshSession } from "./sessions.ts";
import { secondFactor } from "./sign-in.ts";

/** At once, and how many times over: 50 by 200 is what `infra/bench/security.md` tells of. */
const AT_ONCE = Number(process.env["PARLANCE_TEST_RACERS"] ?? 12);
const ROUNDS = Number(process.env["PARLANCE_TEST_RACES"] ?? 3);

vi.setConfig({ testTimeout: 120_000 + ROUNDS * 30_000 });

const club = { id: "club", secret: "4f1c0e3c of the club" };

/** Group → team; each round has a team of its own. */
const racedTeams = Array.from({ length: ROUNDS }, (_, round): [string, string] => [
  `crew ${round}`,
  `Crew ${round}`,
]);

let held: TestAccounts;
let person: Person;
let scope: Scope;
let elsewhere: Awaited<ReturnType<typeof aProvider>>;
beforeAll(async () => {
  elsewhere = await aProvider([
    {
      client_id: club.id,
      client_secret: club.secret,
      redirect_uris: [`${anOrigin.url}/api/v1/auth/providers/${club.id}/callback`],
    },
  ]);
  held = await someAccounts([
    {
      ...{ id: club.id, name: "The club", kind: "oidc", issuer: elsewhere.issuer, allowHttp: true },
      ...{ clientId: club.id, clientSecret: club.secret, newAccounts: "anyone" },
      ...{ groupsClaim: "groups", teams: Object.fromEntries(racedTeams) },
    },
  ]);
  const { callers, parts } = held.accounts;
  const identity = await callers.identify({
    authorization: `Bearer ${held.owner.access}`,
    ticket: undefined,
    path: "/",
  });
  if (identity.caller.kind !== "user") throw new Error("The owner is not known.");
  person = identity.caller;
  scope = { organization: defaultOrganization, caller: person, collections: [] };
  expect(parts.mail).toBeUndefined();
});
afterAll(async () => {
  await held.remove();
  elsewhere.close();
});

/** How many of those that tried at the same moment had it. */
const winners = async <T>(work: (at: number) => Promise<T>): Promise<T[]> =>
  (await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, at) => work(at)))).flatMap((one) =>
    one.status === "fulfilled" ? [one.value] : [],
  );

const rounds = async (work: (round: number) => Promise<void>) => {
  for (let round = 0; round < ROUNDS; round++) await work(round);
};

describe("of many at the same moment", () => {
  it("one makes the first owner", async () => {
    const fresh = await accountsWithoutOwner();
    try {
      const { parts, setupLink } = fresh.accounts;
      const token = secretOf(await setupLink(anOrigin.url, "new"));
      const given = { token, name: "Eva", password: aPassword };
      const got = await winners((at) =>
        setUp(parts, { ...given, email: `eva${at}@example.org` }, anOrigin),
      );
      expect(got).toHaveLength(1);
    } finally {
      await fresh.remove();
    }
  });

  it("one refresh gives a new token, and all get the same", async () => {
    const { parts } = held.accounts;
    let { refresh } = held.owner;
    await rounds(async () => {
      const got = await winners(() => refreshSession(parts, refresh, anOrigin));
      expect(new Set(got.map((signed) => signed.refresh)).size).toBe(1);
      expect(got).toHaveLength(AT_ONCE);
      refresh = got[0]?.refresh ?? "";
      const unused = await parts.database.system.rows
        .selectFrom("refresh_tokens")
        .select("hash")
        .where("session_id", "=", person.session)
        .where("used_at", "is", null)
        .execute();
      expect(unused).toHaveLength(1);
    });
  });

  it("one accepts an invitation", async () => {
    const { parts } = held.accounts;
    await rounds(async (round) => {
      const email = `guest${round}@example.org`;
      const { link } = await invite(parts, scope, { email, role: "member" }, anOrigin);
      const given = { token: secretOf(link), name: "Guest", password: aPassword };
      expect(await winners(() => acceptInvitation(parts, given, anOrigin))).toHaveLength(1);
      const users = await parts.database.system.rows
        .selectFrom("users")
        .select("id")
        .where("email", "=", email)
        .execute();
      expect(users).toHaveLength(1);
    });
  });

  it("one sets a new password by a link", async () => {
    const { parts } = held.accounts;
    await rounds(async (round) => {
      const token = secretOf(
        await makeResetLink(parts, { id: person.id, email: anOwner.email }, anOrigin.url),
      );
      const passwords = Array.from(
        { length: AT_ONCE },
        (_, at) => `granite willow ${round} harbour ${at}`,
      );
      const tried = await Promise.allSettled(
        passwords.map((password) => resetPassword(parts, { token, password }, anOrigin)),
      );
      const won = passwords.filter((_, at) => tried[at]?.status === "fulfilled");
      expect(won).toHaveLength(1);
      const given = { email: "olga@example.org", password: won[0] ?? "" };
      expect((await signIn(parts, given, anOrigin)).kind).toBe("signed-in");
    });
  });

  it("one uses a code, and one a recovery code", async () => {
    const { parts } = held.accounts;
    const { link } = await invite(
      parts,
      scope,
      { email: "vera@example.org", role: "member" },
      anOrigin,
    );
    const accepted = await acceptInvitation(
      parts,
      { token: secretOf(link), name: "Vera", password: aPassword },
      anOrigin,
    );
    if (accepted.kind !== "signed-in") throw new Error("Vera is not in.");
    const { caller } = await held.accounts.callers.identify({
      authorization: `Bearer ${accepted.access}`,
      ticket: undefined,
      path: "/",
    });
    if (caller.kind !== "user") throw new Error("Vera is not known.");
    const { secret } = await beginTotp(parts, caller, aPassword, anOrigin.address);
    const codeNow = () =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: held.clock.now });
    const who = { organization: defaultOrganization, person: caller };
    let codes = await confirmTotp(parts, who, codeNow(), anOrigin);
    // As a sign-in with the password gives it.
    const half = () =>
      parts.tokens.secondFactor({ user: caller.id, id: parts.newId(), by: "password" });
    await rounds(async (round) => {
      // What was tried before is forgotten, and the code is another one.
      held.clock.now += 16 * 60_000;
      const halves = await Promise.all(Array.from({ length: AT_ONCE }, half));
      const code = codeNow();
      const byCode = await winners((at) =>
        secondFactor(parts, { token: halves[at] ?? "", code }, anOrigin),
      );
      expect(byCode).toHaveLength(1);
      held.clock.now += 16 * 60_000;
      const more = await Promise.all(Array.from({ length: AT_ONCE }, half));
      if (round > 0 && round % codes.length === 0)
        codes = await renewRecoveryCodes(parts, who, aPassword, anOrigin);
      const recovery = codes[round % codes.length] ?? "";
      const byRecovery = await winners((at) =>
        secondFactor(parts, { token: more[at] ?? "", code: recovery }, anOrigin),
      );
      expect(byRecovery).toHaveLength(1);
    });
  });

  it("one comes back from a provider, and the others' state was used", async () => {
    const { parts } = held.accounts;
    await rounds(async (round) => {
      // The clock is the one that the provider's tokens are checked by.
      held.clock.now = Date.now();
      const { location, cookie } = await startElsewhere(parts, club.id, undefined);
      const url = await signingIn(location, { login: "ada", until: anOrigin.url });
      const address = `198.51.${Math.floor(round / 200)}.${round % 200}`;
      const got = await winners(() =>
        finishElsewhere(parts, club.id, { url, cookie }, { ...anOrigin, address }),
      );
      expect(got).toHaveLength(1);
    });
  });
});

describe("many who sign in at the same moment", () => {
  it("make the team of their group once, and are all in it", async () => {
    const { parts } = held.accounts;
    await rounds(async (round) => {
      held.clock.now = Date.now();
      const back: { readonly url: string; readonly cookie: string }[] = [];
      for (let at = 0; at < AT_ONCE; at++) {
        const login = `sailor${at}`;
        elsewhere.groups.set(login, [`crew ${round}`]);
        const { location, cookie } = await startElsewhere(parts, club.id, undefined);
        back.push({ url: await signingIn(location, { login, until: anOrigin.url }), cookie });
      }
      await Promise.all(
        back.map(({ url, cookie }, at) => {
          const address = `198.18.${round % 250}.${at}`;
          return finishElsewhere(parts, club.id, { url, cookie }, { ...anOrigin, address });
        }),
      );
      const teams = await listTeams(readingOf(parts, defaultOrganization));
      const sizes = teams.flatMap(({ name, members }) =>
        name.startsWith("Crew") ? [[name, members.length]] : [],
      );
      // The sailors of the round before left the team of before.
      expect(sizes).toEqual(
        racedTeams
          .slice(0, round + 1)
          .map(([, name], at) => [name, at === round ? AT_ONCE : 0])
          .sort(),
      );
    });
  });
});

/** Without the limits, which let five try a code, and some twenty hash a password: all of them reach the row. */
describe("of many at the same moment in the database", () => {
  const once = async (take: (round: number) => Promise<boolean>, before?: () => Promise<void>) =>
    rounds(async (round) => {
      await before?.();
      const took = await Promise.all(Array.from({ length: AT_ONCE }, () => take(round)));
      expect(took.filter(Boolean)).toHaveLength(1);
    });

  it("one takes the step of a code", async () => {
    const { parts } = held.accounts;
    await changeUser(parts.database.system.rows, person.id, { totp_step: 0 });
    await once((round) => change(parts, (rows) => takeTotpStep(rows, person.id, round + 1)));
  });

  it("one takes a recovery code", async () => {
    const { parts } = held.accounts;
    const hash = hashOf("a recovery code");
    await once(
      () => change(parts, (rows) => takeRecoveryCode(rows, person.id, hash)),
      () => change(parts, (rows) => replaceRecoveryCodes(rows, person.id, [hash])),
    );
  });

  it("one spends the state of a sign-in elsewhere, half a sign-in, or a passkey's question", async () => {
    const { parts } = held.accounts;
    await once((round) =>
      change(parts, (rows) => spend(rows, `elsewhere race ${round}`, held.clock.now + 60_000)),
    );
  });

  it("one takes a link", async () => {
    const { parts } = held.accounts;
    let hash = "";
    await once(
      () => change(parts, (rows) => takeLink(rows, hash, held.clock.now)),
      async () => {
        hash = hashOf(parts.newId());
        await addLink(parts.database.system.rows, {
          ...{ hash, kind: "reset", id: invitationId(parts.newId()), in_organization: null },
          ...{ user_id: person.id, email: null, role: null, made_by: null, sealed: null },
          ...{ created_at: held.clock.now, until: held.clock.now + 60_000, used_at: null },
        });
      },
    );
  });
});
