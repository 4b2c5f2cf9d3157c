// What belongs to one person: pictures that members see, what is exported, members as a file, and what happens to collections of a deleted account.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aJpeg, aPng, withPngPart } from "#services/accounts/picture.builders.ts";
import { account } from "#services/contract/accounts.ts";
import { collectionList } from "#services/contract/collections.ts";
import {
  auditList,
  collectionAccess,
  madeInvitation,
  madeOrganization,
  memberList,
  organizationList,
  peopleList,
} from "#services/contract/organizations.ts";
import { accountExport, ownedList } from "#services/contract/own-data.ts";
import { madeShare } from "#services/contract/shares.ts";
import { collectionId, defaultOrganization, noticeId, readUserId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { addNotice, saveProvisioned, setPicture } from "#services/store/store.ts";
import {
  type AccountsApi,
  goodPassword,
  makeCollectionOf,
  openAccountsApi,
  type TestBrowser,
  takeAccess,
  tokenOf,
} from "../accounts.builders.ts";
import { aScimClient, aUser, made, patchOf, scimKeyOf } from "../scim.builders.ts";

const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("it is not there");
  return value;
};

let api: AccountsApi;
beforeAll(async () => {
  api = await openAccountsApi();
});
afterAll(() => api.close());

const put = (person: TestBrowser, body: Uint8Array) =>
  api.ask("/api/v1/account/picture", {
    method: "PUT",
    headers: { authorization: `Bearer ${person.access}`, "content-type": "image/png" },
    body: Uint8Array.from(body),
  });
const userOf = async (person: TestBrowser) => {
  const { user } = await person.read(account, "/api/v1/account");
  if (user === null) throw new Error("nobody");
  return user;
};
const look = (person: TestBrowser, id: string, headers: Record<string, string> = {}) =>
  api.ask(`/api/v1/people/${id}/picture`, {
    headers: { authorization: `Bearer ${person.access}`, ...headers },
  });

describe("a picture", () => {
  it("is set without what it holds beside, seen by members, and asked for again with its tag", async () => {
    const [ada, ben] = [
      await api.join("ada@example.org", "member"),
      await api.join("ben@example.org", "viewer"),
    ];
    const { id } = await userOf(ada);
    expect((await look(ben, id)).status).toBe(404);
    const sent = await put(ada, withPngPart("tEXt", "secret place"));
    const { user } = account.parse(await sent.json());
    const seen = await look(ben, id);
    expect(new Uint8Array(await seen.arrayBuffer())).toEqual(aPng);
    expect(Object.fromEntries(seen.headers)).toMatchObject({
      "content-type": "image/png",
      "cache-control": "private, no-cache",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      etag: `"${user?.picture}"`,
    });
    const again = await look(ben, id, { "if-none-match": `W/"${user?.picture}"` });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const { people } = await ben.read(peopleList, "/api/v1/people");
    expect(people.find((one) => one.id === id)?.picture).toBe(user?.picture);
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    expect(members.find((one) => one.id === id)?.picture).toBe(user?.picture);
    const other = account.parse(await (await put(ada, aJpeg)).json());
    expect(other.user?.picture).not.toBe(user?.picture);
    const exported = await ada.read(accountExport, "/api/v1/account/export");
    expect(exported.picture).toMatch(/^data:image\/jpeg;base64,/u);
    await ada.ask("/api/v1/account/picture", { method: "DELETE" });
    expect((await look(ben, id)).status).toBe(404);
  });

  it("is refused where it is none, and too large", async () => {
    const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'></svg>");
    expect([(await put(api.owner, svg)).status, (await userOf(api.owner)).picture]).toEqual([
      415,
      null,
    ]);
    const large = Buffer.concat([aPng, Buffer.alloc(200_000)]);
    expect((await put(api.owner, large)).status).toBe(413);
    expect((await put(api.owner, Buffer.alloc(1_000_001))).status).toBe(413);
  });

  it("is not there for members of other organizations, and for nobody once its person is out", async () => {
    const cleo = await api.join("cleo@example.org", "member");
    const { id } = await userOf(cleo);
    await put(cleo, aPng);
    const { link } = (
      (
        await api.owner.ask("/api/v1/organizations", {
          body: { name: "Elsewhere", owner: "dora@example.org" },
        })
      ).json() as { invitation: { link: string } }
    ).invitation;
    const dora = api.browser();
    const accepted = await dora.ask("/api/v1/auth/accept-invitation", {
      body: { token: tokenOf(link), name: "Dora", password: goodPassword },
    });
    takeAccess(dora, accepted);
    expect((await look(dora, id)).status).toBe(404);
    expect((await look(api.owner, id)).status).toBe(200);
    await api.owner.ask(`/api/v1/members/${id}`, { method: "DELETE" });
    expect((await look(api.owner, id)).status).toBe(404);
    await api.owner.read(organizationList, "/api/v1/organizations");
  });
});

