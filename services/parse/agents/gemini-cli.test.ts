// Sessions of Gemini CLI: as one object and as lines, records written again, steps back, calls, files and long sessions.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "../parse.builders.ts";

const session = (messages: readonly unknown[]) => ({
  sessionId: "g",
  projectHash: "h",
  startTime: "2026-01-01T10:00:00Z",
  lastUpdated: "2026-01-01T12:00:00Z",
  messages,
});

describe("a session of Gemini CLI", () => {
  it("takes the last record of a message, and keeps what was taken back as a branch", async () => {
    const conversation = first(await read(fixture("gemini-cli-step-back.jsonl")));
    expect(conversation).toMatchObject({
      source: "gemini-cli",
      sourceId: "g-1",
      title: "Milling",
      channel: "/w/mill",
      asOf: Date.UTC(2026, 0, 1, 10, 0, 7),
    });
    expect(
      conversation.messages.map(({ key, kind, role, text, onMainPath }) => [
        key,
        kind,
        role,
        text,
        onMainPath,
      ]),
    ).toEqual([
      ["a", "text", "user", "grind it", true],
      ["b", "thinking", "assistant", "Mill\nwhich one", true],
      ["b/1", "text", "assistant", "Ground.", true],
      ["b/2", "tool", "assistant", 'mill({"speed":2})', true],
      ["b/3", "tool", "tool", "flour", true],
      ["d", "text", "user", "coarser", true],
      ["c", "text", "user", "finer", false],
      ["e", "system", "system", "Request cancelled.", true],
    ]);
  });

  it("reads one object, with files by name", async () => {
    const conversation = first(
      await read(
        JSON.stringify(
          session([
            {
              id: "1",
              timestamp: "2026-01-01T10:00:01Z",
              type: "user",
              content: ["see ", { text: "this" }, { inlineData: { mimeType: "image/png" } }],
            },
            { id: "2", timestamp: "2026-01-01T10:00:02Z", type: "gemini", content: "seen" },
          ]),
          null,
          2,
        ),
      ),
    );
    expect(conversation.asOf).toBe(Date.UTC(2026, 0, 1, 12));
    expect(
      conversation.messages.map(({ kind, text, attachments }) => [kind, text, attachments]),
    ).toEqual([
      ["text", "see this", []],
      ["attachment", "image/png", [{ name: "image/png", mediaType: "image/png", size: null }]],
      ["text", "seen", []],
    ]);
  });

  it("reads a long session as it reads a short one", async () => {
    const messages = Array.from({ length: 40 }, (_, n) => ({
      id: `m${n}`,
      timestamp: new Date(Date.UTC(2026, 0, 1, 10, n)).toISOString(),
      type: n % 2 === 0 ? "user" : "gemini",
      content: `word ${n} `.repeat(50),
    }));
    const text = JSON.stringify(session(messages));
    const short = await read(text);
    const long = await read(text, "upload", { limits: { wholeBytes: 2000 } });
    expect(long.problems).toEqual([]);
    expect(long.conversations).toEqual(short.conversations);
  });

  it("counts members that are no messages", async () => {
    const found = await read(
      JSON.stringify(
        session([
          { id: "1", type: "user", content: "hi" },
          { id: "2", type: "riddle" },
        ]),
      ),
    );
    expect(found.problems.map(({ code, count }) => [code, count])).toEqual([
      ["unknown-message", 1],
    ]);
  });
});
