// Tests of topics, trends, map and report of the sample, by the command line beside a running server.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TopicList } from "#services/contract/analysis.ts";
import type { Collection } from "#services/contract/collections.ts";
import type { Figure } from "#services/contract/figures.ts";
import type { MapMeta } from "#services/contract/map.ts";
import { program } from "../../cli/program.builders.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";
import { copySampleHome } from "./sample-home.ts";

const run = promisify(execFile);

describe("the sample in a terminal", () => {
  let home: string;
  let server: RunningServer;
  let sample: Collection;

  const parlance = async (...args: readonly string[]) =>
    (
      await run(process.execPath, [program, ...args, "-c", sample.name], {
        env: { ...process.env, PARLANCE_HOME: home, FORCE_COLOR: "0", NO_COLOR: "1" },
        maxBuffer: 64 * 1024 * 1024,
      })
    ).stdout;
  const topicsNow = async () => JSON.parse(await parlance("topics", "--json")) as TopicList;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-insight-"));
    await copySampleHome(home);
    server = await startServer({ home });
    const { collections } = await callJson<{ collections: Collection[] }>(
      `${server.url}/api/v1/collections`,
    );
    sample = collections[0] as Collection;
  });

  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("has topics as a table, as JSON, and one of them in full", async () => {
    const { topics } = await topicsNow();
    // A topic of a few messages may have no keywords.
    const leaf = topics.find((topic) => topic.leaf && topic.keywords.length > 0);
    expect(topics.length).toBeGreaterThan(1);
    const table = await parlance("topics");
    for (const { id, title } of topics) {
      expect(table).toContain(id);
      expect(table).toContain(title.slice(0, 12));
    }
    const one = await parlance("topics", "--topic", leaf?.id ?? "");
    expect(one).toContain(leaf?.title);
    expect(one).toContain(leaf?.keywords[0]?.term);
    await expect(parlance("topics", "--topic", "no such topic")).rejects.toMatchObject({
      stderr: expect.stringContaining("no topic called"),
    });
  });

  it("is edited by hand and analysed again, and shows the history of its topics", async () => {
    const [first] = (await topicsNow()).topics.filter(({ leaf }) => leaf);
    const said = await parlance("topics", "--rename", `${first?.id}=By hand`);
    expect(said).toContain("“By hand”");
    await parlance("topics", "--update");
    const { topics } = await topicsNow();
    expect(topics.find(({ id }) => id === first?.id)).toMatchObject({ titleBy: "person" });
    // Topics that have not changed are only in the full list.
    expect(await parlance("topics", "--history", "--json")).toContain("By hand");
  });

  it("has trends as tables and CSV, narrowed to a time", async () => {
    const table = await parlance("trends", "--figure", "volume,people");
    expect(table).toContain("Messages over time");
    const csv = await parlance("trends", "--figure", "people", "--csv");
    expect(csv).toMatch(/^Author,Messages,Share/);
    const all = JSON.parse(await parlance("trends", "--figure", "volume", "--json")) as {
      messages: number;
      figures: Figure[];
    };
    const some = JSON.parse(
      await parlance("trends", "--figure", "volume", "--after", "2026-04", "--json"),
    ) as typeof all;
    expect(some.messages).toBeGreaterThan(0);
    expect(some.messages).toBeLessThan(all.messages);
    await expect(parlance("trends", "--figure", "pie")).rejects.toMatchObject({
      stderr: expect.stringContaining("volume"),
    });
  });

  it("has a map as regions, as points and as a drawing", async () => {
    const meta = JSON.parse(await parlance("map", "--json")) as MapMeta;
    expect(await parlance("map")).toContain(meta.regions[0]?.title);
    const csv = join(home, "map.csv");
    await parlance("map", "--out", csv);
    const lines = (await readFile(csv, "utf8")).trim().split("\r\n");
    expect(lines).toHaveLength(meta.points + 1);
    const svg = await parlance("map", "--format", "svg");
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });

  it("has a report as Markdown and as one page", async () => {
    expect(await parlance("report")).toContain("## Topics");
    const file = join(home, "report.html");
    await parlance("report", "--out", file);
    const page = await readFile(file, "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|@import/);
    expect(page).toContain("By hand");
  });
});
