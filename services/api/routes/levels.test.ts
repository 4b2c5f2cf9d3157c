// What each collection in an answer says its reader may do in it, by sharing, role and the scopes of a key.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { type keyScope, madeApiKey } from "#services/contract/accounts.ts";
import { collection, collectionList } from "#services/contract/collections.ts";
import { conceptList } from "#services/contract/concepts.ts";
import { memberList } from "#services/contract/organizations.ts";
import { defaultOrganization, readCollectionId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { changeConcept, createConcept } from "#services/store/store.ts";
import {
  type AccountsApi,
  makeCollectionOf,
  openAccountsApi,
  type TestBrowser,
} from "../accounts.builders.ts";

const raise = () => {
  throw new Error("That is no id of a collection.");
};

let api: AccountsApi;
let member: TestBrowser;
let viewer: TestBrowser;
let admin: TestBrowser;
let shared: string;

const levelFor = async (person: TestBrowser, id = shared): Promise<string | undefined> => {
  const { collections } = await person.read(collectionList, "/api/v1/collections");
  return collections.find((one) => one.id === id)?.level;
};
const idOf = async (email: string): Promise<string> => {
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  return members.find((one) => one.email === email)?.id ?? "";
};
const tryToShare = async (
  everybody: "read" | "edit" | null,
  to: readonly (readonly [email: string, level: string])[],
) => {
  const grants = await Promise.all(
    [["olga@example.org", "manage"] as const, ...to].map(async ([email, level]) => ({
      kind: "user",
      id: await idOf(email),
      level,
    })),
  );
  const body = { everybody, grants };
  return api.owner.ask(`/api/v1/collections/${shared}/access`, { method: "PUT", body });
};
const share = async (
  everybody: "read" | "edit" | null,
  to: readonly (readonly [email: string, level: string])[] = [],
) => {
  const answered = await tryToShare(everybody, to);
  expect(answered.status, answered.text).toBe(200);
};

beforeAll(async () => {
  api = await openAccountsApi();
  member = await api.join("mira@example.org", "member");
  viewer = await api.join("viki@example.org", "viewer");
  admin = await api.join("adam@example.org", "admin");
  shared = await makeCollectionOf(api.owner, "Orchard");
});
afterAll(() => api.close());

describe("the level of a collection", () => {
  it("is to manage for its maker, in the answer that makes it too", async () => {
    const made = await member.read(collection, "/api/v1/collections", { body: { name: "Mine" } });
    expect(made.level).toBe("manage");
    expect(await levelFor(member, made.id)).toBe("manage");
    expect(await levelFor(api.owner, made.id)).toBeUndefined();
  });

  it("is what it was shared at, from the next request on", async () => {
    expect(await levelFor(member)).toBeUndefined();
    for (const level of ["read", "edit", "manage"]) {
      await share(null, [["mira@example.org", level]]);
      expect(await levelFor(member)).toBe(level);
    }
    await share(null);
    expect(await levelFor(member)).toBeUndefined();
  });

  it("is to read for viewers, and to manage for admins of what is open to everybody", async () => {
    await share("edit", [["viki@example.org", "read"]]);
    expect(await levelFor(viewer)).toBe("read");
    expect(await levelFor(member)).toBe("edit");
    expect(await levelFor(admin)).toBe("manage");
  });

  it("is not given to viewers beyond reading, and waits where a member becomes one", async () => {
    for (const level of ["edit", "manage"]) {
      const refused = await tryToShare("read", [["viki@example.org", level]]);
      expect(refused).toMatchObject({ status: 409, code: "viewers-only-read" });
      expect(refused.text).toContain("viki is a viewer");
    }
    const path = `/api/v1/members/${await idOf("viki@example.org")}`;
    const become = (role: string) => api.owner.ask(path, { method: "PATCH", body: { role } });
    await become("member");
    await share("edit", [["viki@example.org", "manage"]]);
    expect(await levelFor(viewer)).toBe("manage");
    await become("viewer");
    await share("read", [["viki@example.org", "manage"]]);
    expect(await levelFor(viewer)).toBe("read");
    await share("edit");
  });

  it("is not what a viewer's key is made for", async () => {
    const make = (scopes: readonly string[]) =>
      viewer.ask("/api/v1/account/keys", { body: { name: "key", scopes } });
    for (const scope of ["import", "embed", "write", "admin"])
      expect((await make(["read", scope])).code).toBe("not-allowed");
    expect((await make(["read", "search"])).status).toBe(201);
  });

  it("reaches no further than the scopes of a key", async () => {
    const keyWith = async (scopes: readonly z.infer<typeof keyScope>[]): Promise<TestBrowser> => {
      const { secret } = await api.owner.read(madeApiKey, "/api/v1/account/keys", {
        body: { name: "key", scopes },
      });
      return Object.assign(api.browser(), { access: secret });
    };
    expect(await levelFor(await keyWith(["read", "search"]))).toBe("read");
    expect(await levelFor(await keyWith(["read", "import"]))).toBe("edit");
    expect(await levelFor(await keyWith(["read", "write"]))).toBe("manage");
  });

  it("is to manage for everybody where there are no accounts, and for the operator", async () => {
    const accounts = await api.instance.accounts();
    await accounts.turnOff();
    expect(await levelFor(api.browser())).toBe("manage");
    await accounts.turnOn("http://localhost");
    const operator = api.browser();
    operator.access = await accounts.parts.tokens.operator(defaultOrganization);
    expect(await levelFor(operator)).toBe("manage");
  });
});

describe("the webhook of a concept", () => {
  it("and its secret are for those who may edit", async () => {
    await share("read", [["mira@example.org", "edit"]]);
    const path = `/api/v1/collections/${shared}/concepts`;
    const { store } = api.instance.within(workerScope(defaultOrganization));
    const asked = { name: "Frost", query: "frost in spring", examples: [] };
    const { id } = await createConcept(store, readCollectionId(shared) ?? raise(), asked);
    const webhook = "https://example.org/hook/s3cret";
    await changeConcept(store, id, { watch: true, webhook }, () => "signed with this");
    const ofMember = (await member.read(conceptList, path)).concepts[0];
    expect(ofMember).toMatchObject({ webhook, secret: "signed with this" });
    expect((await viewer.read(conceptList, path)).concepts[0]).toMatchObject({
      name: "Frost",
      webhook: null,
      secret: null,
    });
  });
});
