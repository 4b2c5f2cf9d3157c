// The same figure wherever it is asked for: every page, the API and the command line are read for a collection of each kind, and compared.
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
import type { CollectionPeople } from "#services/contract/people.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { percent } from "#services/domain/percent.ts";
import { program } from "../../cli/program.builders.ts";
import { chromiumIsMissing, openChromium } from "./chromium.ts";
import { claudeExport, ircArchive, realIrcDays, realIrcIsMissing } from "./numbers.builders.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";
import { copySampleHome } from "./sample-home.ts";

const run = promisify(execFile);
const missing = chromiumIsMissing();
if (missing !== undefined) process.stdout.write(`browser tests are skipped: ${missing}\n`);
else if (realIrcIsMissing !== undefined)
  process.stdout.write(`numbers of a real IRC archive are skipped: ${realIrcIsMissing}\n`);

/** A channel of which the log has joins only: a conversation without a message. */
const onlyJoins = [
  "--- Log opened Mon Mar 02 09:00:00 2026",
  "09:00 -!- minna [~m@host] has joined #lobby",
  "09:05 -!- minna [~m@host] has quit [Quit: leaving]",
].join("\n");

interface Kind {
  readonly name: string;
  readonly filename: string;
  readonly bytes: () => Promise<string | Uint8Array>;
  /** Conversations without a message. */
  readonly empty: number;
}

const kinds: readonly Kind[] = [
  // Beside the sample itself.
  { name: "the sample", filename: "lobby.log", bytes: async () => onlyJoins, empty: 1 },
  {
    name: "a Claude export",
    filename: "claude.zip",
    bytes: async () => claudeExport(),
    empty: 1,
  },
  { name: "an IRC archive", filename: "irc.zip", bytes: async () => ircArchive(), empty: 1 },
  ...(realIrcIsMissing === undefined
    ? [
        {
          name: "a real IRC archive",
          filename: "ubuntu.zip",
          bytes: () => realIrcDays(2),
          empty: 0,
        },
      ]
    : []),
];

/** So many topics are on the overview; a link leads to the others. */
const ON_OVERVIEW = 24;

const persons = (people: number): string =>
  people === 1 ? "1 person" : `${number(people)} people`;

const number = (value: number): string => value.toLocaleString("en");

/** "12,345 messages" → 12345, of the first match in a text. */
const numberBefore = (text: string, noun: string): number =>
  Number((new RegExp(`([\\d,]+) ${noun}`).exec(text)?.[1] ?? "NaN").replaceAll(",", ""));

/** The server that has all collections, and the page that looks at them. */
interface Stage {
  readonly home: string;
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly page: Page;
}

let stage: Stage;
/** All kinds are read and analysed from the start on, while the first ones are compared. */
const brought = new Map<Kind, Promise<Collection>>();

const openStage = async (): Promise<Stage> => {
  const home = await mkdtemp(join(tmpdir(), "parlance-numbers-"));
  await copySampleHome(home);
  const server = await startServer({ home });
  const browser = await openChromium();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
  });
  return { home, server, browser, page: await context.newPage() };
};

/** The collection of a kind, all of it read, indexed and analysed. */
const bring = async (api: string, kind: Kind): Promise<Collection> => {
  const { collections } = await callJson<{ collections: Collection[] }>(`${api}/collections`);
  const made =
    kind.filename === "lobby.log"
      ? (collections.find(({ name }) => name === "Sample") as Collection)
      : await callJson<Collection>(`${api}/collections`, { body: { name: kind.name } });
  const at = `${api}/collections/${made.id}`;
  const raw = (await kind.bytes()) as string;
  await callJson<Upload>(`${at}/uploads?filename=${kind.filename}`, { method: "PUT", raw });
  for (;;) {
    const { uploads } = await callJson<{ uploads: Upload[] }>(`${at}/uploads`);
    const { pending } = await callJson<Collection>(at);
    const { state, stale } = await callJson<Analysis>(`${at}/analysis`);
    const states = new Set(uploads.map((upload) => upload.state));
    if (states.has("failed")) throw new Error(JSON.stringify(uploads));
    const isRead = [...states].every((one) => one === "done");
    if (isRead && pending === 0 && state === "done" && !stale) return callJson<Collection>(at);
    await new Promise((later) => setTimeout(later, 300));
  }
};

