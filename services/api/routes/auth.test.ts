// Signing in over HTTP: the first owner, passwords, second factors, sessions that go on and end, links.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  account,
  madeApiKey,
  recoveryCodes,
  signInAnswer,
  totpSecret,
  userSessionList,
} from "#services/contract/accounts.ts";
import { memberList, resetLink } from "#services/contract/organizations.ts";
import {
  type AccountsApi,
  codeAt,
  goodPassword,
  openAccountsApi,
  openBrowser,
  ownersEmail,
  takeAccess,
  tokenOf,
} from "../accounts.builders.ts";
import { openTestApi } from "../api.builders.ts";

let api: AccountsApi;
beforeAll(async () => {
  api = await openAccountsApi();
});
afterAll(() => api.close());

describe("a server without accounts", () => {
  it("asks nobody to sign in, and gives what is there to the first owner once they are turned on", async () => {
    const open = await openTestApi({ idle: true });
    try {
      const { id } = await open.makeCollection("From before");
      const person = openBrowser(open);
      expect(
        (await person.ask("/api/v1/auth/sign-in", { body: { email: "a@b.c", password: "x" } }))
          .code,
      ).toBe("no-accounts");
      expect(await person.read(account, "/api/v1/account")).toMatchObject({
        user: null,
        role: "owner",
      });
      const made = await person.ask("/api/v1/accounts/on", { method: "POST" });
      const { link } = made.json() as { link: string };
      expect((await person.ask("/api/v1/collections")).status).toBe(401);
      // Whoever comes next without the link makes no owner.
      expect((await person.ask("/api/v1/accounts/on", { method: "POST" })).status).toBe(401);
      const weak = {
        token: tokenOf(link),
        email: "eva@example.org",
        name: "Eva",
        password: "password1234567",
      };
      expect((await person.ask("/api/v1/auth/setup", { body: weak })).code).toBe("weak-password");
      const good = { ...weak, password: goodPassword };
      takeAccess(person, await person.ask("/api/v1/auth/setup", { body: good }));
      expect((await person.ask(`/api/v1/collections/${id}`)).status).toBe(200);
      expect((await openBrowser(open).ask("/api/v1/auth/setup", { body: good })).code).toBe(
        "link-used",
      );
    } finally {
      await open.close();
    }
  });
});

describe("a password", () => {
  it("signs in, and says the same of a wrong one as of an unknown address", async () => {
    await api.join("paul@example.org", "member");
    const person = api.browser();
    const wrong = await person.signIn("paul@example.org", "not this one at all");
    const unknown = await person.signIn("nobody@example.org", "not this one at all");
    expect([wrong.status, wrong.code]).toEqual([400, "wrong-sign-in"]);
    const plain = (text: string) => text.replace(/"requestId":"[^"]*"/u, "");
    expect(plain(wrong.text)).toBe(plain(unknown.text));
    expect((await person.signIn("  PAUL@Example.org ")).status).toBe(200);
    expect((await person.ask("/api/v1/account")).status).toBe(200);
  });

  it("may be wrong ten times, then waits a quarter of an hour", async () => {
    await api.join("tim@example.org", "member");
    const person = api.browser();
    for (let at = 0; at < 10; at++)
      expect((await person.signIn("tim@example.org", "wrong wrong wrong")).code).toBe(
        "wrong-sign-in",
      );
    expect((await person.signIn("tim@example.org")).code).toBe("too-many-tries");
    api.clock.now += 15 * 60_000 + 1;
    expect((await person.signIn("tim@example.org")).status).toBe(200);
  });

  it("is not asked for by pages of other sites, which cannot send the header", async () => {
    const body = { email: ownersEmail, password: goodPassword };
    const answered = await api.browser().ask("/api/v1/auth/sign-in", {
      body,
      headers: { "content-type": "text/plain" },
    });
    expect(answered.status).toBeGreaterThanOrEqual(400);
  });
});

