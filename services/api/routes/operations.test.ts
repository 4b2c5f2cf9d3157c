// What whoever runs the server is told: settings without secrets, the model, what is stored, given-up jobs of all organizations.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { organizationList } from "#services/contract/organizations.ts";
import { givenUpList, modelReport, settingList, storageReport } from "#services/contract/server.ts";
import {
  type CollectionId,
  collectionId,
  defaultOrganization,
  type OrganizationId,
  organizationId,
  readCollectionId,
} from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { seconds } from "#services/domain/units.ts";
import { addOrganization } from "#services/store/store.ts";
import { type AccountsApi, makeCollectionOf, openAccountsApi } from "../accounts.builders.ts";
import { openTestApi, printerDay } from "../api.builders.ts";

const secret = "7Xq2mV9sLw4Rt8Yb1Nc6Zd3Kf5Hj0PgU4";
const other = organizationId("bakers");

const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("it is not there");
  return value;
};

let api: AccountsApi;
let own: string;
/** Of the other organization, which the owner of the first may not open. */
const foreign = collectionId("oven0000");

beforeAll(async () => {
  api = await openAccountsApi({
    idle: false,
    env: {
      PARLANCE_SECRET: secret,
      PARLANCE_LLM_BASE_URL: "http://reader:hunter2@localhost:9/v1",
      PARLANCE_LLM_MODEL: "small",
      PARLANCE_LLM_API_KEY: "key-of-the-model",
      PARLANCE_STORED_BYTE: "5",
      PARLANCE_NONSENSE_OF_MINE: "5",
    },
  });
  own = await makeCollectionOf(api.owner, "Printers");
  const sent = await api.ask(`/api/v1/collections/${own}/uploads?filename=day.log`, {
    method: "PUT",
    body: printerDay,
    headers: { authorization: `Bearer ${api.owner.access}` },
  });
  const { id } = (await sent.json()) as { id: string };
  await (
    await api.ask(`/api/v1/uploads/${id}/events`, {
      headers: { authorization: `Bearer ${api.owner.access}` },
    })
  ).text();
  const { database } = (await api.instance.accounts()).parts;
  await addOrganization(database.system.rows, {
    id: other,
    name: "Bakers",
    created_at: 1,
  });
  await database
    .within(workerScope(other))
    .rows.insertInto("collections")
    .values({
      id: foreign,
      name: "Secret recipes",
      description: "",
      zone: "UTC",
      created_at: 1,
      model_id: "older",
      model_fingerprint: "f00d",
      dim: 3,
      state: "active",
      version: null,
      indexed_chunks: 12,
      analysis_settings: null,
      revision: 0,
      erasures: 0,
      health: null,
      recut_after: null,
      fill_by: null,
      changed_texts: 0,
    })
    .execute();
}, 60_000);
afterAll(() => api.close());

describe("the settings", () => {
  it("say where each value comes from, and nothing of secrets but whether they are set", async () => {
    const { text } = await api.owner.ask("/api/v1/settings");
    for (const hidden of [secret, "hunter2", "key-of-the-model"])
      expect(text).not.toContain(hidden);
    const { settings, unknown, signIn } = settingList.parse(JSON.parse(text));
    const of = (name: string) => settings.find((one) => one.name === name);
    expect(of("PARLANCE_SECRET")).toMatchObject({
      value: null,
      isSecret: true,
      isSet: true,
      source: "environment",
    });
    expect(of("PARLANCE_LLM_MODEL")).toMatchObject({ value: "small", source: "environment" });
    expect(of("PARLANCE_LLM_BASE_URL")?.value).toBe("http://reader:•••@localhost:9/v1");
    expect(of("PARLANCE_STORED_BYTES")).toMatchObject({
      value: "0",
      default: "0",
      source: "default",
      isSet: false,
    });
    expect(unknown).toEqual([
      { name: "PARLANCE_STORED_BYTE", near: "PARLANCE_STORED_BYTES" },
      { name: "PARLANCE_NONSENSE_OF_MINE", near: null },
    ]);
    expect(signIn).toEqual({ on: true, source: "database" });
  });

  it("are told where nobody signs in, and not to members or owners of other organizations", async () => {
    const open = await openTestApi({ idle: true });
    try {
      const { signIn } = await open.read(settingList, "/api/v1/settings");
      expect(signIn).toEqual({ on: false, source: "default" });
    } finally {
      await open.close();
    }
    const member = await api.join("sam@example.org", "member");
    for (const path of ["settings", "model", "storage", "given-up-jobs"])
      expect((await member.ask(`/api/v1/${path}`)).code).toBe("not-allowed");
  });
});

describe("the model", () => {
  it("is told with the collections of each model, of which only one's own are named", async () => {
    const { model, uses } = await api.owner.read(modelReport, "/api/v1/model");
    expect(model).toMatchObject({ id: "hash-64", dim: 64, licence: null, bytes: null });
    expect(uses).toEqual([
      {
        id: "older",
        fingerprint: "f00d",
        isHere: false,
        organizations: 1,
        collections: 1,
        embeddings: 12,
        named: [],
      },
      expect.objectContaining({
        id: "hash-64",
        isHere: true,
        collections: 1,
        named: [{ id: own, name: "Printers" }],
      }),
    ]);
  });
});

