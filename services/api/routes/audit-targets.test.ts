// The audit log names what each entry is about: what a route was asked for, or what it made.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concept } from "#services/contract/concepts.ts";
import { conversationList } from "#services/contract/conversations.ts";
import { mergeAccepted } from "#services/contract/merges.ts";
import { uploadAccepted } from "#services/contract/uploads.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import {
  type AccountsApi,
  makeCollectionOf,
  openAccountsApi,
  type TestBrowser,
} from "../accounts.builders.ts";
import { printerDay } from "../api.builders.ts";
import { buildApp } from "../app.ts";
import { rules } from "../rules.ts";

let api: AccountsApi;
let member: TestBrowser;
beforeAll(async () => {
  // A concept needs something that is indexed.
  api = await openAccountsApi({ idle: false, now: () => millis(Date.now()) });
  member = await api.join("mia@example.org", "member");
});
afterAll(() => api.close());

const entries = async (action?: string) => {
  const { parts } = await api.instance.accounts();
  const rows = api.instance.within({
    organization: defaultOrganization,
    caller: { kind: "worker" },
    collections: "all",
  }).store.rows;
  return parts.audit.list(rows, { action, limit: 1000 });
};

/** A text, until it is in a version. */
const bring = async (collection: string, filename = "a.txt"): Promise<void> => {
  const headers = { authorization: `Bearer ${member.access}` };
  const sent = await api.ask(`/api/v1/collections/${collection}/uploads?filename=${filename}`, {
    method: "PUT",
    headers,
    body: printerDay,
  });
  const { id } = uploadAccepted.parse(await sent.json());
  await (await api.ask(`/api/v1/uploads/${id}/events`, { headers })).text();
};

/** Ids that name nothing, each different from the others: the log tells of what was asked for before it is looked up. */
const asked: Readonly<Record<string, string>> = {
  id: "col_0000000000000000",
  concept: "con_0000000000000000",
  version: "1",
  share: "shr_0000000000000000",
  columns: "0123456789ab",
  edit: "edt_0000000000000000",
  upload: "upl_0000000000000000",
  merge: "cnv_0000000000000000",
};

const audited = Object.entries(rules).flatMap(([route, { audit, makes }]) =>
  audit === undefined ? [] : [{ route, audit, makes }],
);

describe("an entry of the audit log", () => {
  it("names the new collection, in the log once it is made", async () => {
    const id = await makeCollectionOf(member, "Letters");
    expect(await entries("collection.make")).toMatchObject([
      { target: id, actor: "mia", details: {} },
    ]);
    const taken = await member.ask("/api/v1/collections", { body: { name: "Letters" } });
    expect(taken.status).toBe(409);
    expect(await entries("collection.make")).toHaveLength(1);
  });

  it("is never left out where a request is answered elsewhere: it is not answered then", async () => {
    const failures: unknown[] = [];
    const elsewhere = buildApp(api.instance, {
      scopeOf: () => ({
        organization: defaultOrganization,
        caller: { kind: "operator" },
        collections: "all",
      }),
      onError: (error) => failures.push(error),
    });
    const answer = await elsewhere.request("/api/v1/collections", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Untold" }),
    });
    expect(answer.status).toBe(500);
    expect(failures).toMatchObject([{ message: expect.stringContaining("what the log is to be") }]);
    expect((await api.owner.ask("/api/v1/collections")).text).not.toContain("Untold");
  });

  it("names the new concept and its collection, and then which concept was changed", async () => {
    const collection = await makeCollectionOf(member, "Bees");
    await bring(collection);
    const at = `/api/v1/collections/${collection}/concepts`;
    const { id } = await member.read(concept, at, { body: { name: "Hives", query: "hive" } });
    await member.ask(`${at}/${id}`, { method: "PATCH", body: { name: "Honey" } });
    await member.ask(`${at}/${id}`, { method: "DELETE", body: {} });
    const told = { target: id, details: { within: collection } };
    expect(await entries("concept")).toMatchObject([
      { action: "concept.delete", ...told },
      { action: "concept.change", ...told },
      { action: "concept.make", ...told },
    ]);
  });

  it("names the merged conversation and its collection", async () => {
    const collection = await makeCollectionOf(member, "Boats");
    for (const day of ["2026-01-05", "2026-01-06"]) await bring(collection, `${day}.log`);
    const at = `/api/v1/collections/${collection}`;
    const { conversations } = await member.read(conversationList, `${at}/conversations`);
    const { id } = await member.read(mergeAccepted, `${at}/merges`, {
      body: { conversations: conversations.map((one) => one.id) },
    });
    await member.ask(`${at}/merges/${id}`, { method: "DELETE", body: {} });
    const told = { target: id, details: { within: collection } };
    expect(await entries("conversation")).toMatchObject([
      { action: "conversation.unmerge", ...told },
      { action: "conversation.merge", ...told },
    ]);
  });

  it.each(audited.filter(({ makes }) => makes !== true))(
    "has a target: $audit, of $route",
    async ({ route, audit }) => {
      const [method = "", template = ""] = route.split(" ");
      const names = [...template.matchAll(/\{(\w+)\}/gu)].map(([, name = ""]) => name);
      const path = template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => asked[name] ?? "x");
      const body = method === "get" || method === "delete" ? undefined : {};
      await api.owner.ask(path, { method: method.toUpperCase(), body });
      const [newest] = await entries(audit);
      const last = names.at(-1);
      expect(newest).toMatchObject({
        action: audit,
        target: last === undefined ? defaultOrganization : asked[last],
      });
    },
  );

  it("has a target whatever it tells of", async () => {
    const { turnOff, turnOn } = await api.instance.accounts();
    await turnOff();
    await turnOn("http://localhost");
    await member.ask("/api/v1/members");
    const all = await entries();
    expect(all.length).toBeGreaterThan(15);
    expect(all.filter(({ target }) => target === null)).toEqual([]);
  });

  it("tells what every route makes that is to be told with it", async () => {
    const made = audited.filter(({ makes }) => makes === true).map(({ audit }) => audit);
    const told = new Set((await entries()).map(({ action }) => action));
    expect(made.filter((action) => !told.has(action))).toEqual([]);
  });
});
