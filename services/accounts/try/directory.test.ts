// Tests of trying a directory, against a real one.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDirectory } from "../directory.ts";
import {
  aDirectoryServer,
  type DirectoryServer,
  directoryAdmin,
  slapdIsMissing,
} from "../directory-server.builders.ts";
import { tryDirectory } from "./directory.ts";

const missing = slapdIsMissing();
if (missing !== undefined) process.stdout.write(`tests of trying are skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)("trying a directory", () => {
  let directory: DirectoryServer;
  beforeAll(async () => {
    directory = await aDirectoryServer();
    const people = { password: "directory password 1", groups: ["staff", "cooks"] };
    await directory.put({ uid: "dora", mail: "dora@example.org", ...people });
  });
  afterAll(() => directory.stop());

  const tried = async (more: object = {}, sample?: string) =>
    tryDirectory(
      checkDirectory({
        url: directory.url,
        base: directory.people,
        bindDn: directoryAdmin.dn,
        bindPassword: directoryAdmin.password,
        filter: "(|(mail={login})(uid={login}))",
        startTls: false,
        roles: { staff: "admin" },
        ...more,
      }),
      sample,
    );
  const statesOf = async (...given: Parameters<typeof tried>) =>
    (await tried(...given)).map(({ name, state }) => `${name}: ${state}`);
  const fine = ["Connection: ok", "Looking people up: ok", "Base: ok"];

  it("finds nothing wrong where everything is right, and says who somebody is", async () => {
    expect(await statesOf()).toEqual(fine);
    expect((await tried({}, "dora")).at(-1)).toMatchObject({
      name: "Search for dora",
      state: "ok",
      detail: "dora of the directory (dora@example.org), in 2 groups, as admin",
    });
    const told = async (teams: object) =>
      (await tried({ roles: undefined, teams }, "dora")).at(-1)?.detail;
    const who = "dora of the directory (dora@example.org), in 2 groups";
    expect(await told({ cooks: "Kitchen", bakers: "Bakery" })).toBe(`${who}, in the team Kitchen`);
    expect(await told({ cooks: "Kitchen", staff: "All" })).toBe(
      `${who}, in the teams Kitchen, All`,
    );
    expect(await told({ bakers: "Bakery" })).toBe(`${who}, in no team`);
    const anonymous = { bindDn: undefined, bindPassword: undefined };
    expect(await statesOf(anonymous)).toEqual(fine);
  });

  it("names a wrong password, a wrong base, and people who are not found or not complete", async () => {
    expect(await statesOf({ bindPassword: "other" })).toEqual([
      "Connection: ok",
      "Looking people up: failed",
    ]);
    const [connected, bound] = fine;
    expect(await statesOf({ base: "ou=nobody,dc=example,dc=org" }, "dora")).toEqual([
      connected,
      bound,
      "Base: failed",
    ]);
    expect(await statesOf({}, "nobody")).toEqual([...fine, "Search for nobody: failed"]);
    expect(await statesOf({}, "*")).toEqual([...fine, "Search for *: failed"]);
    expect(await statesOf({ subjectAttribute: "employeeNumber" }, "dora")).toEqual([
      ...fine,
      "Search for dora: failed",
    ]);
  });

  it("says that nobody answers, or that the connection cannot be encrypted", async () => {
    expect(await tried({ url: "ldap://127.0.0.1:1" })).toMatchObject([
      { name: "Connection", state: "failed", detail: expect.stringContaining("ECONNREFUSED") },
    ]);
    expect(await tried({ startTls: true })).toMatchObject([
      { name: "Connection", state: "failed", detail: expect.stringContaining("StartTLS") },
    ]);
    const anonymous = { bindDn: undefined, bindPassword: undefined };
    expect(await statesOf({ url: "ldap://127.0.0.1:1", ...anonymous })).toEqual([
      "Connection: failed",
    ]);
  });
});
