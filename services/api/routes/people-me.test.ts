// Who is "me" where people sign in: each for themselves, by their keys too, as part of what is kept about them; and whose people they are.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account, madeApiKey } from "#services/contract/accounts.ts";
import { startedLook } from "#services/contract/looks.ts";
import { collectionAccess } from "#services/contract/organizations.ts";
import { accountExport } from "#services/contract/own-data.ts";
import { collectionPeople } from "#services/contract/people.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { readCollectionId, userId } from "#services/domain/ids.ts";
import { stageNames } from "#services/domain/stage-names.ts";
import { sayOwn } from "#services/store/store.ts";
import { startBelt } from "#workers/belt.ts";
import {
  type AccountsApi,
  goodPassword,
  makeCollectionOf,
  openAccountsApi,
  openBrowser,
  type TestBrowser,
  takeAccess,
  tokenOf,
} from "../accounts.builders.ts";
import { openTestApi, printerDay } from "../api.builders.ts";

let api: AccountsApi;
let stop: () => Promise<void>;
let id: string;
let sam: TestBrowser;
let tom: TestBrowser;

const people = () => `/api/v1/collections/${id}/people`;
const say = (by: TestBrowser, person: string, me: boolean) =>
  by.ask(`${people()}/me`, { method: "PUT", body: { person, me } });
/** Whom somebody is shown as themselves, and whose messages from:me finds for them. */
const meOf = async (by: TestBrowser) => {
  const { people: all } = await by.read(collectionPeople, people());
  const { hits } = await by.read(searchAnswer, `/api/v1/collections/${id}/search`, {
    body: { query: "from:me", units: ["message"], limit: 100 },
  });
  const shown = all.filter(({ me }) => me).map((one) => one.shown);
  expect([...new Set(hits.map(({ author }) => author))].sort()).toEqual(shown.sort());
  return shown;
};
const keyOf = async (by: TestBrowser, scopes: readonly string[]): Promise<TestBrowser> => {
  const { secret } = await by.read(madeApiKey, "/api/v1/account/keys", {
    body: { name: scopes.join(), scopes },
  });
  const program = api.browser();
  program.access = secret;
  return program;
};
const idOf = async (by: TestBrowser) => (await by.read(account, "/api/v1/account")).user?.id ?? "";

beforeAll(async () => {
  api = await openAccountsApi();
  const belt = await startBelt(api.instance, { stages: stageNames });
  stop = () => belt.stop();
  sam = await api.join("sam@example.org", "member");
  tom = await api.join("tom@example.org", "viewer");
  id = await makeCollectionOf(sam, "Printers");
  const headers = { authorization: `Bearer ${sam.access}` };
  const sent = await api.ask(`/api/v1/collections/${id}/uploads?filename=day.log`, {
    method: "PUT",
    headers,
    body: printerDay,
  });
  const { id: upload } = (await sent.json()) as { id: string };
  await (await api.ask(`/api/v1/uploads/${upload}/events`, { headers })).text();
  const grants = [
    { kind: "user", id: await idOf(sam), level: "manage" },
    { kind: "user", id: await idOf(tom), level: "read" },
  ];
  await sam.read(collectionAccess, `/api/v1/collections/${id}/access`, {
    method: "PUT",
    body: { everybody: null, grants },
  });
}, 120_000);
afterAll(async () => {
  await stop();
  await api.close();
});

