// Round trips: conversations made up, written in each format's own way, read again, and equal.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read, zipOf } from "./parse.builders.ts";

/** Words in several scripts, with the characters that trip parsers. */
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "hello",
        "größer",
        "日本語",
        "привет",
        "🎉",
        'a"b',
        "back\\slash",
        "<tag>",
        "&",
        "[x]",
        "{y}",
      ),
      fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(" ").replaceAll("\u0000", "").toWellFormed())
  .filter((text) => text.trim() !== "");

const turns = fc.array(fc.record({ user: fc.boolean(), text: words }), {
  minLength: 1,
  maxLength: 8,
});
const talks = fc.array(turns, { minLength: 1, maxLength: 6 });
const runs = { numRuns: 60 } as const;
const clock = (n: number) => Date.UTC(2024, 4, 1) + n * 60_000;

type Turn = { readonly user: boolean; readonly text: string };

const branching = fc.array(fc.record({ user: fc.boolean(), text: words, above: fc.nat() }), {
  minLength: 1,
  maxLength: 12,
});
type Branch = Turn & { readonly above: number };
const aboveIn = (nodes: readonly Branch[], n: number): string | null =>
  n === 0 ? null : `n${(nodes[n]?.above ?? 0) % n}`;

/** The same tree as each assistant writes it. */
const treesOf = (nodes: readonly Branch[]): readonly unknown[] => {
  const messages = nodes.map(({ user, text }, n) => ({
    id: `n${n}`,
    parentId: aboveIn(nodes, n),
    role: user ? "user" : "assistant",
    content: text,
    timestamp: clock(n) / 1000,
  }));
  const history = Object.fromEntries(messages.map((message) => [message.id, message]));
  return [
    [{ id: "w", chat: { history: { messages: history, currentId: "n0" } } }],
    {
      conversationId: "l",
      messages: nodes.map(({ user, text }, n) => ({
        messageId: `n${n}`,
        parentMessageId: aboveIn(nodes, n),
        isCreatedByUser: user,
        text,
        createdAt: new Date(clock(n)).toISOString(),
      })),
    },
    {
      conversations: [
        {
          conversation: { id: "g" },
          responses: nodes.map(({ user, text }, n) => ({
            response: {
              _id: `n${n}`,
              parent_response_id: aboveIn(nodes, n),
              sender: user ? "human" : "assistant",
              message: text,
              create_time: { $date: { $numberLong: String(clock(n)) } },
            },
          })),
        },
      ],
    },
  ];
};

/** The same talk as the lines of each agent's file. Words that look like the program's own are no person's. */
const sessionsOf = (talk: readonly Turn[]): readonly unknown[][] => {
  const at = (n: number) => new Date(clock(n)).toISOString();
  return [
    talk.map(({ user, text }, n) => ({
      type: user ? "user" : "assistant",
      uuid: `n${n}`,
      parentUuid: n === 0 ? null : `n${n - 1}`,
      sessionId: "s",
      timestamp: at(n),
      message: user
        ? { role: "user", content: text }
        : { id: `m${n}`, role: "assistant", content: [{ type: "text", text }] },
    })),
    [
      { timestamp: at(0), type: "session_meta", payload: { id: "s" } },
      ...talk.map(({ user, text }, n) => ({
        timestamp: at(n),
        type: "response_item",
        payload: {
          type: "message",
          role: user ? "user" : "assistant",
          content: [{ type: user ? "input_text" : "output_text", text }],
        },
      })),
    ],
    [
      { sessionId: "s", projectHash: "h" },
      ...talk.map(({ user, text }, n) => ({
        id: `n${n}`,
        timestamp: at(n),
        type: user ? "user" : "gemini",
        content: text,
      })),
    ],
  ];
};

