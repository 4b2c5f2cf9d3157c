// The command line on a home itself: an import by workers of its own, which are gone when it has ended.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { collection } from "#services/contract/collections.ts";
import { upload, uploadAccepted } from "#services/contract/uploads.ts";
import { ask } from "../client/client.ts";
import { openLocal } from "./local.ts";

const workers = (): number[] =>
  readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number),
  );

it("does its work at the priority of the command, analyses below it", async () => {
  const home = await mkdtemp(join(tmpdir(), "parlance-local-"));
  const client = await openLocal(readConfig({ PARLANCE_HOME: home }));
  expect(workers()).toEqual([]);
  const { id } = await ask(client, collection, {
    path: "/api/v1/collections",
    body: { name: "Bees" },
  });
  const sent = await client.fetch(`/api/v1/collections/${id}/uploads?filename=a.jsonl`, {
    method: "PUT",
    body: '{"messages":[{"role":"user","content":"How do bees make honey?"}]}\n',
  });
  const { id: uploaded } = uploadAccepted.parse(await sent.json());
  const look = () => ask(client, upload, { path: `/api/v1/uploads/${uploaded}` });
  await expect.poll(async () => (await look()).state, { timeout: 20_000 }).toBe("done");
  const own = getPriority();
  const priorities = () => workers().map((pid) => getPriority(pid));
  // The process for analyses is started when one is due, a moment after the import.
  const all = [own, own, Math.max(own, 5)];
  await expect.poll(() => priorities().sort(), { timeout: 20_000 }).toEqual(all);
  await client.close();
  expect(workers()).toEqual([]);
  await rm(home, { recursive: true });
});
