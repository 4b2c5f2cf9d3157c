// The first round of a server that starts while another one looks after what is stored: it is done when the other has ended.
import { afterEach, beforeEach, expect, it } from "vitest";
import { aCollection } from "#services/store/store.builders.ts";
import { openLeases } from "#services/store/store.ts";
import { startReconciling } from "./reconcile.ts";
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
