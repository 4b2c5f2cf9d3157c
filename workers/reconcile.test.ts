// Rounds that look after what is stored: the first one of a server that starts while another one has its own, and what they erase.
import { afterEach, beforeEach, expect, it } from "vitest";
import { aCollection } from "#services/store/store.builders.ts";
import { createCollection, findCollection, openLeases } from "#services/store/store.ts";
import { reconcile, startReconciling } from "./reconcile.ts";
import { aHome, openHome, type TestParlance } from "./workers.builders.ts";

let home: Awaited<ReturnType<typeof aHome>>;
let parlance: TestParlance;
beforeEach(async () => {
  home = await aHome();
  parlance = await openHome(home.folder);
});
afterEach(async () => {
  await parlance.close();
  await home.remove();
});

it("says in the audit log that it erases a collection into which no file has come", async () => {
  const { instance, store } = parlance;
  const accounts = await instance.accounts();
  const entries = () =>
    accounts.parts.audit.list(store.rows, { action: "collection.delete", limit: 9 });
  const due = async (name: string) => {
    const { id } = await createCollection(store, { name, forFiles: true });
    await store.rows.updateTable("collections").set({ fill_by: 1 }).where("id", "=", id).execute();
    return id;
  };
  await due("Nobody signs in");
  await reconcile(instance);
  expect(await entries()).toEqual([]);
  await accounts.turnOn("http://localhost");
  const id = await due("Unfilled");
  await reconcile(instance);
  expect(await findCollection(store.rows, id)).toBeUndefined();
  expect(await entries()).toMatchObject([{ actor: "Parlance", actorId: null, target: id }]);
});

it("follows the round of another server", async () => {
  const { instance, store, jobs } = parlance;
  // An erasure whose job was lost: what a round queues again.
  const collection = await aCollection(store);
  await store.rows
    .updateTable("collections")
    .set({ state: "erasing" })
    .where("id", "=", collection)
    .execute();
  const queued = async () =>
    (await jobs.counts("everybody")).some(
      ({ name, waiting }) => name === "erase.requested" && waiting === 1,
    );
  const other = openLeases(instance.database, { host: "other", owner: "other" });
  const lease = await other.take("maintenance");
  if (lease === undefined) throw new Error("nobody else has it");
  const reconciling = await startReconciling(instance, (error) => expect.unreachable(`${error}`));
  expect(await queued()).toBe(false);
  await other.release(lease);
  await expect.poll(queued, { timeout: 10_000 }).toBe(true);
  await reconciling.stop();
});