describe("a session", () => {
  it("goes on by its cookie, whose token works once", async () => {
    const person = await api.join("rita@example.org", "member");
    const first = person.cookie;
    expect((await person.refresh()).status).toBe(200);
    expect(person.cookie).not.toBe(first);
    // A lost answer, or a second tab, within seconds: the same answer again.
    const tab = api.browser();
    tab.cookie = first;
    expect((await tab.refresh()).status).toBe(200);
    expect(tab.cookie).toBe(person.cookie);
    expect((await person.refresh()).status).toBe(200);
    // The grandparent was copied by somebody: everything that comes from it ends.
    const thief = api.browser();
    thief.cookie = first;
    expect((await thief.refresh()).code).toBe("signed-out");
    expect((await person.refresh()).code).toBe("signed-out");
    (await api.instance.accounts()).callers.forget();
    expect((await person.ask("/api/v1/collections")).status).toBe(401);
  });

  it("takes a token that was used long ago for a stolen one", async () => {
    const person = await api.join("saul@example.org", "member");
    const first = person.cookie;
    await person.refresh();
    api.clock.now += 21_000;
    const thief = api.browser();
    thief.cookie = first;
    expect((await thief.refresh()).code).toBe("signed-out");
    expect((await person.refresh()).code).toBe("signed-out");
  });

  it("has one winner of fifty at once, and the others get the same answer", async () => {
    const person = await api.join("wanda@example.org", "member");
    const first = person.cookie;
    const tabs = Array.from({ length: 50 }, () => api.browser());
    for (const tab of tabs) tab.cookie = first;
    const answers = await Promise.all(tabs.map((tab) => tab.refresh()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(tabs.map(({ cookie }) => cookie)).size).toBe(1);
  });

  it("ends when its access token is over, its time is over, or somebody ends it", async () => {
    const person = await api.join("xena@example.org", "member");
    const other = api.browser();
    await other.signIn("xena@example.org");
    const { sessions } = await person.read(userSessionList, "/api/v1/account/sessions");
    expect(sessions).toHaveLength(2);
    expect(sessions.find(({ current }) => current)).toMatchObject({ device: "Firefox on Linux" });
    const id = sessions.find(({ current }) => !current)?.id;
    expect((await person.ask(`/api/v1/account/sessions/${id}`, { method: "DELETE" })).status).toBe(
      204,
    );
    expect((await other.ask("/api/v1/collections")).status).toBe(401);
    expect((await other.refresh()).status).toBe(401);
    api.clock.now += 11 * 60_000;
    expect((await person.ask("/api/v1/collections")).status).toBe(401);
    expect((await person.refresh()).status).toBe(200);
    expect((await person.ask("/api/v1/collections")).status).toBe(200);
    api.clock.now += 15 * 86_400_000;
    expect((await person.refresh()).status).toBe(401);
  });

  it("ends where its person signs out, is suspended, or gets a new password", async () => {
    const person = await api.join("yuri@example.org", "member");
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    const id = members.find(({ email }) => email === "yuri@example.org")?.id;
    const suspend = (state: string) =>
      api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { state } });
    expect((await suspend("suspended")).status).toBe(200);
    expect((await person.ask("/api/v1/collections")).status).toBe(401);
    expect((await person.refresh()).status).toBe(401);
    expect((await person.signIn("yuri@example.org")).code).toBe("suspended");
    expect((await suspend("active")).status).toBe(200);
    expect((await person.signIn("yuri@example.org")).status).toBe(200);
    const { link } = await api.owner.read(resetLink, `/api/v1/members/${id}/reset-link`, {
      method: "POST",
    });
    const next = "harbour violin seventy clouds";
    const fresh = api.browser();
    const body = { token: tokenOf(link), password: next };
    expect((await fresh.ask("/api/v1/auth/reset", { body })).status).toBe(200);
    expect((await fresh.ask("/api/v1/auth/reset", { body })).code).toBe("link-used");
    expect((await person.ask("/api/v1/collections")).status).toBe(401);
    expect((await person.signIn("yuri@example.org", next)).status).toBe(200);
    expect((await person.ask("/api/v1/auth/sign-out", { method: "POST" })).status).toBe(204);
    expect(person.cookie).toBeUndefined();
    expect((await person.ask("/api/v1/collections")).status).toBe(401);
  });
});

