// Sessions of Claude Code: branches, calls at the same time, subagents, summaries, words that nobody typed, and damaged lines.
import { describe, expect, it } from "vitest";
import { first, fixture, read, withKey, zipOf } from "../parse.builders.ts";

const clock = (n: number) => new Date(Date.UTC(2026, 0, 1, 10, n)).toISOString();
const line = (n: number, own: Record<string, unknown>) =>
  JSON.stringify({ sessionId: "s", timestamp: clock(n), cwd: "/w/boat", ...own });
const asks = (n: number, parent: string | null, content: unknown, own = {}) =>
  line(n, {
    type: "user",
    uuid: `n${n}`,
    parentUuid: parent,
    message: { role: "user", content },
    ...own,
  });
const answers = (n: number, parent: string | null, text: string, own = {}) =>
  line(n, {
    type: "assistant",
    uuid: `n${n}`,
    parentUuid: parent,
    message: { id: `m${n}`, role: "assistant", content: [{ type: "text", text }] },
    ...own,
  });
const file = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

describe("a session of Claude Code", () => {
  it("stays one path where calls ran at the same time, and reads a growing answer once", async () => {
    const conversation = first(await read(fixture("claude-code-parallel-calls.jsonl")));
    expect(conversation).toMatchObject({
      source: "claude-code",
      sourceId: "s-7",
      hasId: true,
      channel: "/w/shed",
      asOf: Date.UTC(2026, 0, 1, 10, 0, 6),
    });
    expect(
      conversation.messages.map(({ key, kind, role, author, text, replyTo }) => [
        key,
        kind,
        role,
        author,
        text,
        replyTo,
      ]),
    ).toEqual([
      ["u1", "text", "user", "You", "compare both drawings", null],
      ["a2", "text", "assistant", "Claude", "I read them.", null],
      ["a3", "tool", "assistant", "Claude", 'Read({"file":"a.svg"})', null],
      ["a4", "tool", "assistant", "Claude", 'Read({"file":"b.svg"})', null],
      ["r1", "tool", "tool", "Claude", "oak", "a3"],
      ["r2", "tool", "tool", "Claude", "pine", "a4"],
      ["#7", "text", "user", "You", "and the third one", null],
      ["a5", "text", "assistant", "Claude", "One is oak.", null],
    ]);
    expect(conversation.messages.every(({ onMainPath }) => onMainPath)).toBe(true);
    expect(conversation.messages.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(withKey(conversation, "a5").model).toBe("claude-x");
    expect(JSON.parse(conversation.raw ?? "")).toMatchObject({ gitBranch: ["main"] });
  });

  it("keeps what was said before somebody went back as another branch", async () => {
    const conversation = first(
      await read(
        file(
          asks(1, null, "sail?"),
          answers(2, "n1", "yes"),
          asks(3, "n2", "which rope"),
          answers(4, "n3", "hemp"),
          asks(5, "n2", "which mast"),
          answers(6, "n5", "pine"),
        ),
      ),
    );
    expect(
      conversation.messages.map(({ key, parent, onMainPath }) => [key, parent, onMainPath]),
    ).toEqual([
      ["n1", null, true],
      ["n2", "n1", true],
      ["n5", "n2", true],
      ["n3", "n2", false],
      ["n6", "n5", true],
      ["n4", "n3", false],
    ]);
  });

  it("goes on after a summary, whose words are nobody's", async () => {
    const conversation = first(
      await read(
        file(
          asks(1, null, "sail?"),
          answers(2, "n1", "yes"),
          line(3, {
            type: "system",
            subtype: "compact_boundary",
            uuid: "n3",
            parentUuid: null,
            logicalParentUuid: "n2",
            content: "Conversation compacted",
          }),
          asks(4, "n3", "They spoke of sails.", { isCompactSummary: true }),
          asks(5, "n4", "and now?"),
        ),
      ),
    );
    expect(
      conversation.messages.map(({ kind, author, onMainPath }) => [kind, author, onMainPath]),
    ).toEqual([
      ["text", "You", true],
      ["text", "Claude", true],
      ["system", "Claude Code", true],
      ["system", "Claude Code", true],
      ["text", "You", true],
    ]);
  });

  it("tells what was typed from what the program wrote in the person's place", async () => {
    const texts = [
      "<command-name>/clear</command-name>\n<command-args></command-args>",
      "<command-message>review</command-message>\n<command-name>/review</command-name>\n<command-args>the hull</command-args>",
      "<local-command-stdout>done</local-command-stdout>",
      "<bash-input>ls</bash-input>",
      "[Request interrupted by user]",
      "what does <command-name> mean",
    ];
    const lines = texts.map((text, n) => asks(n, n === 0 ? null : `n${n - 1}`, text));
    const meta = asks(texts.length, `n${texts.length - 1}`, "Note", { isMeta: true });
    const conversation = first(await read(file(...lines, meta)));
    expect(conversation.messages.map(({ kind, role, text }) => [kind, role, text])).toEqual([
      ["system", "system", "/clear"],
      ["text", "user", "/review the hull"],
      ["system", "system", texts[2]],
      ["tool", "user", "!ls"],
      ["system", "system", texts[4]],
      ["text", "user", texts[5]],
      ["system", "system", "Note"],
    ]);
  });

  it("takes a title from a summary of this session only, and from what the person chose first", async () => {
    const talk = [asks(1, null, "sail?"), answers(2, "n1", "yes")];
    const summary = (text: string, leafUuid: string) =>
      JSON.stringify({ type: "summary", summary: text, leafUuid });
    const other = await read(file(summary("Elsewhere", "x9"), ...talk));
    expect(first(other).title).toBeNull();
    const own = await read(file(summary("Elsewhere", "x9"), summary("Sails", "n2"), ...talk));
    expect(first(own).title).toBe("Sails");
    const chosen = line(3, { type: "custom-title", customTitle: "My boat" });
    expect(first(await read(file(summary("Sails", "n2"), ...talk, chosen))).title).toBe("My boat");
  });

  it("reads a subagent as a conversation of its own, whose prompt nobody typed", async () => {
    const side = { isSidechain: true, agentId: "ag1" };
    const found = await read(
      zipOf({
        "projects/-w-boat/s.jsonl": file(asks(1, null, "sail?"), answers(2, "n1", "yes")),
        "projects/-w-boat/s/subagents/agent-ag1.jsonl": file(
          asks(1, null, "count the ropes", side),
          answers(2, "n1", "four", side),
        ),
        "projects/-w-boat/s/subagents/agent-ag1.meta.json": '{"agentType":"count"}',
      }),
    );
    expect(found.problems).toEqual([]);
    expect(found.conversations.map(({ sourceId, title }) => [sourceId, title])).toEqual([
      ["s", null],
      ["s/ag1", "Subagent: count the ropes"],
    ]);
    expect(found.conversations[1]?.messages.map(({ role, text }) => [role, text])).toEqual([
      ["assistant", "count the ropes"],
      ["assistant", "four"],
    ]);
  });

  it("puts a subagent that talks in the same file beside the main path", async () => {
    const side = { isSidechain: true };
    const conversation = first(
      await read(
        file(
          asks(1, null, "sail?"),
          answers(2, "n1", "I ask."),
          asks(3, null, "count", side),
          answers(4, "n3", "four", side),
          answers(5, "n2", "Four."),
        ),
      ),
    );
    expect(
      conversation.messages.map(({ key, parent, onMainPath, role }) => [
        key,
        parent,
        onMainPath,
        role,
      ]),
    ).toEqual([
      ["n1", null, true, "user"],
      ["n2", "n1", true, "assistant"],
      ["n5", "n2", true, "assistant"],
      ["n3", "n2", false, "assistant"],
      ["n4", "n3", false, "assistant"],
    ]);
  });

  it("reads a line once that was written twice, and both of one id with other words", async () => {
    const conversation = first(
      await read(
        file(
          asks(1, null, "sail?"),
          asks(1, null, "sail?"),
          answers(2, "n1", "yes"),
          answers(2, "n1", "no"),
        ),
      ),
    );
    expect(conversation.messages.map(({ key, text }) => [key, text])).toEqual([
      ["n1", "sail?"],
      ["n2", "yes"],
      ["n2#2", "no"],
    ]);
  });

  it("keeps pictures and named files as attachments by name", async () => {
    const picture = {
      type: "image",
      source: { type: "base64", media_type: "image/png", data: "" },
    };
    const named = line(2, {
      type: "attachment",
      uuid: "n2",
      parentUuid: "n1",
      attachment: { type: "file", filename: "/w/boat/plan.md", content: {} },
    });
    const { messages } = first(await read(file(asks(1, null, [picture]), named)));
    expect(messages.map(({ kind, attachments }) => [kind, attachments])).toEqual([
      ["attachment", [{ name: "image", mediaType: "image/png", size: null }]],
      ["attachment", [{ name: "/w/boat/plan.md", mediaType: null, size: null }]],
    ]);
  });

  it("says which lines are damaged, unknown or cut off, and that the session was read in part", async () => {
    const found = await read(
      `${file(asks(1, null, "sail?"), "{broken", line(2, { type: "wonder" }))}{"type":"user","uuid":"n3`,
      "s.jsonl",
    );
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["bad-json", "s.jsonl, line 2"],
      ["unknown-record", "s.jsonl, line 3"],
      ["truncated", "s.jsonl, line 4"],
    ]);
    expect(first(found)).toMatchObject({ partial: true, messages: { length: 1 } });
  });

  it("says that a session without messages has none", async () => {
    const found = await read(
      file(JSON.stringify({ type: "summary", summary: "x", leafUuid: "y" })),
    );
    expect([found.conversations.length, found.problems.map(({ code }) => code)]).toEqual([
      0,
      ["empty-session"],
    ]);
  });

  it("gives the same messages where the session has grown", async () => {
    const lines = [asks(1, null, "sail?"), answers(2, "n1", "yes"), asks(3, "n2", "when")];
    const before = first(await read(file(...lines.slice(0, 2))));
    const after = first(await read(file(...lines)));
    expect(after.sourceId).toBe(before.sourceId);
    expect(after.messages.slice(0, 2)).toEqual(before.messages);
  });

  it.each([
    "<persisted-output>\nOutput too large (83.6KB). Full output saved to: /home/a/.claude/projects/-w-boat/s/tool-results/toolu_1.txt\n\nPreview (first 2KB):\noak\n...\n</persisted-output>",
    "<persisted-output>Tool result saved to: C:\\Users\\a b\\.claude\\projects\\w\\s\\tool-results\\toolu_1.txt\n\nUse Read to view</persisted-output>",
    "Error: result (61,022 characters) exceeds maximum allowed tokens. Output has been saved to /home/a/.claude/projects/w/s/tool-results/toolu_1.txt.\nFormat: Plain text",
  ])("has the file of a long result: %s", async (text) => {
    const result = [{ type: "tool_result", tool_use_id: "toolu_1", content: text }];
    const found = await read(
      zipOf({
        "projects/w/s.jsonl": file(asks(1, null, "list them"), asks(2, "n1", result)),
        "projects/w/other/tool-results/toolu_1.txt": "not this one",
        "projects/w/s/tool-results/toolu_1.txt": "oak\npine\nash",
      }),
    );
    expect(found.conversations).toHaveLength(1);
    const { attachments, text: kept } = withKey(first(found), "n2");
    expect(kept).toBe(text);
    expect(attachments).toEqual([
      { name: "toolu_1.txt", mediaType: null, size: null, file: "s/tool-results/toolu_1.txt" },
    ]);
  });

  it("takes no other file for the result of a call", async () => {
    const texts = [
      "Output too large (83.6KB). Full output saved to: /etc/tool-results.txt",
      "cat: Full output saved to: /home/a/s/tool-results/toolu_1.txt",
    ];
    for (const content of texts) {
      const result = [{ type: "tool_result", tool_use_id: "toolu_1", content }];
      const found = await read(file(asks(1, null, "list"), asks(2, "n1", result)));
      expect(withKey(first(found), "n2").attachments).toEqual([]);
    }
  });
});
