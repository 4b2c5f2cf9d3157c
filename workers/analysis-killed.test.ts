// kill -9 of the process that analyses, between keeping what it found and saying so: the next one finishes it, once.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { listAnalyses } from "#services/store/analyses.ts";
import { createCollection } from "#services/store/collections.ts";
import { listTopics } from "#services/store/topics.ts";
import { openParlance } from "#services/wire.ts";
import { asChats, type Theme, talkOf, themes } from "./analysis.builders.ts";
import { startCrew } from "./crew.ts";
import { aHome, asDefault, ended, send } from "./workers.builders.ts";

const places = ["analyse.grouped", "analyse.kept", "analyse.finished"];

describe("a process that is killed while it analyses", () => {
  it("is replaced, wherever it dies, and the analysis is done once", async () => {
    const home = await aHome();
    const parlance = asDefault(await openParlance(readConfig({ PARLANCE_HOME: home.folder })));
    const log: string[] = [];
    const crew = await startCrew(parlance.instance, {
      env: {
        PARLANCE_FAIL_AT: places.join(","),
        PARLANCE_FAIL_ONCE: `${home.folder}/failed`,
      },
      onLog: (line) => log.push(line),
      nice: 0,
    });
    const { id } = await createCollection(parlance.store, { name: "Club" });
    const texts = (Object.keys(themes) as Theme[]).flatMap((theme) => talkOf(theme, 20));
    const upload = await send(parlance, id, { name: "a.jsonl", text: asChats("a", texts) });
    crew.wake();
    expect((await ended(parlance, upload)).state).toBe("done");
    const states = async () =>
      (await listAnalyses(parlance.store.rows, id)).map(({ state }) => state).join();
    await expect.poll(states, { timeout: 60_000, interval: 100 }).toBe("done");
    // The last death comes after the end: its job is delivered again, and finds nothing to do.
    const jobs = async () =>
      (await parlance.jobs.counts("everybody")).find(({ name }) => name === "analysis.due");
    const idle = async () => {
      const found = await jobs();
      return (found?.waiting ?? 0) + (found?.active ?? 0);
    };
    await expect.poll(idle, { timeout: 30_000, interval: 100 }).toBe(0);
    for (const place of places)
      expect(existsSync(`${home.folder}/failed.${place}`), place).toBe(true);
    expect(log.join("\n").match(/SIGKILL/g)).toHaveLength(places.length);
    expect(await states()).toBe("done");
    const [done] = await listAnalyses(parlance.store.rows, id);
    const topics = await listTopics(parlance.store.rows, id);
    expect(done).toMatchObject({ points: 120, messages: 120, topics: topics.length });
    const index = await parlance.indexes.open(id);
    expect((await index.attached("analysis"))?.version).toBe(done?.version);
    expect((await index.verify()).damaged).toEqual([]);
    await crew.stop();
    await parlance.close();
    await home.remove();
  }, 120_000);
});
