// Tests of naming by a language model within an analysis: a local server answers as told, and receives masked texts only.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import { newestDone } from "#services/store/analyses.ts";
import { saveSettings, settingsOf } from "#services/store/analysis-settings.ts";
import { requestOriginErasure } from "#services/store/erase-requests.ts";
import { openParlance } from "#services/wire.ts";
import { type AnalysedHome, anAnalysedHome, asChats, talkOf } from "../analysis.builders.ts";
import { asDefault } from "../workers.builders.ts";

const address = "margot.keeper@hives-example.org";
const secretName = "Zacharias";
/** Recognised as a password only by the words before it. */
const password = "swordfish";
/** Each message of one theme contains an address, and a name that the collection's settings mask. */
const corpus = asChats("a", [
  ...talkOf("bees", 40).map(
    (text) => `${text}, write to ${address} or ask ${secretName}, password: ${password}`,
  ),
  ...talkOf("bread", 40),
]);

let server: Server;
let home: AnalysedHome;
/** Bodies of the requests received. */
const heard: string[] = [];
/** What the server answers; by default a good name. */
let answer: (body: string) => { status: number; content: string };

interface Asked {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

const askedIn = (body: string): Asked =>
  JSON.parse(JSON.parse(body).messages[1].content.replaceAll(/<\/?data>/g, ""));

const name = (body: string) => ({
  status: 200,
  content: JSON.stringify({
    title: /honey|hive/.test(askedIn(body).inside.join()) ? "Keeping bees" : "Baking bread",
    summary: "People share what they do and ask each other. It is unlike the rest.",
  }),
});

beforeEach(async () => {
  heard.length = 0;
  answer = name;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      heard.push(body);
      const { status, content } = answer(body);
      response.writeHead(status, { "content-type": "application/json" }).end(
        JSON.stringify({
          choices: [{ index: 0, message: { role: "assistant", content } }],
          usage: { prompt_tokens: 1000, completion_tokens: 50 },
        }),
      );
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  home = await anAnalysedHome({
    open: async (folder) =>
      asDefault(
        await openParlance(
          readConfig({
            PARLANCE_HOME: folder,
            PARLANCE_INDEX_ENGINE: "flat",
            PARLANCE_LLM_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
            PARLANCE_LLM_MODEL: "small",
            PARLANCE_LLM_PRICE_IN: "1",
            PARLANCE_LLM_PRICE_OUT: "2",
          }),
          { embedder: async () => openHashEmbedder() },
        ),
      ),
  });
  const { rows } = home.parlance.store;
  const settings = await settingsOf(rows, home.collection);
  await saveSettings(rows, home.collection, {
    ...settings,
    mask: { ...settings.mask, words: [secretName] },
  });
});
afterEach(async () => {
  await home.close();
  server.closeAllConnections();
  server.close();
});

const told = async () => (await newestDone(home.parlance.store.rows, home.collection))?.llm;
const answersKept = async () =>
  (await home.parlance.store.rows.selectFrom("llm_names").selectAll().execute()).length;

describe("a language model that is configured", () => {
  it("names and summarises topics from thirty masked members and thirty masked others", async () => {
    await home.bring("a.jsonl", corpus);
    expect(home.errors).toEqual([]);
    const topics = await home.topics();
    const leaves = topics.filter(({ leafNumber }) => leafNumber !== null);
    expect(new Set(topics.map(({ title }) => title))).toEqual(
      new Set(["Keeping bees", "Baking bread"]),
    );
    for (const topic of topics)
      expect(topic).toMatchObject({ titleBy: "llm", summary: expect.stringContaining("People") });
    for (const { madeTitle } of topics) expect(madeTitle).not.toMatch(/^(Keeping|Baking)/);
    expect(await told()).toMatchObject({
      model: "small",
      named: topics.length,
      problem: null,
      tokensIn: heard.length * 1000,
      tokensOut: heard.length * 50,
      cost: expect.closeTo((heard.length * 1100) / 1e6, 9),
    });
    const sent = heard.map(askedIn);
    expect(heard.length).toBeGreaterThanOrEqual(2);
    expect(leaves.length).toBeGreaterThanOrEqual(2);
    const [largest] = leaves;
    const inside = Math.max(...sent.map((one) => one.inside.length));
    expect(inside).toBe(Math.min(30, largest?.points ?? 0));
    expect(Math.max(...sent.map((one) => one.outside.length))).toBe(30);
    const everything = heard.join("\n");
    expect(everything).toContain("«e-mail»");
    expect(everything).toContain("«masked»");
    for (const secret of [address, "margot", "hives-example", secretName, password])
      expect(everything.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  it("is not asked again for what it has answered, only for what changed", async () => {
    await home.bring("a.jsonl", corpus);
    const asked = heard.length;
    expect(await answersKept()).toBeGreaterThan(0);
    await home.run("update");
    expect(heard).toHaveLength(asked);
    expect(await told()).toMatchObject({ tokensIn: 0, tokensOut: 0, problem: null });
    for (const { titleBy } of await home.topics()) expect(titleBy).toBe("llm");
  });

  it.each([
    ["refuses", () => ({ status: 401, content: "" }), /answered 401/],
    ["talks nonsense", () => ({ status: 200, content: "I would rather not." }), /no JSON/],
    [
      "repeats a message",
      (body: string) => ({
        status: 200,
        content: JSON.stringify({
          title: askedIn(body).inside[0],
          summary: "A. B.",
        }),
      }),
      /longer than 60|one of the messages|masked text/,
    ],
  ])(
    "that %s leaves the names made from keywords, and the problem is reported",
    async (_, reply, problem) => {
      answer = reply;
      await home.bring("a.jsonl", corpus);
      expect(home.errors).toEqual([]);
      const topics = await home.topics();
      expect(topics.length).toBeGreaterThan(1);
      for (const topic of topics)
        expect(topic).toMatchObject({ titleBy: "keywords", title: topic.madeTitle, summary: null });
      expect(await told()).toMatchObject({ named: 0, problem: expect.stringMatching(problem) });
      // After a few failures it is not asked any more.
      expect(heard.length).toBeLessThanOrEqual(3);
      expect(await answersKept()).toBe(0);
    },
  );

  it("is not asked where the collection's settings exclude it", async () => {
    const { rows } = home.parlance.store;
    const settings = await settingsOf(rows, home.collection);
    await saveSettings(rows, home.collection, { ...settings, llm: false });
    await home.bring("a.jsonl", corpus);
    expect(heard).toEqual([]);
    expect(await told()).toBeNull();
  });

  it("leaves no stored answer about an upload erased in the meantime, and is asked about the rest", async () => {
    await home.bring("b.jsonl", asChats("b", [...talkOf("boats", 30), ...talkOf("stars", 30)]));
    const before = heard.length;
    const { store, bus } = home.parlance;
    let erasing: Promise<void> | undefined;
    const sent = await home.bringing("a.jsonl", corpus);
    answer = (body) => {
      // At the first request about both uploads the erasure of one is requested.
      erasing ??= requestOriginErasure(store, sent).then(() => bus.wake());
      return name(body);
    };
    await home.until(() => erasing !== undefined);
    await erasing;
    const done = await home.settled();
    expect(done.state).toBe("done");
    expect(heard.length).toBeGreaterThan(before);
    // Only the analysis that was running failed, for this reason.
    for (const error of home.errors) expect(error).toMatchObject({ code: "superseded" });
    const left = JSON.stringify([
      await store.rows.selectFrom("topics").selectAll().where("state", "=", "live").execute(),
      await store.rows.selectFrom("llm_names").selectAll().execute(),
    ]);
    for (const word of [address, "hive", "Keeping bees", "sourdough"])
      expect(left).not.toContain(word);
    const { frame } = await home.savedAnalysis();
    expect(frame.messages.count).toBe(60);
  });
});