describe("members as a file", () => {
  it("names role, teams, second factor and who invited them; no cell begins a formula; the log tells of it", async () => {
    const { link } = await api.owner.read(madeInvitation, "/api/v1/invitations", {
      body: { email: "eve@example.org", role: "member" },
    });
    await api.browser().ask("/api/v1/auth/accept-invitation", {
      body: { token: tokenOf(link), name: '=HYPERLINK("http://x")', password: goodPassword },
    });
    const { text } = await api.owner.ask("/api/v1/members/export");
    const lines = text.trim().split("\r\n");
    expect(lines[0]).toBe(
      "name,address,role,teams,state,second factor,last seen,joined,invited by",
    );
    expect(lines.find((line) => line.includes("eve@"))).toMatch(
      /^"'=HYPERLINK\(""http:\/\/x""\)",eve@example\.org,member,,active,no,\d{4}-.*,Olga$/u,
    );
    expect(lines.find((line) => line.startsWith("Olga,"))).toMatch(/,$/u);
    const { entries } = await api.owner.read(auditList, "/api/v1/audit?action=members.export");
    expect(entries).toHaveLength(1);
    const member = await api.join("finn@example.org", "member");
    expect((await member.ask("/api/v1/members/export")).code).toBe("not-allowed");
  });
});

const accept = async (link: string | null, name: string): Promise<TestBrowser> => {
  const browser = api.browser();
  const body = { token: tokenOf(link), name, password: goodPassword };
  takeAccess(browser, await browser.ask("/api/v1/auth/accept-invitation", { body }));
  return browser;
};

/** Somebody becomes a member of another organization too, with the account that they have or a new one. */
const elsewhere = async (email: string, name = "Somebody"): Promise<TestBrowser> => {
  const { invitation } = await api.owner.read(madeOrganization, "/api/v1/organizations", {
    body: { name: `Beside ${email}`, owner: `owner-beside-${email}` },
  });
  const owner = await accept(invitation.link, "Owner");
  const { link } = await owner.read(madeInvitation, "/api/v1/invitations", {
    body: { email, role: "member" },
  });
  return accept(link, name);
};

