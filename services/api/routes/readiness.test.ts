// What /ready tells to whom: the whole state to whoever looks after the server, to members what concerns them, to others hardly anything.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { madeApiKey } from "#services/contract/accounts.ts";
import { type Readiness, readiness } from "#services/contract/system.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { seconds } from "#services/domain/units.ts";
import { enqueue } from "#services/store/store.ts";
import {
  type AccountsApi,
  makeCollectionOf,
  openAccountsApi,
  type TestBrowser,
} from "../accounts.builders.ts";

let api: AccountsApi;
let member: TestBrowser;
/** The collections of the member, and of the owner, each with a job that was given up and an index that is damaged. */
let theirs: string;
let owners: string;

const store = () => api.instance.within(workerScope(defaultOrganization)).store;

const breakCollection = async (collection: string): Promise<void> => {
  const { transaction, rows, now } = store();
  const job = {
    name: "watch.due",
    payload: { collection },
    key: `given-up ${collection}`,
  } as const;
  await transaction((inside) => enqueue(store(), inside, { ...job, delay: seconds(86_400) }));
  await rows
    .updateTable("jobs")
    .set({
      state: "buried",
      reason: `The index of ${collection} cannot be read.`,
      buried_at: now(),
    })
    .where("job_key", "=", job.key)
    .execute();
};

beforeAll(async () => {
  api = await openAccountsApi({
    engines: () => [{ name: "faiss", available: false, reason: "no /opt/faiss.so" }],
  });
  member = await api.join("mia@example.org", "member");
  theirs = await makeCollectionOf(member, "Letters");
  owners = await makeCollectionOf(api.owner, "Secrets");
  for (const collection of [theirs, owners]) await breakCollection(collection);
  api.instance.health.tell("worker index 0", [
    {
      code: "index-damaged",
      message: "A file of col_elsewhere is gone.",
      collection: "col_elsewhere",
    },
  ]);
});
afterAll(() => api.close());

const asked = (who: TestBrowser): Promise<Readiness> => who.read(readiness, "/ready");

/** What names a place or a part of this server. */
const inside = () => {
  const { host, database, indexes, blobs } = api.instance.facts;
  return [host, database, indexes, blobs, "faiss", "col_elsewhere", "kept free"];
};

describe("the state of the server", () => {
  it("is told in full to the owner of the first organization and to the command line", async () => {
    const { parts } = await api.instance.accounts();
    const operator = api.browser();
    operator.access = await parts.tokens.operator(defaultOrganization);
    for (const who of [api.owner, operator]) {
      const text = JSON.stringify(await asked(who));
      for (const detail of inside()) expect(text).toContain(detail);
    }
  });

  it("is told to a member as far as it concerns what they may open", async () => {
    const told = await asked(member);
    expect(told.ready).toBe(true);
    expect(told.server).toBeUndefined();
    expect(told.checks.map(({ detail }) => detail)).toEqual(told.checks.map(() => "ok"));
    expect(told.degraded).toMatchObject([{ code: "job-given-up", collection: theirs }]);
    const text = JSON.stringify(told);
    for (const detail of [...inside(), owners]) expect(text).not.toContain(detail);
  });

  it("is told so to admins and keys too: they look after people, not after the server", async () => {
    const admin = await api.join("ada@example.org", "admin");
    const key = api.browser();
    const made = await api.owner.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "embeds", scopes: ["embed"] },
    });
    key.access = made.secret;
    for (const who of [admin, key]) {
      const text = JSON.stringify(await asked(who));
      for (const detail of [...inside(), owners, theirs]) expect(text).not.toContain(detail);
    }
  });

  it("is told to strangers without anything that is degraded", async () => {
    const told = await asked(api.browser());
    expect(told).toMatchObject({ ready: true, degraded: [], engines: [] });
    expect(told.server).toMatchObject({ host: "", database: "", broker: "" });
    for (const detail of inside()) expect(JSON.stringify(told)).not.toContain(detail);
  });
});