describe("what is stored", () => {
  it("is counted by organization and collection, with the sums of the list of organizations", async () => {
    const { disk, parts, organizations } = await api.owner.read(storageReport, "/api/v1/storage");
    expect(disk.freeBytes).toBeGreaterThan(0);
    for (const bytes of [parts.database, parts.files, parts.indexes])
      expect(bytes).toBeGreaterThan(0);
    const bakers = organizations.find(({ id }) => id === other);
    expect(bakers?.collections).toEqual([
      {
        id: foreign,
        name: null,
        isErasing: false,
        messages: 0,
        files: 0,
        fileBytes: 0,
        indexBytes: null,
      },
    ]);
    const first = organizations.find(({ id }) => id === defaultOrganization);
    expect(first?.collections).toMatchObject([
      { id: own, name: "Printers", files: 1, fileBytes: Buffer.byteLength(printerDay) },
    ]);
    expect(first?.collections[0]?.indexBytes).toBeGreaterThan(0);
    const list = await api.owner.read(organizationList, "/api/v1/organizations");
    for (const { id, bytes, messages } of list.organizations) {
      const stored = organizations.find((one) => one.id === id);
      expect([stored?.fileBytes, stored?.messages]).toEqual([bytes, messages]);
    }
  });
});

describe("given-up jobs", () => {
  it("say why where they are of the organization of whoever asks", async () => {
    const { system } = (await api.instance.accounts()).parts.database;
    const collection = await makeCollectionOf(api.owner, "Ovens");
    await api.instance.bus.publish({
      name: "index.due",
      payload: { collection: collection as never },
      organization: defaultOrganization,
      collection: collection as never,
      delay: seconds(3600),
    });
    await system.rows
      .updateTable("jobs")
      .set({ state: "buried", reason: "The oven is cold.", buried_at: 5, attempt: 3 })
      .where("collection_id", "=", collection as never)
      .execute();
    const { jobs } = await api.owner.read(givenUpList, "/api/v1/given-up-jobs");
    expect(jobs).toMatchObject([{ reason: "The oven is cold." }]);
    await api.owner.ask(`/api/v1/given-up-jobs/${jobs[0]?.id}`, { method: "DELETE" });
  });

  it("of any organization are listed, tried again and forgotten, which the log tells", async () => {
    await api.instance.bus.publish({
      name: "index.due",
      payload: { collection: foreign },
      organization: other,
      collection: foreign,
      // No stage takes it before it is given up.
      delay: seconds(3600),
    });
    const { system } = (await api.instance.accounts()).parts.database;
    await system.rows
      .updateTable("jobs")
      .set({ state: "buried", reason: "The oven is cold.", buried_at: 5, attempt: 3 })
      .where("org_id", "=", other)
      .execute();
    const answer = await api.owner.ask("/api/v1/given-up-jobs");
    // What another organization's file holds may stand in it.
    expect(answer.text).not.toContain("The oven is cold");
    const { total, jobs } = givenUpList.parse(answer.json());
    expect(total).toBe(1);
    expect(jobs).toMatchObject([
      {
        reason: "Its own organization is told why, in its list of jobs.",
        organization: { id: other, name: "Bakers" },
      },
    ]);
    const path = `/api/v1/given-up-jobs/${jobs[0]?.id}`;
    const left = await api.owner.read(givenUpList, path, { method: "DELETE" });
    expect(left).toEqual({ total: 0, jobs: [] });
    expect((await api.owner.ask(path, { method: "DELETE" })).code).toBe("unknown-job");
    expect((await api.owner.ask(`${path}/retry`, { method: "POST" })).code).toBe("unknown-job");
    const log = await api.owner.ask("/api/v1/audit?action=server.job.forget");
    expect(log.text).toContain(String(jobs[0]?.id));
  });

  it("are in the log of their organization too, once they are tried again or forgotten", async () => {
    const { database, audit } = (await api.instance.accounts()).parts;
    const publish = (organization: OrganizationId, collection: CollectionId) =>
      api.instance.bus.publish({
        name: "index.due",
        payload: { collection },
        organization,
        collection,
        delay: seconds(3600),
      });
    const giveUp = async (collection: CollectionId): Promise<string> => {
      await database.system.rows
        .updateTable("jobs")
        .set({ state: "buried", reason: "It is cold.", buried_at: 5, attempt: 3 })
        .where("collection_id", "=", collection)
        .where("name", "=", "index.due")
        .execute();
      const { jobs } = await api.owner.read(givenUpList, "/api/v1/given-up-jobs");
      return jobs[0]?.id ?? "";
    };
    const ask = (method: string, id: string, then = "") =>
      api.owner.ask(`/api/v1/given-up-jobs/${id}${then}`, { method });
    const toldOf = async (organization: OrganizationId, target: string) =>
      (await audit.list(database.within(workerScope(organization)).rows, { limit: 100 }))
        .filter((entry) => entry.target === target)
        .map(({ actor, action }) => `${actor} ${action}`);
    await publish(other, foreign);
    const theirs = await giveUp(foreign);
    expect((await ask("POST", theirs, "/retry")).status).toBe(202);
    expect(await giveUp(foreign)).toBe(theirs);
    expect((await ask("DELETE", theirs)).status).toBe(200);
    expect((await ask("DELETE", theirs)).code).toBe("unknown-job");
    const told = ["Olga server.job.forget", "Olga server.job.retry"];
    expect(await toldOf(other, theirs)).toEqual(told);
    const printers = known(readCollectionId(own));
    await publish(defaultOrganization, printers);
    const mine = await giveUp(printers);
    expect((await ask("DELETE", mine)).status).toBe(200);
    expect(await toldOf(defaultOrganization, mine)).toEqual(["Olga server.job.forget"]);
  });
});
