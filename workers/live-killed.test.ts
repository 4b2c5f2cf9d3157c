// kill -9 of a worker between an append and the version that holds it: every message is found after all, once.
import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { appendMessages, endSession, openSession } from "#services/sessions/sessions.ts";
import { createCollection } from "#services/store/collections.ts";
import { openParlance } from "#services/wire.ts";
import { startCrew } from "./crew.ts";
import { aHome, asDefault, atRest, leftBehind } from "./workers.builders.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe("a worker killed on the way of appended messages", () => {
  it("is replaced, and all of them are indexed once", async () => {
    const home = await aHome();
    closers.push(home.remove);
    const places = ["chunk.piece:1", "chunk.cut:1", "embed.kept:1", "commit.committed:1"];
    const parlance = asDefault(await openParlance(readConfig({ PARLANCE_HOME: home.folder })));
    closers.push(() => parlance.close());
    const log: string[] = [];
    const crew = await startCrew(parlance.instance, {
      env: { PARLANCE_FAIL_AT: places.join(","), PARLANCE_FAIL_ONCE: `${home.folder}/failed` },
      onLog: (line) => log.push(line),
      nice: 0,
    });
    closers.push(() => crew.stop());
    const { id: collection } = await createCollection(parlance.store, { name: "Garden" });
    const session = await openSession(parlance.store, { collection, externalId: "room-1" });
    for (const [call, length] of [600, 50].entries()) {
      await appendMessages(
        parlance.store,
        session.id,
        Array.from({ length }, (_, n) => ({
          id: `${call}.${n}`,
          author: n % 2 === 0 ? "ada" : "bob",
          role: "person",
          text: `frost comes tonight, cover bed ${call}.${n}`,
        })),
      );
      crew.wake();
    }
    await endSession(parlance.store, session.id);
    crew.wake();
    await atRest(parlance);
    for (const place of places)
      expect(existsSync(`${home.folder}/failed.${place.split(":")[0]}`), place).toBe(true);
    expect(log.join("\n").match(/SIGKILL/g)).toHaveLength(places.length);
    const { messages, chunks, batches, conversations, indexed } = await leftBehind(
      parlance,
      collection,
    );
    expect(messages).toHaveLength(650);
    expect(conversations).toMatchObject([{ message_count: 650 }]);
    const live = chunks.filter(({ state }) => state === "live").map(({ id }) => id);
    expect(live).toHaveLength(650);
    expect(indexed).toEqual(live);
    expect(batches.map(({ state }) => state)).toEqual(["committed"]);
  }, 120_000);
});
