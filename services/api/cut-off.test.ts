// Streams over a real connection: they end within 5 s once whoever asked may not read any more what they are read from.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { madeApiKey } from "#services/contract/accounts.ts";
import { startedLook } from "#services/contract/looks.ts";
import { memberList, team } from "#services/contract/organizations.ts";
import { uploadAccepted } from "#services/contract/uploads.ts";
import {
  type AccountsApi,
  goodPassword,
  makeCollectionOf,
  openAccountsApi,
  ownersEmail,
  type TestBrowser,
} from "./accounts.builders.ts";
import { type RunningServer, startServer } from "./server.ts";

const WITHIN_MS = 5_000;

let api: AccountsApi;
let server: RunningServer;
let collection: string;
/** Nobody reads it: its stream of events has no end of its own. */
let upload: string;

const idOf = async (email: string) => {
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  return members.find((one) => one.email === email)?.id ?? "";
};
const grant = (grants: readonly object[]) =>
  api.owner.ask(`/api/v1/collections/${collection}/access`, {
    method: "PUT",
    body: { everybody: null, grants },
  });

/** A stream that was begun. `ended`: after how long since `since` was called; infinite while it goes on. */
const follow = async (access: string | undefined) => {
  const gone = new AbortController();
  const answer = await fetch(`${server.url}/api/v1/uploads/${upload}/events`, {
    headers: { authorization: `Bearer ${access}` },
    signal: gone.signal,
  });
  expect(answer.status).toBe(200);
  let endedAt = Number.POSITIVE_INFINITY;
  const reading = answer.text().then(
    () => {
      endedAt = performance.now();
    },
    () => {
      endedAt = performance.now();
    },
  );
  return {
    endsAfter: async (change: () => Promise<unknown>) => {
      const since = performance.now();
      await change();
      await Promise.race([reading, new Promise((later) => setTimeout(later, WITHIN_MS + 1000))]);
      return endedAt - since;
    },
    isOpen: () => endedAt === Number.POSITIVE_INFINITY,
    leave: () => gone.abort(),
  };
};

describe("a stream of an import's progress", () => {
  let people: Record<"granted" | "inTeam" | "suspended" | "signedOut" | "stays", TestBrowser>;
  let squad: string;

  const grants = async (without?: string) =>
    [
      { kind: "user", id: await idOf(ownersEmail), level: "manage" },
      { kind: "team", id: squad, level: "read" },
      ...(await Promise.all(
        ["granted", "suspended", "signedout", "stays"].map(async (name) => ({
          kind: "user",
          id: await idOf(`${name}@example.org`),
          level: "read",
        })),
      )),
    ].filter(({ id }) => id !== without);

  beforeAll(async () => {
    api = await openAccountsApi();
    server = await startServer(api.instance);
    collection = await makeCollectionOf(api.owner, "Letters");
    const sent = await api.ask(`/api/v1/collections/${collection}/uploads?filename=a.txt`, {
      method: "PUT",
      body: "[10:00] <anna> hello",
      headers: { authorization: `Bearer ${api.owner.access}` },
    });
    upload = uploadAccepted.parse(await sent.json()).id;
    const join = (name: string) => api.join(`${name}@example.org`, "member");
    people = {
      granted: await join("granted"),
      inTeam: await join("inteam"),
      suspended: await join("suspended"),
      signedOut: await join("signedout"),
      stays: await join("stays"),
    };
    squad = (await api.owner.read(team, "/api/v1/teams", { body: { name: "Squad" } })).id;
    await api.owner.ask(`/api/v1/teams/${squad}`, {
      method: "PATCH",
      body: { members: [await idOf("inteam@example.org")] },
    });
    expect((await grant(await grants())).status).toBe(200);
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await api.close();
  });

  it("ends where its caller is put out, or loses the collection, and goes on for the others", async () => {
    const key = await people.stays.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "all", scopes: ["read"] },
    });
    await api.owner.ask("/api/v1/organization", {
      method: "PATCH",
      body: { allowsLooking: true },
    });
    const stays = await idOf("stays@example.org");
    const look = await api.owner.read(startedLook, `/api/v1/members/${stays}/look`, {
      body: { reason: "a test", password: goodPassword },
    });
    const streams = {
      granted: await follow(people.granted.access),
      inTeam: await follow(people.inTeam.access),
      suspended: await follow(people.suspended.access),
      signedOut: await follow(people.signedOut.access),
      byKey: await follow(key.secret),
      look: await follow(look.access),
    };
    const other = await follow(people.stays.access);
    const asLook = api.browser();
    asLook.access = look.access;
    const suspend = { method: "PATCH", body: { state: "suspended" } };
    const suspended = await idOf("suspended@example.org");
    const granted = await idOf("granted@example.org");
    const ended = await Promise.all([
      streams.granted.endsAfter(async () => grant(await grants(granted))),
      streams.inTeam.endsAfter(() =>
        api.owner.ask(`/api/v1/teams/${squad}`, { method: "PATCH", body: { members: [] } }),
      ),
      streams.suspended.endsAfter(() => api.owner.ask(`/api/v1/members/${suspended}`, suspend)),
      streams.signedOut.endsAfter(() =>
        people.signedOut.ask("/api/v1/auth/sign-out", { method: "POST" }),
      ),
      streams.byKey.endsAfter(() =>
        people.stays.ask(`/api/v1/account/keys/${key.key.id}`, { method: "DELETE" }),
      ),
      streams.look.endsAfter(() => asLook.ask("/api/v1/account/look/end", { method: "POST" })),
    ]);
    for (const ms of ended) expect(ms).toBeLessThan(WITHIN_MS);
    expect(other.isOpen()).toBe(true);
    other.leave();
  }, 30_000);

  it("is not ended by the loss of another collection", async () => {
    const own = await makeCollectionOf(people.stays, "Own");
    const stream = await follow(people.stays.access);
    await people.stays.ask(`/api/v1/collections/${own}`, { method: "DELETE" });
    await new Promise((later) => setTimeout(later, WITHIN_MS));
    expect(stream.isOpen()).toBe(true);
    stream.leave();
  }, 30_000);
});

describe("whether one is still let in", () => {
  let person: TestBrowser;
  beforeAll(async () => {
    api = await openAccountsApi();
    server = await startServer(api.instance);
    person = await api.join("mira@example.org", "member");
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await api.close();
  });

  const ask = (wait: number) =>
    fetch(`${server.url}/api/v1/account/presence?wait=${wait}`, {
      headers: { authorization: `Bearer ${person.access}` },
    });

  it("is answered without a body, after the time that was asked for", async () => {
    const since = performance.now();
    expect((await ask(0)).status).toBe(204);
    expect(performance.now() - since).toBeLessThan(1000);
    const answer = await ask(1);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    expect(performance.now() - since).toBeGreaterThan(1000);
    expect((await ask(26)).status).toBe(400);
  });

  it("is answered at once where one is out", async () => {
    const asked = ask(25);
    await new Promise((later) => setTimeout(later, 200));
    const since = performance.now();
    const id = await idOf("mira@example.org");
    await api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { state: "suspended" } });
    expect((await asked).status).toBe(401);
    expect(performance.now() - since).toBeLessThan(WITHIN_MS);
    await api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { state: "active" } });
    await person.signIn("mira@example.org");
  });

  it("does not hold up a server that stops", async () => {
    const asked = ask(25);
    await new Promise((later) => setTimeout(later, 200));
    const since = performance.now();
    await server.stop();
    expect((await asked).status).toBe(204);
    expect(performance.now() - since).toBeLessThan(3_000);
    server = await startServer(api.instance);
  });
});