describe("a second factor", () => {
  const withFactor = async (email: string) => {
    const person = await api.join(email, "member");
    const { secret } = await person.read(totpSecret, "/api/v1/account/totp", {
      body: { password: goodPassword },
    });
    const { codes } = await person.read(recoveryCodes, "/api/v1/account/totp/confirm", {
      body: { code: codeAt(secret, api.clock.now) },
    });
    return { person, secret, codes };
  };
  const half = async (email: string) => {
    const browser = api.browser();
    const answer = await browser.read(signInAnswer, "/api/v1/auth/sign-in", {
      body: { email, password: goodPassword },
    });
    if (answer.kind !== "second-factor") throw new Error("It asks for no second factor.");
    return { browser, token: answer.token };
  };
  const give = ({ browser, token }: Awaited<ReturnType<typeof half>>, code: string) =>
    browser.ask("/api/v1/auth/second-factor", { body: { token, code } });

  it("is asked for once it was confirmed, and takes each code and each half sign-in once", async () => {
    const { secret } = await withFactor("zoe@example.org");
    api.clock.now += 30_000;
    const one = await half("zoe@example.org");
    // The half opens nothing.
    expect(
      (
        await one.browser.ask("/api/v1/collections", {
          headers: { authorization: `Bearer ${one.token}` },
        })
      ).status,
    ).toBe(401);
    expect((await give(one, "000000")).code).toBe("wrong-code");
    const code = codeAt(secret, api.clock.now);
    const tries = await Promise.all(Array.from({ length: 3 }, () => give(one, code)));
    expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await give(await half("zoe@example.org"), code)).code).toBe("wrong-code");
  });

  it("can be given by a recovery code, each once", async () => {
    const { codes } = await withFactor("vera@example.org");
    expect(codes).toHaveLength(10);
    const [code = ""] = codes;
    const halves = await Promise.all(Array.from({ length: 4 }, () => half("vera@example.org")));
    const answers = await Promise.all(halves.map((one) => give(one, code.toUpperCase())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("may be wrong five times", async () => {
    const { secret } = await withFactor("uma@example.org");
    api.clock.now += 30_000;
    const one = await half("uma@example.org");
    for (let at = 0; at < 5; at++) expect((await give(one, "123123")).code).toBe("wrong-code");
    expect((await give(one, codeAt(secret, api.clock.now))).code).toBe("too-many-tries");
  });

  it("has to be set up before anything else where the organization wants one", async () => {
    const person = await api.join("quin@example.org", "member");
    const set = (requiresSecondFactor: boolean) =>
      api.owner.ask("/api/v1/organization", { method: "PATCH", body: { requiresSecondFactor } });
    expect((await set(true)).status).toBe(200);
    expect((await person.ask("/api/v1/collections")).code).toBe("second-factor-required");
    expect((await person.read(account, "/api/v1/account")).secondFactor.required).toBe(true);
    const { secret } = await person.read(totpSecret, "/api/v1/account/totp", {
      body: { password: goodPassword },
    });
    await person.read(recoveryCodes, "/api/v1/account/totp/confirm", {
      body: { code: codeAt(secret, api.clock.now) },
    });
    expect((await person.ask("/api/v1/collections")).status).toBe(200);
    // The owner who said so needs one too.
    expect((await set(false)).code).toBe("second-factor-required");
    await (await api.instance.accounts()).parts.database.system.rows
      .updateTable("organizations")
      .set({ requires_second_factor: 0 })
      .execute();
    (await api.instance.accounts()).callers.forget();
  });
});

describe("an API key", () => {
  it("opens what its scopes name, as far as its owner may, until it is deleted", async () => {
    const person = await api.join("karl@example.org", "member");
    const make = (body: object) => person.ask("/api/v1/account/keys", { body });
    expect((await make({ name: "CI", scopes: ["admin"] })).code).toBe("not-allowed");
    const made = madeApiKey.parse((await make({ name: "CI", scopes: ["read", "import"] })).json());
    const program = api.browser();
    program.access = made.secret;
    expect((await program.ask("/api/v1/collections")).status).toBe(200);
    expect((await program.ask("/api/v1/search", { body: { query: "x" } })).code).toBe(
      "not-allowed",
    );
    expect((await program.ask("/api/v1/account/sessions")).code).toBe("not-allowed");
    expect((await program.ask("/v1/embeddings", { body: { input: "x", model: "m" } })).status).toBe(
      403,
    );
    program.access = `${made.secret.slice(0, -1)}${made.secret.endsWith("x") ? "y" : "x"}`;
    expect((await program.ask("/api/v1/collections")).status).toBe(401);
    program.access = made.secret;
    expect(
      (await person.ask(`/api/v1/account/keys/${made.key.id}`, { method: "DELETE" })).status,
    ).toBe(204);
    expect((await program.ask("/api/v1/collections")).status).toBe(401);
  });
});

describe("what a reviewer tried", () => {
  it("takes no more wrong codes of many at the same moment than of one after another", async () => {
    const person = await api.join("rush@example.org", "member");
    const { secret } = await person.read(totpSecret, "/api/v1/account/totp", {
      body: { password: goodPassword },
    });
    await person.read(recoveryCodes, "/api/v1/account/totp/confirm", {
      body: { code: codeAt(secret, api.clock.now) },
    });
    api.clock.now += 30_000;
    const browser = api.browser();
    const answer = await browser.read(signInAnswer, "/api/v1/auth/sign-in", {
      body: { email: "rush@example.org", password: goodPassword },
    });
    const token = answer.kind === "second-factor" ? answer.token : "";
    const tries = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        browser.ask("/api/v1/auth/second-factor", {
          body: { token, code: String(100_000 + at) },
        }),
      ),
    );
    expect(tries.filter(({ code }) => code === "wrong-code")).toHaveLength(5);
    expect(tries.filter(({ code }) => code === "too-many-tries")).toHaveLength(55);
  });

  it("lets no key open an account or make anybody powerful", async () => {
    await api.owner.signIn(ownersEmail);
    const { secret } = await api.owner.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "admin", scopes: ["admin"] },
    });
    const program = api.browser();
    program.access = secret;
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    const own = members.find(({ email }) => email === ownersEmail)?.id;
    const other = members.find(({ role }) => role === "member")?.id;
    for (const id of [own, other])
      for (const what of ["reset-link", "reset-second-factor"])
        expect((await program.ask(`/api/v1/members/${id}/${what}`, { method: "POST" })).code).toBe(
          "not-allowed",
        );
    const change = (body: object) =>
      program.ask(`/api/v1/members/${other}`, { method: "PATCH", body });
    expect((await change({ role: "admin" })).code).toBe("not-allowed");
    expect((await change({ role: "viewer" })).status).toBe(200);
    const body = { email: "power@example.org", role: "owner" };
    expect((await program.ask("/api/v1/invitations", { body })).code).toBe("not-allowed");
  });

  it("makes nobody a member by an invitation before the second factor", async () => {
    const person = await api.join("twice@example.org", "viewer");
    const { secret } = await person.read(totpSecret, "/api/v1/account/totp", {
      body: { password: goodPassword },
    });
    await person.read(recoveryCodes, "/api/v1/account/totp/confirm", {
      body: { code: codeAt(secret, api.clock.now) },
    });
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    const id = members.find(({ email }) => email === "twice@example.org")?.id;
    const list = async () => (await api.owner.read(memberList, "/api/v1/members")).members;
    await api.owner.ask(`/api/v1/members/${id}`, { method: "DELETE" });
    const made = await api.owner.ask("/api/v1/invitations", {
      body: { email: "twice@example.org", role: "admin" },
    });
    const { link } = made.json() as { link: string };
    const browser = api.browser();
    const half = await browser.read(signInAnswer, "/api/v1/auth/accept-invitation", {
      body: { token: tokenOf(link), password: goodPassword },
    });
    expect((await list()).some((one) => one.id === id)).toBe(false);
    api.clock.now += 30_000;
    const token = half.kind === "second-factor" ? half.token : "";
    const given = await browser.ask("/api/v1/auth/second-factor", {
      body: { token, code: codeAt(secret, api.clock.now) },
    });
    expect(given.status).toBe(200);
    expect((await list()).find((one) => one.id === id)?.role).toBe("admin");
  });

  it("leaves no collection that nobody can see, and none that was made while nobody signed in", async () => {
    const person = await api.join("gone@example.org", "member");
    const made = await person.ask("/api/v1/collections", { body: { name: "Left behind" } });
    const { id } = made.json() as { id: string };
    expect((await api.owner.ask(`/api/v1/collections/${id}`)).status).toBe(404);
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    const who = members.find(({ email }) => email === "gone@example.org")?.id;
    await api.owner.ask(`/api/v1/members/${who}`, { method: "DELETE" });
    expect((await api.owner.ask(`/api/v1/collections/${id}`)).status).toBe(200);
    const accounts = await api.instance.accounts();
    await accounts.turnOff();
    const open = await api.browser().ask("/api/v1/collections", { body: { name: "Between" } });
    const between = (open.json() as { id: string }).id;
    await accounts.turnOn("http://localhost");
    expect((await api.owner.ask(`/api/v1/collections/${between}`)).status).toBe(200);
  });
});
