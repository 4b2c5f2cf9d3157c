// Logs of models: requests with their answers, batches, OpenAI's responses, Anthropic's messages, and rows of WildChat and LMSYS.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "./parse.builders.ts";

const line = (record: unknown) => `${JSON.stringify(record)}\n`;
const shown = (found: Awaited<ReturnType<typeof read>>) =>
  found.conversations.map(({ messages }) =>
    messages.map(({ kind, role, text, model }) => [kind, role, text, model]),
  );

describe("logs of models", () => {
  it("are read from a batch's output, of chats and of responses", async () => {
    const found = await read(fixture("openai-batch-output.jsonl"));
    expect(found.problems).toEqual([]);
    expect(found.conversations.map(({ sourceId, title }) => [sourceId, title])).toEqual([
      ["chatcmpl-1", "one"],
      ["resp_2", "two"],
    ]);
    expect(shown(found)).toEqual([
      [["text", "assistant", "Oak.", "gpt-x"]],
      [
        ["system", "system", "Be brief.", null],
        ["thinking", "assistant", "Look.", "gpt-x"],
        ["tool", "assistant", "shop({})", "gpt-x"],
        ["text", "assistant", "Pine.", "gpt-x"],
      ],
    ]);
    expect(first(found).messages[0]?.at).toBe(1_767_261_600_000);
  });

  it("are read from a batch's input and Anthropic's results", async () => {
    const asked = {
      custom_id: "a",
      params: { model: "claude-x", system: "Brief.", messages: [{ role: "user", content: "hi" }] },
    };
    const answered = {
      custom_id: "a",
      result: {
        type: "succeeded",
        message: {
          id: "msg_1",
          type: "message",
          role: "assistant",
          model: "claude-x",
          content: [
            { type: "thinking", thinking: "greet" },
            { type: "text", text: "Hello." },
          ],
        },
      },
    };
    const found = await read(line(asked) + line(answered));
    expect(shown(found)).toEqual([
      [
        ["system", "system", "Brief.", null],
        ["text", "user", "hi", null],
      ],
      [
        ["thinking", "assistant", "greet", "claude-x"],
        ["text", "assistant", "Hello.", "claude-x"],
      ],
    ]);
  });

  it("join a request and its answer, and answer a call with its result", async () => {
    const record = {
      request: {
        model: "gpt-x",
        input: [
          { role: "user", content: [{ type: "input_text", text: "rain?" }] },
          { type: "function_call", call_id: "k", name: "weather", arguments: "{}" },
          { type: "function_call_output", call_id: "k", output: "rain" },
        ],
      },
      response: {
        id: "resp_1",
        created_at: 1_767_261_600,
        output: [
          { type: "message", role: "assistant", content: [{ type: "output_text", text: "Yes." }] },
        ],
      },
    };
    const conversation = first(await read(line(record)));
    expect(
      conversation.messages.map(({ key, kind, text, replyTo }) => [key, kind, text, replyTo]),
    ).toEqual([
      ["0", "text", "rain?", null],
      ["1", "tool", "weather({})", null],
      ["2", "tool", "rain", "1"],
      ["3", "text", "Yes.", null],
    ]);
    expect(conversation.raw).toContain('"log"');
  });

  it("tell answers of which nothing can be read", async () => {
    const request = { messages: [{ role: "user", content: "2+2?" }] };
    const found = await read(line({ request, response: { id: "a", choices: [null] } }));
    expect(first(found).messages.map(({ text }) => text)).toEqual(["2+2?"]);
    expect(found.problems).toMatchObject([{ code: "unknown-message", count: 1 }]);
  });

  it("have a prompt and a completion as two turns", async () => {
    expect(shown(await read(line({ prompt: "2+2?", completion: "4" })))).toEqual([
      [
        ["text", "user", "2+2?", null],
        ["text", "assistant", "4", null],
      ],
    ]);
  });
});

describe("rows of logs of prompts", () => {
  it("of WildChat have the row's time and model, and the person's hashed address", async () => {
    const row = {
      conversation_hash: "h",
      model: "gpt-4",
      timestamp: "2023-04-09T00:02:53+00:00",
      hashed_ip: "ip",
      conversation: [
        { role: "user", content: "hey", hashed_ip: "ip", timestamp: null, turn_identifier: 7 },
        { role: "assistant", content: "hi", hashed_ip: null, timestamp: null, turn_identifier: 7 },
      ],
    };
    const conversation = first(await read(line(row)));
    expect(conversation.sourceId).toBe("h/ip/2023-04-09T00:02:53+00:00");
    expect(conversation.messages.map(({ at, model, authorId }) => [at, model, authorId])).toEqual([
      [Date.UTC(2023, 3, 9, 0, 2, 53), null, "ip"],
      [Date.UTC(2023, 3, 9, 0, 2, 53), "gpt-4", null],
    ]);
  });

  it("of LMSYS have an id and a model, and no times", async () => {
    const row = {
      conversation_id: "c",
      model: "vicuna",
      conversation: [
        { role: "user", content: "hey" },
        { role: "assistant", content: "NAME_1 says hi" },
      ],
    };
    const conversation = first(await read(line(row)));
    expect(conversation.sourceId).toBe("c");
    expect(conversation.messages.map(({ at, model }) => [at, model])).toEqual([
      [null, null],
      [null, "vicuna"],
    ]);
  });
});
