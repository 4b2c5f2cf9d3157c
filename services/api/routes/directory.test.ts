// Signing in with a password of an LDAP directory, against a real one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  aDirectoryServer,
  type DirectoryServer,
  directoryAdmin,
  slapdIsMissing,
} from "#services/accounts/directory-server.builders.ts";
import { readConfig } from "#services/config/config.ts";
import { account } from "#services/contract/accounts.ts";
import { teamList } from "#services/contract/organizations.ts";
import { signInProvider, testedProvider } from "#services/contract/sign-in-providers.ts";
import {
  type AccountsApi,
  goodPassword,
  openAccountsApi,
  ownersEmail,
} from "../accounts.builders.ts";

const missing = slapdIsMissing();
if (missing !== undefined) process.stdout.write(`directory tests are skipped: ${missing}\n`);

const password = "directory password 1";

describe.skipIf(missing !== undefined)("people of a directory", () => {
  let directory: DirectoryServer;
  let api: AccountsApi;
  beforeAll(async () => {
    directory = await aDirectoryServer();
    const ldap = {
      url: directory.url,
      base: directory.people,
      bindDn: directoryAdmin.dn,
      bindPassword: directoryAdmin.password,
      filter: "(|(mail={login})(uid={login}))",
      // Given anew each time that a test puts somebody.
      subjectAttribute: "uid",
      startTls: false,
      roles: { admins: "admin", staff: "member" },
      teams: { admins: "Office", cooks: "Kitchen" },
    };
    api = await openAccountsApi({ env: { PARLANCE_LDAP: JSON.stringify(ldap) } });
    await directory.put({ uid: "dora", mail: "dora@example.org", password, groups: ["staff"] });
  });
  afterAll(async () => {
    await api.close();
    await directory.stop();
  });

  it("sign in by address or login, get an account, and the role of their groups", async () => {
    const person = api.browser();
    expect((await person.signIn("dora@example.org", "wrong")).code).toBe("wrong-sign-in");
    expect((await person.signIn("dora", password)).status).toBe(200);
    expect(await person.read(account, "/api/v1/account")).toMatchObject({
      user: { email: "dora@example.org", name: "dora of the directory", hasPassword: false },
      role: "member",
    });
    await directory.put({ uid: "dora", mail: "dora@example.org", password, groups: ["admins"] });
    expect((await person.signIn("dora@example.org", password)).status).toBe(200);
    (await api.instance.accounts()).callers.forget();
    expect((await person.read(account, "/api/v1/account")).role).toBe("admin");
  });

  it("are in the teams of their groups from the next sign-in on", async () => {
    const signedInWith = async (...groups: string[]) => {
      await directory.put({ uid: "dina", mail: "dina@example.org", password, groups });
      expect((await api.browser().signIn("dina", password)).status).toBe(200);
      const { teams } = await api.owner.read(teamList, "/api/v1/teams");
      return teams.flatMap(({ name, members }) =>
        members.some((one) => one.name === "dina of the directory") ? [name] : [],
      );
    };
    expect(await signedInWith("staff", "cooks")).toEqual(["Kitchen"]);
    expect(await signedInWith("admins", "cooks")).toEqual(["Kitchen", "Office"]);
    expect(await signedInWith("staff")).toEqual([]);
  });

  it("are not let in without a password, by a filter that they type, or under a name of several", async () => {
    const person = api.browser();
    await directory.put({ uid: "dino", mail: "dino@example.org", password });
    for (const login of [
      "*",
      "dora)(uid=*",
      "d*",
      "dora\u0000",
      "dora@example.org)(|(uid=*",
      "\\2a",
    ])
      expect([login, (await person.signIn(login, password)).code]).toEqual([
        login,
        "wrong-sign-in",
      ]);
    expect((await person.signIn("dora@example.org", "")).status).toBe(400);
    expect((await person.signIn("dino@example.org", " ")).code).toBe("wrong-sign-in");
  });

  it("are not those who have a password here, who come in while the directory is down", async () => {
    const person = api.browser();
    await directory.put({ uid: "olga", mail: ownersEmail, password });
    expect((await person.signIn(ownersEmail, password)).code).toBe("wrong-sign-in");
    await directory.stop();
    expect((await person.signIn(ownersEmail, goodPassword)).status).toBe(200);
    const refused = await person.signIn("dora@example.org", password);
    expect([refused.status, refused.code]).toEqual([503, "directory-down"]);
    directory = await aDirectoryServer();
  });
});

describe.skipIf(missing !== undefined)("a directory that is added", () => {
  it("signs people in from then on, and not while it is off", async () => {
    const directory = await aDirectoryServer();
    const api = await openAccountsApi();
    try {
      await directory.put({ uid: "dora", mail: "dora@example.org", password });
      const path = "/api/v1/sign-in-providers";
      const settings = {
        url: directory.url,
        base: directory.people,
        bindDn: directoryAdmin.dn,
        startTls: false,
      };
      const secrets = { bindPassword: directoryAdmin.password };
      const made = await api.owner.read(signInProvider, path, {
        body: { id: "directory", kind: "ldap", name: "People", settings, secrets },
      });
      expect(made).toMatchObject({ redirectUri: null, secrets: ["bindPassword"] });
      const person = api.browser();
      expect((await person.signIn("dora@example.org", password)).status).toBe(200);
      const tested = await api.owner.read(testedProvider, `${path}/directory/test`, {
        body: { sample: "dora@example.org" },
      });
      expect(tested.steps.at(-1)).toMatchObject({ state: "ok" });
      const off = { method: "PATCH", body: { state: "off", confirmed: true } };
      await api.owner.read(signInProvider, `${path}/directory`, off);
      expect((await api.browser().signIn("dora@example.org", password)).code).toBe("wrong-sign-in");
      expect((await person.ask("/api/v1/account")).status).toBe(200);
    } finally {
      await api.close();
      await directory.stop();
    }
  });
});

describe("the setting of a directory", () => {
  const read = async (setting: object | string) => {
    const { readDirectory } = await import("#services/accounts/directory.ts");
    const text = typeof setting === "string" ? setting : JSON.stringify(setting);
    const { accounts } = readConfig({ PARLANCE_LDAP: text });
    try {
      return readDirectory(accounts.ldap);
    } catch (error) {
      return (error as Error).message;
    }
  };
  it("says which field is wrong, and quotes no password", async () => {
    const good = { url: "ldaps://ldap.example.org", base: "dc=example,dc=org" };
    expect(await read(good)).toMatchObject({ filter: "(mail={login})", startTls: true });
    expect(await read({ ...good, url: "https://x" })).toContain(
      "url is not an address that begins with ldaps://",
    );
    expect(await read({ ...good, filter: "(uid=x)" })).toContain("filter has to contain {login}");
    expect(await read({ ...good, bindPassword: "secret thing" })).toContain("bindPassword belongs");
    expect(await read({ ...good, url: "ldap://ldap.example.org", startTls: false })).toContain(
      "startTls is off",
    );
    expect(await read("{ secret thing")).not.toContain("secret");
    expect(await read("/nowhere/ldap.json")).toContain("cannot be read (ENOENT)");
  });
});
