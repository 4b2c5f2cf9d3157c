// The same figure wherever it is asked for: every page, the API and the command line are read for one collection, and compared.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analysis, TopicDetail, TopicList } from "#services/contract/analysis.ts";
import type { Collection } from "#services/contract/collections.ts";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import type { Figure, Overview } from "#services/contract/figures.ts";
import type { MapMeta } from "#services/contract/map.ts";
import { percent } from "#services/domain/percent.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);
const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);

/** A channel of which the log has joins only: a conversation without a message. */
const onlyJoins = [
  "--- Log opened Mon Mar 02 09:00:00 2026",
  "09:00 -!- minna [~m@host] has joined #lobby",
  "09:05 -!- minna [~m@host] has quit [Quit: leaving]",
].join("\n");

/** "12,345 messages" → 12345, of the first match in a text. */
const numberBefore = (text: string, noun: string): number =>
  Number((new RegExp(`([\\d,]+) ${noun}`).exec(text)?.[1] ?? "NaN").replaceAll(",", ""));

describe.skipIf(missing !== undefined)("numbers", () => {
  let home: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let at: string;
  let sample: Collection;
  let topics: TopicList;

  const parlance = async (...args: readonly string[]) =>
    (
      await run(process.execPath, [join(root, "cli", "main.ts"), ...args], {
        env: { ...process.env, PARLANCE_HOME: home, FORCE_COLOR: "0", NO_COLOR: "1" },
      })
    ).stdout;
  const read = <T>(path: string, body?: unknown) =>
    callJson<T>(`${at}${path}`, body === undefined ? {} : { body });
  const selected = async (selection: object) =>
    (await read<{ total: number }>("/messages", { selection, limit: 1 })).total;
  const open = async (path: string) => {
    await page.goto(`${server.url}/c/${sample.id}${path}`);
    await page.getByText(counts(), { exact: false }).first().waitFor();
  };
  const counts = () => `${sample.conversations} conversations · ${sample.messages} messages`;
  const wanted = () =>
    topics.topics.map(({ title, messages, share }) => [title, messages, percent(share)] as const);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-numbers-"));
    server = await startServer({ home, args: ["--demo"] });
    const { collections } = await callJson<{ collections: Collection[] }>(
      `${server.url}/api/v1/collections`,
    );
    at = `${server.url}/api/v1/collections/${collections[0]?.id}`;
    await callJson(`${at}/uploads?filename=lobby.log`, { method: "PUT", raw: onlyJoins });
    for (;;) {
      const { conversations, others, pending } = await read<Collection>("");
      const { state, stale } = await read<Analysis>("/analysis");
      if (`${conversations} ${others} ${pending} ${state} ${stale}` === "59 47 0 done false") break;
      await new Promise((later) => setTimeout(later, 300));
    }
    sample = await read<Collection>("");
    topics = await read<TopicList>("/topics");
    browser = await openChromium();
    page = await (
      await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" })
    ).newPage();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("of messages, conversations and people are the same all over the API", async () => {
    const { messages, conversations } = sample;
    const overview = await read<Overview>("/overview");
    expect(overview).toMatchObject({ messages, conversations });
    expect(overview.says[0]).toMatch(
      new RegExp(
        `^${messages} messages in ${conversations} conversations by ${overview.people} people`,
      ),
    );
    expect(await selected({})).toBe(messages);
    expect(topics.messages).toBe(messages);
    expect((await read<MapMeta>("/map")).messages).toBeLessThanOrEqual(messages);
    const list = await read<{
      conversations: ConversationSummary[];
      total: number;
      empty: number;
    }>("/conversations?limit=100");
    expect(list).toMatchObject({ total: conversations, empty: 1 });
    const sum = (pick: (of: ConversationSummary) => number) =>
      list.conversations.reduce((all, one) => all + pick(one), 0);
    expect(sum((one) => one.messages)).toBe(messages);
    expect(sum((one) => one.others)).toBe(sample.others);
    for (const one of list.conversations)
      expect(await selected({ conversations: [one.id] }), one.title ?? "").toBe(one.messages);
  });

  it("of topics add up to all messages, in the list, the single topic, its selection and the overview", async () => {
    const leaves = topics.topics.filter(({ leaf }) => leaf);
    expect(leaves.reduce((sum, one) => sum + one.messages, topics.outliers)).toBe(topics.messages);
    const overview = await read<Overview>("/overview");
    expect(overview.topics.map(({ id, messages, share }) => [id, messages, share])).toEqual(
      topics.topics.map(({ id, messages, share }) => [id, messages, share]),
    );
    for (const { id, messages, share } of topics.topics) {
      expect(share).toBeCloseTo(messages / topics.messages);
      expect(await selected({ topics: [id] })).toBe(messages);
      const { topic } = await read<TopicDetail>(`/topics/${id}`);
      expect(topic).toMatchObject({ messages, share });
    }
    expect(await selected({ topics: ["none"] })).toBe(topics.outliers);
    // The sentence names the topics that head the list, with their shares.
    const [first] = topics.topics;
    expect(overview.says[1]).toContain(
      `most about ${first?.title} (${percent(first?.share ?? 0)})`,
    );
  });

  it("of figures are those of the same messages", async () => {
    const { figures, messages } = await read<{ figures: Figure[]; messages: number }>(
      "/figures",
      {},
    );
    expect(messages).toBe(sample.messages);
    const sumOf = (name: string, column: string) => {
      const figure = figures.find((one) => one.name === name);
      const place = figure?.columns.findIndex(({ key }) => key === column) ?? -1;
      return figure?.rows.reduce((sum, row) => sum + Number(row[place]), 0);
    };
    const undated = messages - (sumOf("volume", "messages") ?? 0);
    const volume = figures.find(({ name }) => name === "volume");
    expect(volume?.says).toContain(`${undated} messages without a time left out`);
    expect(sumOf("topics-over-time", "messages")).toBe(sumOf("volume", "messages"));
    expect(sumOf("people", "messages")).toBe(messages);
    expect(volume?.time).toMatchObject({ first: sample.firstAt, last: sample.lastAt });
    const { people } = await read<Overview>("/overview");
    expect(figures.find(({ name }) => name === "people")?.says).toContain(`${people} people`);
  });

  it("are the API's on the command line", async () => {
    const row = (await parlance("collections"))
      .split("\n")
      .find((line) => line.includes(sample.id));
    expect(row).toMatch(
      new RegExp(`${sample.name}\\s+${sample.conversations}\\s+${sample.messages}\\s+`),
    );
    const table = await parlance("topics", "-c", sample.name);
    for (const [title, messages, share] of wanted()) {
      const line = table.split("\n").find((one) => one.trim().startsWith(title)) ?? "";
      expect(line.replace(/\s+/g, " ")).toContain(`${title} ${messages} ${share}`);
    }
    expect(table).toContain(
      `${topics.outliers} of ${topics.messages} messages (${percent(topics.outliers / topics.messages)}) belong to no topic`,
    );
    const report = await parlance("report", "-c", sample.name);
    expect(report).toContain(
      `${sample.messages} messages in ${sample.conversations} conversations`,
    );
    for (const [title, messages, share] of wanted())
      expect(report).toContain(`**${title}** (${messages} messages, ${share}`);
  });

  const rowsOf = async (rows: string, parts: readonly string[]) =>
    page
      .locator(rows)
      .evaluateAll(
        (all, wantedParts) =>
          all.map((row) => wantedParts.map((part) => row.querySelector(part)?.textContent ?? "")),
        parts as string[],
      );

  it("are the API's on every page", async () => {
    await page.goto(server.url);
    const card = page.locator(".home-card", { hasText: sample.name });
    await card.waitFor();
    expect((await card.innerText()).replace(/\s+/g, " ")).toContain(
      `${sample.conversations} conversations ${sample.messages} messages`,
    );
    const expected = wanted().map(([title, messages, share]) => [
      title,
      String(messages),
      share.replace(" ", "\u00a0"),
    ]);
    for (const path of ["", "/topics"]) {
      await open(path);
      await page.locator(".topic-row:has(a)").first().waitFor();
      expect(
        await rowsOf(".topic-row:has(a)", [
          ".topic-row-title",
          ".topic-row-size span:first-child",
          ".topic-row-size span:last-child",
        ]),
        path,
      ).toEqual(expected);
    }
    expect(await page.locator("body").innerText()).toContain(
      `${topics.outliers} of ${topics.messages} messages`,
    );
    await open("/map?as=table");
    await page.locator(".map-table-topic").first().waitFor();
    expect(await rowsOf(".map-table tbody tr", ["td:nth-child(1)", "td:nth-child(2)"])).toEqual(
      expected.map(([title, messages]) => [title, messages]),
    );
    await open("/map");
    await page.locator(".map-row").first().waitFor();
    expect(await rowsOf(".map-row", [".clip", ".tabular"])).toEqual([
      ...expected.map(([title, messages]) => [title, messages]),
      ["No topic", String(topics.outliers)],
    ]);
    await open("/trends");
    await page.getByText(`${sample.messages} messages`, { exact: true }).waitFor();
    await open("/conversations");
    await page
      .getByText(`${sample.conversations} conversations, and 1 without a message`)
      .waitFor();
  });

  it("of the strip of time are those of the chart beneath it, from the first day to the last", async () => {
    await open("/trends?step=month");
    const strip = page.locator(".histogram").first();
    await strip.waitFor();
    const { figures } = await read<{ figures: Figure[] }>("/figures", { figures: ["volume"] });
    const [volume] = figures;
    const label = (await strip.locator("svg").getAttribute("aria-label")) ?? "";
    expect(numberBefore(label, "messages")).toBe(
      volume?.rows.reduce((sum, row) => sum + Number(row[1]), 0),
    );
    const bars = await strip
      .locator("rect")
      .evaluateAll((all) => all.map((bar) => bar.hasAttribute("data-empty")));
    expect(bars).toEqual(volume?.rows.map((row) => row[1] === 0));
    expect(await strip.locator(".histogram-axis span").allInnerTexts()).toEqual([
      ...["2 Mar 2026", "9 May 2026"],
    ]);
  });
});