describe("what is written is read again", () => {
  it("as OpenAI JSONL", async () => {
    await fc.assert(
      fc.asyncProperty(talks, async (all) => {
        const lines = all.map((talk, n) =>
          JSON.stringify({
            id: `t${n}`,
            messages: talk.map(({ user, text }) => ({
              role: user ? "user" : "assistant",
              content: text,
            })),
          }),
        );
        const found = await read(`${lines.join("\n")}\n`);
        expect(found.problems).toEqual([]);
        expect(spoken(found, "user")).toEqual(all);
      }),
      runs,
    );
  });

  it("as sessions of Claude Code, Codex and Gemini CLI", async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (talk) => {
        for (const lines of sessionsOf(talk)) {
          const found = await read(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
          expect(found.problems).toEqual([]);
          expect(spoken(found, "user")).toEqual([talk]);
          expect(found.conversations[0]?.messages.every(({ onMainPath }) => onMainPath)).toBe(true);
        }
      }),
      runs,
    );
  });

  it("as Open WebUI's, LibreChat's and Grok's exports, branches and all", async () => {
    await fc.assert(
      fc.asyncProperty(branching, async (nodes) => {
        for (const record of treesOf(nodes)) {
          const found = await read(JSON.stringify(record));
          expect(found.problems).toEqual([]);
          const byKey = new Map(
            found.conversations[0]?.messages.map((message) => [message.key, message]),
          );
          expect(byKey.size).toBe(nodes.length);
          for (const [n, { user, text }] of nodes.entries())
            expect(byKey.get(`n${n}`)).toMatchObject({
              text,
              role: user ? "user" : "assistant",
              at: clock(n),
              parent: aboveIn(nodes, n),
            });
        }
      }),
      runs,
    );
  });

  it("as a table, in quotes", async () => {
    await fc.assert(
      fc.asyncProperty(turns, fc.constantFrom(",", ";", "\t"), async (talk, delimiter) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        // Lines of tables end as those of all text files: a lone return is not kept apart from them.
        const plain = talk.map(({ user, text }) => ({ user, text: text.replaceAll("\r", "") }));
        const rows = plain.map(({ user, text }) =>
          [user ? "user" : "assistant", quoted(text)].join(delimiter),
        );
        const found = await read(`role${delimiter}text\n${rows.join("\n")}\n`);
        expect(found.problems).toEqual([]);
        expect(spoken(found, "user")).toEqual([plain]);
      }),
      runs,
    );
  });

  it("as ShareGPT JSON", async () => {
    await fc.assert(
      fc.asyncProperty(talks, fc.boolean(), async (all, spread) => {
        const records = all.map((talk, n) => ({
          id: `t${n}`,
          conversations: talk.map(({ user, text }) => ({
            from: user ? "human" : "gpt",
            value: text,
          })),
        }));
        const found = await read(JSON.stringify(records, null, spread ? 1 : 0));
        expect(found.problems).toEqual([]);
        expect(spoken(found, "user")).toEqual(all);
      }),
      runs,
    );
  });

  it("as a ChatGPT export, branches and all", async () => {
    await fc.assert(
      fc.asyncProperty(branching, async (nodes) => {
        const parentOf = (n: number) => (n === 0 ? "root" : `n${(nodes[n]?.above ?? 0) % n}`);
        const mapping = Object.fromEntries(
          nodes.map(({ user, text }, n) => [
            `n${n}`,
            {
              id: `n${n}`,
              parent: parentOf(n),
              children: nodes.flatMap((_, k) =>
                k > 0 && parentOf(k) === `n${n}` ? [`n${k}`] : [],
              ),
              message: {
                id: `n${n}`,
                author: { role: user ? "user" : "assistant" },
                create_time: clock(n) / 1000,
                content: { content_type: "text", parts: [text] },
                recipient: "all",
                metadata: {},
              },
            },
          ]),
        );
        const record = {
          title: "t",
          mapping: {
            root: { id: "root", parent: null, children: ["n0"], message: null },
            ...mapping,
          },
          current_node: `n${nodes.length - 1}`,
          conversation_id: "c",
        };
        const [conversation] = (await read(JSON.stringify([record]))).conversations;
        const byKey = new Map(conversation?.messages.map((message) => [message.key, message]));
        expect(byKey.size).toBe(nodes.length);
        for (const [n, { user, text }] of nodes.entries())
          expect(byKey.get(`n${n}`)).toMatchObject({
            text,
            role: user ? "user" : "assistant",
            at: clock(n),
            parent: n === 0 ? null : parentOf(n),
          });
        const main = conversation?.messages.filter((message) => message.onMainPath) ?? [];
        expect(main.at(-1)?.key).toBe(`n${nodes.length - 1}`);
        for (const [n, message] of main.entries())
          expect(message.parent).toBe(main[n - 1]?.key ?? null);
      }),
      runs,
    );
  });

  it("as a Claude export", async () => {
    await fc.assert(
      fc.asyncProperty(talks, async (all) => {
        const records = all.map((talk, c) => ({
          uuid: `c${c}`,
          name: "t",
          chat_messages: talk.map(({ user, text }, n) => ({
            uuid: `c${c}m${n}`,
            sender: user ? "human" : "assistant",
            text: "",
            content: [{ type: "text", text }],
            created_at: new Date(clock(n)).toISOString(),
            parent_message_uuid:
              n === 0 ? "00000000-0000-4000-8000-000000000000" : `c${c}m${n - 1}`,
          })),
        }));
        const found = await read(zipOf({ "conversations.json": JSON.stringify(records) }));
        expect(found.problems).toEqual([]);
        expect(spoken(found, "user")).toEqual(all);
      }),
      runs,
    );
  });

  it("as a Slack export", async () => {
    const escaped = (text: string) =>
      text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    await fc.assert(
      fc.asyncProperty(turns, async (talk) => {
        const days: Record<string, object[]> = {};
        for (const [n, { user, text }] of talk.entries()) {
          const seconds = (clock(n) + n * 40_000_000) / 1000;
          const path = `general/${new Date(seconds * 1000).toISOString().slice(0, 10)}.json`;
          days[path] = [
            ...(days[path] ?? []),
            {
              type: "message",
              user: user ? "U1" : "U2",
              text: escaped(text),
              ts: `${seconds}.000${100 + n}`,
            },
          ];
        }
        const files = Object.fromEntries(
          Object.entries(days).map(([path, list]) => [path, JSON.stringify(list)]),
        );
        const found = await read(zipOf({ ...files, "users.json": "[]" }));
        expect(found.problems).toEqual([]);
        expect(found.conversations).toHaveLength(1);
        const said = found.conversations[0]?.messages.map(({ author, text }) => ({
          user: author === "U1",
          text,
        }));
        expect(said).toEqual(talk);
      }),
      runs,
    );
  });

  it("as IRC logs", async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (talk) => {
        const line = (text: string) => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ");
        const lines = talk.map(
          ({ user, text }, n) => `[10:0${n}] <${user ? "anna" : "ben"}> ${line(text)}`,
        );
        const found = await read(lines.join("\n"), "#c/2024-05-01.log");
        const said = found.conversations[0]?.messages.map(({ author, text, at }, n) => ({
          user: author === "anna",
          text,
          right: at === Date.UTC(2024, 4, 1, 10, n),
        }));
        expect(said).toEqual(
          talk.map(({ user, text }) => ({ user, text: line(text), right: true })),
        );
      }),
      runs,
    );
  });
});

/** What was said, conversation by conversation. */
const spoken = (found: Awaited<ReturnType<typeof read>>, role: string): Turn[][] =>
  found.conversations.map(({ messages }) =>
    messages.map((message) => ({ user: message.role === role, text: message.text })),
  );