describe("somebody whom SCIM expects and who has an account elsewhere", () => {
  it("is known by what SCIM says, in lists, in the file and by no picture; not by their account", async () => {
    const nora = await elsewhere("nora@example.org", "Nora Real");
    await put(nora, aPng);
    const scim = aScimClient(api, await scimKeyOf(api.owner));
    const given = { displayName: "N. Given" };
    const id = await made(scim("POST", "/Users", aUser("nora@example.org", given)));
    expect((await userOf(nora)).id).toBe(id);
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    expect(members.find((one) => one.id === id)).toMatchObject({ name: "N. Given", picture: null });
    const { people } = await api.owner.read(peopleList, "/api/v1/people");
    expect(people.find((one) => one.id === id)).toMatchObject({ name: "N. Given", picture: null });
    expect((await look(api.owner, id)).status).toBe(404);
    const line = async () =>
      (await api.owner.ask("/api/v1/members/export")).text
        .split("\r\n")
        .find((one) => one.startsWith("N. Given,"));
    expect(await line()).toMatch(/^N\. Given,nora@example\.org,member,,invited,no,,\d{4}-.*,$/u);
    // An account that is in another organization too keeps its address, which is not told.
    const rename = patchOf({ op: "replace", path: "userName", value: "given@example.org" });
    expect((await scim("PATCH", `/Users/${id}`, rename)).status).toBe(200);
    expect(await line()).toContain(",given@example.org,");
    const { status } = await nora.ask("/api/v1/account/delete", {
      body: { password: goodPassword },
    });
    expect(status).toBe(204);
    const { text } = await api.owner.ask("/api/v1/audit");
    expect(text).not.toContain("Nora Real");
  });
});

describe("what is kept of people", () => {
  it("is told in the log where they take it along", async () => {
    const { id } = await userOf(api.owner);
    await api.owner.read(accountExport, "/api/v1/account/export");
    const { entries } = await api.owner.read(auditList, "/api/v1/audit?action=account.export");
    expect(entries[0]).toMatchObject({ actorId: id });
  });

  it("goes with them, also what is written while they go", async () => {
    const { parts, sweep } = await api.instance.accounts();
    const { rows } = parts.database.system;
    const [gone, there] = [
      await api.join("otto@example.org", "member"),
      await api.join("pia@example.org", "member"),
    ];
    const ids = [(await userOf(gone)).id, (await userOf(there)).id];
    await gone.ask("/api/v1/account/delete", { body: { password: goodPassword } });
    for (const id of ids) {
      const user_id = known(readUserId(id));
      const picture = { tag: "t", type: "image/png", bytes: aPng, changed_at: 1 };
      await setPicture(rows, { user_id, ...picture });
      const own = parts.database.within(workerScope(defaultOrganization)).rows;
      const given = { external_id: null, name: null, given: "{}", joined_at: 1, changed_at: 1 };
      await saveProvisioned(own, { id: user_id, ...given });
      await addNotice(own, {
        id: noticeId(parts.newId()),
        user_id,
        kind: "alert",
        collection_id: collectionId("gone0000"),
        subject: "gone",
        count: 1,
        at: api.clock.now,
        in_app: 0,
        seen_at: null,
        mail: "none",
        mail_at: 0,
        tries: 0,
      });
    }
    await sweep();
    const left = async (table: "pictures" | "notices" | "provisioned", column: string) =>
      (
        await rows
          .selectFrom(table)
          .select(column as never)
          .where(column as never, "in", ids as never)
          .execute()
      ).map((row) => Object.values(row)[0]);
    expect(await left("pictures", "user_id")).toEqual([ids[1]]);
    expect(await left("notices", "user_id")).toEqual([ids[1]]);
    expect(await left("provisioned", "id")).toEqual([ids[1]]);
  });
});

