// Questions to messages and exchanges together, over HTTP: no row is lost in lists by time or on later pages, and equal exchanges are spread.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { ircDay, openTestApi, printerDay, type TestApi } from "../api.builders.ts";

let api: TestApi;
let printers: string;
let chats: string;
let long: string;

/** Chats of one turn: a short question, and an answer that is short, or so long that its words say little. */
const chatsOf = (turns: number): string =>
  JSON.stringify(
    Array.from({ length: turns }, (_, at) => {
      const message = (id: string, parent: string | null, role: string, text: string) => ({
        id,
        parent,
        children: [],
        message: {
          id,
          author: { role },
          create_time: 1_700_000_000 + at * 1000,
          content: { content_type: "text", parts: [text] },
        },
      });
      const [asked, answered] = [`q${at}`, `a${at}`];
      const long = `${Array.from({ length: 120 }, (_, n) => `filler${n}`).join(" ")} kettle`;
      return {
        title: `Chat ${at}`,
        conversation_id: `c${at}`,
        create_time: 1_700_000_000 + at * 1000,
        current_node: answered,
        mapping: {
          [asked]: message(
            asked,
            null,
            "user",
            at === 0 ? "kettle kettle" : `kettle number ${at} leaks water`,
          ),
          [answered]: message(
            answered,
            asked,
            "assistant",
            at === 0 ? long : `buy another kettle number ${at} soon`,
          ),
        },
      };
    }),
  );

/** One question with forty answers; the one that helped is the 36th, which is not among the first 24 messages. */
const longDay: (readonly [string, string])[] = [
  ["anna", "how do I mount the quince drive? It was there before. Now it is gone."],
  ...Array.from({ length: 40 }, (_, at): [string, string] => [
    at === 35 ? "cleo" : "berg",
    at === 35
      ? "anna: run sudo mount /dev/quince /mnt as root"
      : `anna: remark number ${at} of mine`,
  ]),
  ["anna", "cleo: thanks, that worked"],
];

beforeAll(async () => {
  api = await openTestApi();
  printers = (await api.makeCollection("Printers")).id;
  for (const day of ["01", "02"])
    await api.importText(printers, `#printers.2024-01-${day}.txt`, printerDay);
  long = (await api.makeCollection("Long")).id;
  await api.importText(long, "#long.2024-01-01.txt", ircDay(longDay));
  chats = (await api.makeCollection("Chats")).id;
  await api.importText(chats, "conversations.json", chatsOf(130));
});
afterAll(() => api.close());

const ask = (collection: string, body: SearchRequestInput) =>
  api.read(searchAnswer, `/api/v1/collections/${collection}/search`, { body });

const pagesOf = async (collection: string, body: SearchRequestInput) => {
  const hits = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(collection, { ...body, ...(cursor === undefined ? {} : { cursor }) });
    hits.push(...page.hits);
    if (page.nextCursor === null) return hits;
    cursor = page.nextCursor;
  }
};

describe("messages and exchanges together", () => {
  it.each(["lexical", "hybrid"] as const)(
    "are listed by time as messages, none of them left out, also where both are named: %s",
    async (mode) => {
      const of = (units?: ("message" | "exchange")[]) =>
        ask(printers, { query: "printer cups", mode, sort: "newest", ...(units ? { units } : {}) });
      const messages = await of(["message"]);
      const both = await of(["message", "exchange"]);
      expect(both.understood.units).toEqual(["message"]);
      expect(both.hits.map(({ chunk }) => chunk)).toEqual(messages.hits.map(({ chunk }) => chunk));
    },
  );

  it("have every message on some page, also one whose exchange is found later than its question", async () => {
    const body = { query: "+kettle", mode: "lexical", limit: 100, facets: false } as const;
    const messages = await pagesOf(chats, { ...body, units: ["message"] });
    const hits = await pagesOf(chats, { ...body, units: ["message", "exchange"] });
    const listed = new Set(
      hits.flatMap(({ message, exchange }) => [
        message,
        ...[...(exchange?.question ?? []), ...(exchange?.answers ?? [])].map(
          (said) => said.message,
        ),
      ]),
    );
    expect(messages.filter(({ message }) => !listed.has(message))).toEqual([]);
    expect(new Set(hits.map(({ chunk }) => chunk)).size).toBe(hits.length);
  });

  it("are spread by meaning, exchanges too", async () => {
    const of = async (diversity: number) =>
      (await ask(printers, { query: "printer permission cups", diversity })).hits;
    const spread = await of(1);
    expect(spread.some(({ unit }) => unit === "exchange")).toBe(true);
    // Without their vectors, all exchanges would count as unlike all others, and stay as they were.
    expect(spread.map(({ chunk }) => chunk)).not.toEqual((await of(0)).map(({ chunk }) => chunk));
  });

  it("show of a long exchange its first messages, the best answer, and how many there are besides", async () => {
    const { hits } = await ask(long, { query: "quince drive", units: ["exchange"] });
    const exchange = hits[0]?.exchange;
    const { question = [], answers = [] } = exchange ?? {};
    expect(question.map(({ snippet }) => snippet)).toEqual([longDay[0]?.[1]]);
    expect(answers).toHaveLength(12);
    expect(answers.at(-1)).toMatchObject({ author: "cleo", message: exchange?.best });
    expect(question.length + answers.length + (exchange?.more ?? 0)).toBe(longDay.length);
  });

  it("have a closest sentence where a message was found by meaning, and none in an exchange", async () => {
    const of = async (unit: "message" | "exchange") =>
      (await ask(long, { query: "quince drive", mode: "semantic", units: [unit] })).hits[0];
    const message = await of("message");
    const { start = 0, end = 0 } = message?.closest ?? {};
    expect(message?.snippet.slice(start, end)).toBe("how do I mount the quince drive?");
    const exchange = await of("exchange");
    expect(exchange?.semanticRank).toBe(1);
    expect(exchange?.closest).toBeNull();
  });
});
