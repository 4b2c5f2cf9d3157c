// Sessions of Codex: words told twice, turns that are taken back, both layouts of lines, and what nobody typed.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "../parse.builders.ts";

const clock = (n: number) => new Date(Date.UTC(2026, 0, 1, 10, n)).toISOString();
const line = (n: number, type: string, payload: Record<string, unknown>) =>
  JSON.stringify({ timestamp: clock(n), type, payload });
const meta = (own = {}) => line(0, "session_meta", { id: "c", cwd: "/w/kiln", ...own });
const said = (n: number, role: "user" | "assistant", text: string) =>
  line(n, "response_item", {
    type: "message",
    role,
    content: [{ type: role === "user" ? "input_text" : "output_text", text }],
  });
const event = (n: number, type: string, own: Record<string, unknown>) =>
  line(n, "event_msg", { type, ...own });
const file = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

describe("a session of Codex", () => {
  it("reads words once that an event and an item tell, and keeps what nobody typed as notices", async () => {
    const found = await read(fixture("codex-words-told-twice.jsonl"));
    expect(found.problems).toEqual([]);
    const conversation = first(found);
    expect(conversation).toMatchObject({ source: "codex", sourceId: "c-1", channel: "/w/kiln" });
    expect(
      conversation.messages.map(({ kind, role, author, text, replyTo, model }) => [
        kind,
        role,
        author,
        text.split("\n")[0],
        replyTo,
        model,
      ]),
    ).toEqual([
      ["system", "system", "Codex", "Be brief.", null, null],
      ["system", "system", "Codex", "<environment_context>", null, null],
      ["text", "user", "You", "why is the kiln cold", null, null],
      ["thinking", "assistant", "Codex", "**Look at the fuse**", null, "gpt-x"],
      ["tool", "assistant", "Codex", 'shell({"command":["cat","fuse"]})', null, "gpt-x"],
      ["tool", "tool", "Codex", '{"output":"blown"}', "#6", null],
      ["text", "assistant", "Codex", "The fuse is blown.", null, "gpt-x"],
    ]);
    expect(conversation.messages.every(({ sourceId }) => sourceId === null)).toBe(true);
  });

  it("keeps words that only an event has", async () => {
    const { messages } = first(
      await read(
        file(
          meta(),
          event(1, "user_message", { message: "warm it" }),
          event(2, "agent_message", { message: "Warm." }),
          event(3, "turn_aborted", { reason: "interrupted" }),
          event(4, "token_count", {}),
        ),
      ),
    );
    expect(messages.map(({ kind, author, text }) => [kind, author, text])).toEqual([
      ["text", "You", "warm it"],
      ["text", "Codex", "Warm."],
      ["system", "Codex", "[turn_aborted] interrupted"],
    ]);
  });

  it("keeps turns that were taken back as another branch", async () => {
    const { messages } = first(
      await read(
        file(
          meta(),
          said(1, "user", "one"),
          said(2, "assistant", "first"),
          said(3, "user", "two"),
          said(4, "assistant", "second"),
          event(5, "thread_rolled_back", { num_turns: 1 }),
          said(6, "user", "three"),
        ),
      ),
    );
    expect(messages.map(({ text, onMainPath, position }) => [text, onMainPath, position])).toEqual([
      ["one", true, 0],
      ["first", true, 1],
      ["three", true, 2],
      ["two", false, 2],
      ["second", false, 3],
    ]);
  });

  it("reads the older layout, whose lines are the items themselves", async () => {
    const conversation = first(
      await read(
        file(
          JSON.stringify({ id: "old", timestamp: clock(0), instructions: null }),
          JSON.stringify({ record_type: "state" }),
          JSON.stringify({
            type: "message",
            role: "user",
            content: [{ type: "input_text", text: "one" }],
          }),
          JSON.stringify({ type: "custom_tool_call", name: "patch", input: "x", call_id: "k" }),
          JSON.stringify({ type: "custom_tool_call_output", call_id: "k", output: "done" }),
        ),
      ),
    );
    expect(conversation).toMatchObject({ source: "codex", sourceId: "old" });
    expect(conversation.messages.map(({ kind, text, at }) => [kind, text, at])).toEqual([
      ["text", "one", null],
      ["tool", "patch(x)", null],
      ["tool", "done", null],
    ]);
  });

  it("counts items and lines of kinds that are not known, and keeps the words of the items", async () => {
    const found = await read(
      file(
        meta(),
        said(1, "user", "one"),
        line(2, "response_item", { type: "riddle", text: "what" }),
        line(3, "wonder", { text: "lost" }),
        "{broken",
      ),
      "c.jsonl",
    );
    expect(first(found).messages.at(-1)).toMatchObject({
      kind: "tool",
      text: '[riddle] {"text":"what"}',
    });
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["unknown-record", "c.jsonl, line 4"],
      ["bad-json", "c.jsonl, line 5"],
      ["unknown-block", "c.jsonl"],
    ]);
    expect(first(found).partial).toBe(true);
  });

  it("does not take a subagent's prompt for a person's words", async () => {
    const source = { subagent: { thread_spawn: { parent_thread_id: "p" } } };
    const { messages } = first(await read(file(meta({ source }), said(1, "user", "count"))));
    expect(messages.map(({ role, author }) => [role, author])).toEqual([["assistant", "Codex"]]);
  });

  it("has the thread's name for a title", async () => {
    const named = event(2, "thread_name_updated", { thread_name: "Kiln" });
    expect(first(await read(file(meta(), said(1, "user", "one"), named))).title).toBe("Kiln");
  });
});