describe("“me”", () => {
  it("is each reader's own, and nobody else's", async () => {
    expect((await say(sam, "anna", true)).status).toBe(204);
    expect((await say(tom, "berg", true)).status).toBe(204);
    expect([await meOf(sam), await meOf(tom)]).toEqual([["anna"], ["berg"]]);
    expect((await say(tom, "anna", false)).status).toBe(204);
    expect(await meOf(sam)).toEqual(["anna"]);
  });

  it("is the person's for their keys, of which those for reading only cannot say it", async () => {
    const [reader, writer] = [
      await keyOf(sam, ["read", "search"]),
      await keyOf(sam, ["read", "search", "write"]),
    ];
    expect(await meOf(reader)).toEqual(["anna"]);
    const refused = await say(reader, "cleo", true);
    expect([refused.status, refused.code]).toEqual([403, "not-allowed"]);
    expect(await meOf(sam)).toEqual(["anna"]);
    expect((await say(writer, "cleo", true)).status).toBe(204);
    expect(await meOf(sam)).toEqual(["anna", "cleo"]);
    expect((await say(writer, "cleo", false)).status).toBe(204);
  });

  it("is part of what somebody takes along about themselves", async () => {
    const { ownNames } = await sam.read(accountExport, "/api/v1/account/export");
    expect(ownNames).toEqual([
      { collection: id, source: "", name: "anna", mine: true },
      { collection: id, source: "", name: "cleo", mine: false },
    ]);
  });

  it("is shown to whoever looks as that person, who cannot say it", async () => {
    const allows = { method: "PATCH", body: { allowsLooking: true } };
    expect((await api.owner.ask("/api/v1/organization", allows)).status).toBe(200);
    const begun = await api.owner.ask(`/api/v1/members/${await idOf(tom)}/look`, {
      body: { reason: "ticket 17: who is this", password: goodPassword },
    });
    const look = api.browser();
    look.access = startedLook.parse(begun.json()).access;
    expect(await meOf(look)).toEqual(["berg"]);
    expect((await say(look, "cleo", true)).status).toBe(403);
  });

  it("goes with the member", async () => {
    const user = await idOf(tom);
    const left = () =>
      api.instance.database.system.rows
        .selectFrom("own_names")
        .select("name")
        .where("user_id", "=", userId(user.replace("usr_", "")))
        .execute();
    expect(await left()).not.toEqual([]);
    expect((await api.owner.ask(`/api/v1/members/${user}`, { method: "DELETE" })).status).toBe(200);
    expect(await left()).toEqual([]);
  });
});

describe("who is “me” before people sign in", () => {
  it("is the first owner once they do", async () => {
    const open = await openTestApi({ idle: true });
    try {
      const { id: before } = await open.makeCollection("From before");
      const names = [{ source: "", name: "eva", mine: true }];
      const collection = readCollectionId(before);
      if (collection === undefined) throw new Error(before);
      await sayOwn(open.parlance.store, { collection, user: "" }, names);
      const link = (await (await open.instance.accounts()).turnOn("http://localhost")) ?? null;
      const eva = openBrowser(open);
      const body = { token: tokenOf(link), email: "eva@example.org", name: "Eva" };
      takeAccess(
        eva,
        await eva.ask("/api/v1/auth/setup", { body: { ...body, password: goodPassword } }),
      );
      const { ownNames } = await eva.read(accountExport, "/api/v1/account/export");
      expect(ownNames).toEqual([{ collection: before, ...names[0] }]);
    } finally {
      await open.close();
    }
  });
});

describe("the people of a collection", () => {
  it("are not there for a member to whom it is not open", async () => {
    const una = await api.join("una@example.org", "admin");
    const { people: all } = await sam.read(collectionPeople, people());
    const [first = "", second = ""] = all.map(({ shown }) => shown);
    const asked = [
      await una.ask(people()),
      await una.ask(`${people()}/edits`, { body: { kind: "join", people: [first, second] } }),
      await una.ask(`${people()}/suggestions/dismiss`, { body: { pairs: [[first, second]] } }),
      await say(una, first, true),
    ];
    expect(asked.map(({ status, code }) => [status, code])).toEqual(
      asked.map(() => [404, "unknown-collection"]),
    );
    for (const { text } of asked) expect(text).not.toContain(first);
    const { people: same, edits } = await sam.read(collectionPeople, people());
    expect([same, edits]).toEqual([all, []]);
  });
});