describe.skipIf(missing !== undefined)("numbers", () => {
  beforeAll(async () => {
    stage = await openStage();
    for (const kind of kinds) {
      const bringing = bring(`${stage.server.url}/api/v1`, kind);
      // Told to whoever compares this kind.
      bringing.catch(() => undefined);
      brought.set(kind, bringing);
    }
  });

  afterAll(async () => {
    await stage?.browser.close();
    await stage?.server.stop();
    await rm(stage?.home ?? "", { recursive: true, force: true });
  });

  describe.each(kinds)("of $name", comparison);
});

function comparison(kind: Kind): void {
  let at: string;
  let sample: Collection;
  let topics: TopicList;

  const parlance = async (...args: readonly string[]) =>
    (
      await run(process.execPath, [program, ...args], {
        env: { ...process.env, PARLANCE_HOME: stage.home, FORCE_COLOR: "0", NO_COLOR: "1" },
        maxBuffer: 64 * 1024 * 1024,
      })
    ).stdout;
  const read = <T>(path: string, body?: unknown) =>
    callJson<T>(`${at}${path}`, body === undefined ? {} : { body });
  const selected = async (selection: object) =>
    (await read<{ total: number }>("/messages", { selection, limit: 1 })).total;
  const open = async (path: string) => {
    await stage.page.goto(`${stage.server.url}/c/${sample.id}${path}`);
    await stage.page.getByText(counts(), { exact: false }).first().waitFor();
  };
  const counts = () =>
    `${number(sample.conversations)} conversations · ${number(sample.messages)} messages`;
  const wanted = () =>
    topics.topics.map(({ title, messages, share }) => [title, messages, percent(share)] as const);
  /** A parent with a single child is left out on pages: both have the same messages. */
  const onPages = () => {
    const single = new Set(
      topics.topics.filter(({ children }) => children.length === 1).map(({ id }) => id),
    );
    return wanted().filter((_, nth) => !single.has(topics.topics[nth]?.id ?? ""));
  };
  /** All conversations, page by page. */
  const conversations = async () => {
    const all: ConversationSummary[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { conversations: ConversationSummary[]; nextCursor: string | null } = await read(
        `/conversations?limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...page.conversations);
      cursor = page.nextCursor;
    }
    return all;
  };

  beforeAll(async () => {
    sample = (await brought.get(kind)) as Collection;
    at = `${stage.server.url}/api/v1/collections/${sample.id}`;
    topics = await read<TopicList>("/topics");
  }, 600_000);

  it("of messages, conversations and people are the same all over the API", async () => {
    const { messages } = sample;
    const overview = await read<Overview>("/overview");
    expect(overview).toMatchObject({ messages, conversations: sample.conversations });
    expect(overview.says[0]).toMatch(
      new RegExp(
        `^${number(messages)} messages in ${number(sample.conversations)} conversations by ${persons(overview.people)}`,
      ),
    );
    expect(await selected({})).toBe(messages);
    expect(topics.messages).toBe(messages);
    expect((await read<MapMeta>("/map")).messages).toBeLessThanOrEqual(messages);
    expect(await read("/conversations?limit=1")).toMatchObject({
      total: sample.conversations,
      empty: kind.empty,
    });
    const { people } = await read<CollectionPeople>("/people");
    expect(people.reduce((all, one) => all + one.messages, 0)).toBe(messages);
    expect(people.filter(({ kind }) => kind === "person")).toHaveLength(overview.people);
    const list = await conversations();
    const sum = (pick: (of: ConversationSummary) => number) =>
      list.reduce((all, one) => all + pick(one), 0);
    expect(sum((one) => one.messages)).toBe(messages);
    expect(sum((one) => one.others)).toBe(sample.others);
    for (const one of list)
      expect(await selected({ conversations: [one.id] }), one.title ?? "").toBe(one.messages);
  });

  it("of topics add up to all messages, in the list, the single topic, its selection and the overview", async () => {
    const leaves = topics.topics.filter(({ leaf }) => leaf);
    expect(leaves.reduce((sum, one) => sum + one.messages, topics.outliers)).toBe(topics.messages);
    const overview = await read<Overview>("/overview");
    expect(overview.topics.map(({ id, messages, share }) => [id, messages, share])).toEqual(
      topics.topics.map(({ id, messages, share }) => [id, messages, share]),
    );
    expect(overview.analysis?.topics).toBe(leaves.length);
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
    if (undated > 0)
      expect(volume?.says).toContain(`${number(undated)} messages without a time left out`);
    else expect(volume?.says).not.toContain("without a time");
    expect(sumOf("topics-over-time", "messages")).toBe(sumOf("volume", "messages"));
    const people = figures.find(({ name }) => name === "people");
    const unlisted = numberBefore(people?.says.split("are listed;")[1] ?? "0 messages", "message");
    expect((sumOf("people", "messages") ?? 0) + unlisted).toBe(messages);
    expect(volume?.time).toMatchObject({ first: sample.firstAt, last: sample.lastAt });
    const overview = await read<Overview>("/overview");
    expect(people?.says).toContain(persons(overview.people));
  });

  it("are the API's on the command line", async () => {
    const row = (await parlance("collections"))
      .split("\n")
      .find((line) => line.includes(sample.id));
    expect(row).toMatch(
      new RegExp(
        `${sample.name}\\s+${number(sample.conversations)}\\s+${number(sample.messages)}\\s+${number(sample.others)}\\s+`,
      ),
    );
    const table = await parlance("topics", "-c", sample.name);
    for (const { id, title, messages, share: part } of topics.topics) {
      const share = percent(part);
      const line = table.split("\n").find((one) => one.includes(id)) ?? "";
      expect(line.replace(/\s+/g, " ")).toContain(`${title} ${number(messages)} ${share}`);
    }
    const { outliers, messages: all } = topics;
    if (outliers > 0)
      expect(table).toContain(
        `${number(outliers)} of ${number(all)} messages (${percent(outliers / all)}) belong to no topic`,
      );
    else expect(table).not.toContain("belong to no topic");
    const report = await parlance("report", "-c", sample.name);
    expect(report).toContain(
      `${number(sample.messages)} messages in ${number(sample.conversations)} conversations`,
    );
    for (const [title, messages, share] of wanted())
      expect(report).toContain(`**${title}** (${number(messages)} messages, ${share}`);
  });

  const rowsOf = async (rows: string, parts: readonly string[]) =>
    stage.page
      .locator(rows)
      .evaluateAll(
        (all, wantedParts) =>
          all.map((row) => wantedParts.map((part) => row.querySelector(part)?.textContent ?? "")),
        parts as string[],
      );

  it("are the API's on every page", async () => {
    const { page, server } = stage;
    await page.goto(server.url);
    const card = page.locator(".home-card", { hasText: sample.name });
    await card.waitFor();
    expect((await card.innerText()).replace(/\s+/g, " ")).toContain(
      `${number(sample.conversations)} conversations ${number(sample.messages)} messages`,
    );
    const expected = onPages().map(([title, messages, share]) => [
      title,
      number(messages),
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
      ).toEqual(path === "" ? expected.slice(0, ON_OVERVIEW) : expected);
    }
    if (topics.outliers > 0)
      expect(await page.locator("body").innerText()).toContain(
        `${number(topics.outliers)} of ${number(topics.messages)} messages`,
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
      ...(topics.outliers > 0 ? [["No topic", number(topics.outliers)]] : []),
    ]);
    await open("/trends");
    await page.getByText(`${number(sample.messages)} messages`, { exact: true }).waitFor();
    await open("/conversations");
    await page
      .getByText(
        `${number(sample.conversations)} conversations${kind.empty > 0 ? `, and ${kind.empty} without a message` : ""}`,
        { exact: kind.empty === 0 },
      )
      .waitFor();
  });

  it("of the strip of time are those of the chart beneath it, from the first day to the last", async () => {
    await open("/trends?step=month");
    const strip = stage.page.locator(".histogram").first();
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
    const day = (at: number | null) =>
      new Intl.DateTimeFormat("en-GB", {
        day: "numeric",
        month: "short",
        year: "numeric",
        timeZone: sample.zone,
      }).format(at ?? 0);
    expect(await strip.locator(".histogram-axis span").allInnerTexts()).toEqual([
      day(sample.firstAt),
      day(sample.lastAt),
    ]);
  });
}
