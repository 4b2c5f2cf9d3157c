// Chats with Copilot in VS Code, with Cursor and with Perplexity; traces and requests of Langfuse and Helicone; sets of dialogues.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "./parse.builders.ts";

const said = (found: Awaited<ReturnType<typeof read>>, nth = 0) =>
  found.conversations[nth]?.messages.map(({ author, kind, text }) => `${kind} ${author}: ${text}`);

describe("a chat with Copilot", () => {
  it("has thoughts, tools and failures apart from the words, and counts what is not known", async () => {
    const found = await read(fixture("copilot-tools.json"));
    expect(said(found)).toEqual([
      "text ann: why does the test fail?",
      "thinking GitHub Copilot: look at the log",
      "text GitHub Copilot: See `clock.ts`: the zone.",
      "tool GitHub Copilot: run_tests: Ran 3 tests",
      'tool GitHub Copilot: {"kind":"hologram","beam":1}',
      "text ann: fix it",
      "system GitHub Copilot: Quota exceeded",
    ]);
    expect(first(found).messages[2]).toMatchObject({
      key: "request_a1/2",
      replyTo: "request_a1",
      model: "copilot/gpt-5",
    });
    expect(found.problems).toMatchObject([{ code: "unknown-block", count: 1 }]);
  });

  it("of VS Code's own sessions has their id and title", async () => {
    const chat = JSON.parse(fixture("copilot-tools.json").toString("utf8"));
    const session = { version: 3, sessionId: "s-1", customTitle: "Zones", ...chat };
    expect(first(await read(JSON.stringify(session)))).toMatchObject({
      sourceId: "s-1",
      title: "Zones",
    });
  });
});

describe("a chat with Cursor", () => {
  it("is divided at rules with a name behind them, and chats in one file at their titles", async () => {
    const found = await read(fixture("cursor-two-chats.md"), "cursor.md");
    expect(found).toMatchObject({ formats: ["cursor"], problems: [] });
    expect(found.conversations.map(({ title }) => title)).toEqual(["Parse a date", "Sort a list"]);
    expect(said(found)).toEqual([
      "text You: how do I parse a date?",
      "text Cursor: Like so:\n\n---\n\nand **User** stays a word.",
      "text You: thanks",
    ]);
    expect(said(found, 1)).toEqual(["text You: sort it"]);
  });
});

describe("text above the first turn of a chat with Cursor", () => {
  it("is told, and the rules around it are not", async () => {
    const [head = "", ...turns] = fixture("cursor-two-chats.md").toString("utf8").split("---\n");
    const found = await read([`${head}a note\n`, ...turns].join("---\n"), "cursor.md");
    expect(said(found)).toHaveLength(3);
    expect(found.problems).toMatchObject([{ code: "bad-line", count: 1 }]);
    expect(found.problems[0]?.place).toMatch(/^cursor\.md, line \d+$/);
  });
});

describe("a thread of Perplexity", () => {
  it("has blocks of kinds that are not known as they stand, and counts them", async () => {
    const thread = JSON.parse(fixture("perplexity-blocks.json").toString("utf8"));
    const hologram = { intended_usage: "hologram", hologram_block: { words: "a beam" } };
    const tabs = { intended_usage: "answer_tabs", answer_tabs_block: { modes: [] } };
    thread.entries[0].blocks.push(hologram, tabs);
    const found = await read(JSON.stringify(thread));
    expect(said(found)?.at(-1)).toBe(`tool Perplexity: ${JSON.stringify(hologram)}`);
    expect(found.problems).toMatchObject([{ code: "unknown-block", count: 1 }]);
  });

  it("has its questions, what was looked up, and each answer once", async () => {
    const found = await read(fixture("perplexity-blocks.json"));
    expect(first(found)).toMatchObject({ sourceId: "ctx-1", title: "Barley", channel: "Grain" });
    expect(said(found)).toEqual([
      "text ann: is barley old?",
      "tool Perplexity: Find its age\nSearched: age of barley",
      "tool Perplexity: Barley: https://example.org/barley",
      "text Perplexity: Ten thousand years 1.",
    ]);
  });
});

describe("logs of models", () => {
  it("of Helicone are requests with their answers", async () => {
    const found = await read(fixture("helicone-requests.jsonl"));
    expect(first(found)).toMatchObject({ source: "openai", sourceId: "hr-1" });
    expect(first(found).messages).toMatchObject([
      { role: "user", text: "name a nut", at: Date.UTC(2026, 0, 1, 10) },
      { role: "assistant", text: "Hazel.", model: "m-1-x" },
    ]);
  });

  it("of Langfuse keep words that are said twice within a step", async () => {
    const turns = ["yes", "which?", "yes"].map((content, nth) => ({
      role: nth % 2 === 0 ? "user" : "assistant",
      content,
    }));
    const step = (id: string, input: readonly object[], output: string, second: number) => ({
      id,
      traceId: "t",
      type: "GENERATION",
      startTime: `2026-01-01T10:00:0${second}.000Z`,
      input,
      output: { role: "assistant", content: output },
    });
    const observations = [step("a", turns.slice(0, 1), "which?", 1), step("b", turns, "which?", 2)];
    const trace = { id: "t", timestamp: "2026-01-01T10:00:00.000Z", sessionId: "s", observations };
    const found = await read(JSON.stringify([trace]));
    expect(first(found).messages.map(({ text }) => text)).toEqual([
      "yes",
      "which?",
      "yes",
      "which?",
    ]);
  });

  it("of Langfuse are traces, in which each message stands once", async () => {
    const found = await read(fixture("langfuse-trace.json"));
    expect(found.conversations.map(({ sourceId, title }) => [sourceId, title])).toEqual([
      ["tr-1", "nut bot"],
      ["tr-2", "nut bot"],
    ]);
    expect(said(found)).toEqual([
      'tool shop: {"q":"nut"}\n3 kinds',
      "system System: short",
      "text User: name a nut",
      "text Assistant: Hazel.",
    ]);
    expect(said(found, 1)).toEqual(["text User: and a seed?", "text Assistant: Flax."]);
  });

  it("are dialogues too, as SGD and Taskmaster have them", async () => {
    const found = await read(fixture("dialogues-two-sets.json"));
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(["1_00000", "dlg-1"]);
    expect(said(found)).toEqual(["text User: a table please", "text Assistant: For when?"]);
    expect(said(found, 1)).toEqual(["text User: two teas", "text Assistant: With milk?"]);
  });
});