describe("a deleted account", () => {
  const leaving = async (name: string) => {
    const person = await api.join(`${name}@example.org`, "member");
    const own = await makeCollectionOf(person, `Of ${name}`);
    const both = await makeCollectionOf(person, `Also of ${name}`);
    const [user, owner] = [await userOf(person), await userOf(api.owner)];
    const grants = [user, owner].map(({ id }) => ({ kind: "user", id, level: "manage" }));
    await person.read(collectionAccess, `/api/v1/collections/${both}/access`, {
      method: "PUT",
      body: { everybody: null, grants },
    });
    expect((await person.read(ownedList, "/api/v1/account/owned")).collections).toEqual([
      { id: own, name: `Of ${name}`, organization: "Parlance" },
    ]);
    return { person, own, both, id: user.id };
  };
  const end = (person: TestBrowser, owned: object) =>
    person.ask("/api/v1/account/delete", { body: { password: goodPassword, owned } });
  const names = async (person: TestBrowser) =>
    (await person.read(collectionList, "/api/v1/collections")).collections.map(({ name }) => name);

  it("passes what only it managed on to an owner, where nothing else is said", async () => {
    const { person } = await leaving("gus");
    const { status } = await person.ask("/api/v1/account/delete", {
      body: { password: goodPassword },
    });
    expect(status).toBe(204);
    expect(await names(api.owner)).toEqual(expect.arrayContaining(["Of gus", "Also of gus"]));
  });

  it("gives it to the member who was chosen, and to nobody who cannot take it", async () => {
    const { person, id } = await leaving("hal");
    const [heir, viewer] = [
      await api.join("ida@example.org", "member"),
      await api.join("jon@example.org", "viewer"),
    ];
    for (const to of [id, "usr_nobody00", "nonsense", (await userOf(viewer)).id])
      expect((await end(person, { kind: "give", to })).code).toBe("unknown-member");
    expect((await end(person, { kind: "give", to: (await userOf(heir)).id })).status).toBe(204);
    expect(await names(heir)).toEqual(["Of hal"]);
    expect(await names(api.owner)).not.toContain("Of hal");
  });

  it("erases it where that was chosen, with the picture, keys and links, and nothing that others manage", async () => {
    const { person, both, id } = await leaving("kim");
    await put(person, aPng);
    await person.read(madeShare, `/api/v1/collections/${both}/shares`, {
      body: { target: { kind: "report" } },
    });
    const exported = await person.read(accountExport, "/api/v1/account/export");
    expect(exported.shares).toHaveLength(1);
    expect(exported.account.user?.preferences.notices.imports).toEqual({ app: true, mail: true });
    expect((await end(person, { kind: "erase" })).status).toBe(204);
    expect(await names(api.owner)).toContain("Also of kim");
    expect(await names(api.owner)).not.toContain("Of kim");
    const { rows } = api.instance.database.system;
    for (const [table, column] of [
      ["pictures", "user_id"],
      ["notices", "user_id"],
      ["shares", "made_by"],
    ] as const)
      expect(
        await rows
          .selectFrom(table)
          .selectAll()
          .where(column as never, "=", id as never)
          .execute(),
      ).toEqual([]);
    const { entries } = await api.owner.read(auditList, "/api/v1/audit?action=account.delete");
    expect(entries[0]?.details).toEqual({ collections: 1, owned: "erase" });
  });

  it("decides nothing in an organization that put it out", async () => {
    const { person } = await leaving("lea");
    const heir = await api.join("max@example.org", "member");
    const [user, { id: to }] = [await userOf(person), await userOf(heir)];
    await elsewhere("lea@example.org");
    const away = { method: "PATCH", body: { state: "suspended" } };
    expect((await api.owner.ask(`/api/v1/members/${user.id}`, away)).status).toBe(200);
    await person.signIn("lea@example.org");
    expect(await person.read(ownedList, "/api/v1/account/owned")).toEqual({ collections: [] });
    expect((await end(person, { kind: "give", to })).code).toBe("unknown-member");
    expect((await end(person, { kind: "erase" })).status).toBe(204);
    expect(await names(api.owner)).toEqual(expect.arrayContaining(["Of lea", "Also of lea"]));
    const { entries } = await api.owner.read(auditList, "/api/v1/audit?action=account.delete");
    expect(entries[0]?.details).toEqual({ collections: 1, owned: "pass-on" });
  });

  it("stays where it is the last owner, with everything that it has", async () => {
    const name = "The owner's";
    await makeCollectionOf(api.owner, name);
    expect((await end(api.owner, { kind: "erase" })).code).toBe("last-owner");
    expect(await names(api.owner)).toContain(name);
  });
});
