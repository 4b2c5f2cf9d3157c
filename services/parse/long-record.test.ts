// Long records: read one message at a time, with the same conversations, messages and problems as if they were read at once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture, type Read, read } from "./parse.builders.ts";

/** Everything is long. */
const long = { limits: { wholeBytes: 0 } } as const;
const whole = { limits: { wholeBytes: 1e9 } } as const;

const told = ({ conversations, problems }: Read) => ({
  conversations,
  problems: problems
    .map(({ code, count }) => `${code} ${count}`)
    .toSorted()
    .filter((problem) => !problem.startsWith("bad-json")),
});

/** In files of more than one chunk, an element is long where a chunk ends in it: blanks make it two. */
const spread = (text: string) => `${text.slice(0, -1)}${" ".repeat(1024 * 1024)}${text.slice(-1)}`;

const same = async (text: string) =>
  expect(told(await read(spread(text), "a.json", long))).toEqual(
    told(await read(text, "a.json", whole)),
  );

describe("a long record", () => {
  it.each([
    "chatgpt-branching.json",
    "chatgpt-circle.json",
    "chatgpt-picture-and-voice.json",
    "chatgpt-thoughts-and-tools.json",
    "claude-branching.json",
    "claude-old-linear.json",
    "claude-tools.json",
    "sharegpt-strange-speakers.json",
  ])("is read as a short one: %s", async (name) => {
    const text = fixture(name).toString("utf8").trim();
    const record = JSON.stringify((JSON.parse(text) as unknown[])[0] ?? JSON.parse(text));
    await same(record);
  });

  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
  const seconds = (minute: number) => Date.UTC(2026, 0, 1, 10, minute) / 1000;
  const odd = "yesterday";
  const ownTimes = {
    openai: {
      id: "o",
      messages: [seconds(4), seconds(9), odd, seconds(5)].map((timestamp, n) => ({
        role: n % 2 === 0 ? "user" : "assistant",
        content: `text ${n}`,
        timestamp,
      })),
    },
    "openai with an older time of its own": {
      updated_at: at(1),
      messages: [{ role: "user", content: "a", created_at: at(3) }],
    },
    sharegpt: { id: "s", updated_at: at(2), conversations: [{ from: "human", value: "a" }] },
    chatgpt: {
      conversation_id: "c",
      mapping: Object.fromEntries(
        [seconds(4), seconds(8), odd].map((create_time, n) => [
          `n${n}`,
          {
            parent: n === 0 ? null : `n${n - 1}`,
            message: { author: { role: "user" }, create_time, content: { parts: [`text ${n}`] } },
          },
        ]),
      ),
    },
    claude: {
      uuid: "l",
      chat_messages: [
        { uuid: "1", sender: "human", text: "a", created_at: at(3), updated_at: at(7) },
        { uuid: "2", sender: "assistant", text: "b", created_at: at(5), updated_at: odd },
      ],
    },
    "a project of claude": {
      uuid: "p",
      name: "Beds",
      prompt_template: "Answer briefly.",
      created_at: at(2),
      docs: [
        { uuid: "1", filename: "a.txt", content: "beans", created_at: at(6) },
        { uuid: "2", filename: "b.txt", content: "peas", created_at: odd },
      ],
    },
    "a chat of Claude's design tool": {
      uuid: "g",
      title: "A poster",
      messages: [
        {
          uuid: "1",
          role: "user",
          content: { content: "make it green", attachments: [{ name: "a.txt", content: "beans" }] },
          created_at: at(3),
        },
        {
          uuid: "2",
          role: "assistant",
          content: { contentBlocks: [{ type: "text", text: "It is green now." }] },
          created_at: at(5),
        },
        "no message",
      ],
    },
    "Parlance's own export": {
      id: "cnv_1",
      source: "chatgpt",
      sourceId: "jam",
      title: "Jam",
      channel: null,
      tree: true,
      authors: [{ id: "U1", shown: "Anna", others: ["anna"] }],
      messages: [0, 1, 2].map((n) => ({
        id: `msg_${n}`,
        sourceId: `n${n}`,
        parent: n === 0 ? null : `msg_${n - 1}`,
        onMainPath: n < 2,
        position: n * 2,
        author: "You",
        role: n === 2 ? "nobody" : "user",
        kind: "text",
        at: seconds(n) * 1000,
        zoneKnown: true,
        text: `text ${n}`,
      })),
    },
    deepseek: {
      id: "d",
      mapping: Object.fromEntries(
        [at(4), at(6), odd].map((inserted_at, n) => [
          `n${n}`,
          {
            parent: n === 0 ? null : `n${n - 1}`,
            message: { inserted_at, fragments: [{ type: "REQUEST", content: `text ${n}` }] },
          },
        ]),
      ),
    },
  };

  it.each(Object.entries(ownTimes))(
    "is as of its last message, as a short one: %s",
    async (_, record) => {
      await same(JSON.stringify(record));
      const [conversation] = (await read(spread(JSON.stringify(record)), "a.json", long))
        .conversations;
      expect(conversation?.asOf).not.toBeNull();
    },
  );

  const roles = fc.constantFrom("user", "assistant", "tool", 7);
  const content = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constant([{ type: "text", text: "[{" }]),
  );
  const messages = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ role: roles, content }) },
      {
        weight: 1,
        arbitrary: fc.jsonValue(),
      },
    ),
    { minLength: 1, maxLength: 12 },
  );
  const first = { role: "user", content: "hello" };

  it("of OpenAI's shape is read as a short one, with an id before or after its messages, or none", async () => {
    await fc.assert(
      fc.asyncProperty(messages, fc.constantFrom("before", "after", "none"), async (list, id) => {
        const record = {
          ...(id === "before" ? { id: "x", messages: 0 } : {}),
          messages: [first, ...list],
          ...(id === "after" ? { id: "x" } : { metadata: { title: "t", messages: [1] } }),
        };
        await same(JSON.stringify(record));
      }),
      { numRuns: 40 },
    );
  });

  it("of ChatGPT's shape is read as a short one, whatever the order of its nodes and their parents", async () => {
    const node = fc.record({ parent: fc.nat(9), said: fc.boolean(), user: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(node, { minLength: 1, maxLength: 10 }),
        fc.boolean(),
        fc.nat(12),
        async (nodes, named, leaf) => {
          const mapping = Object.fromEntries(
            nodes.map(({ parent, said, user }, n) => [
              `n${n}`,
              {
                ...(named ? { parent: `n${parent}` } : {}),
                children: nodes.flatMap((other, k) => (other.parent === n ? [`n${k}`] : [])),
                message: said
                  ? {
                      author: { role: user ? "user" : "assistant" },
                      create_time: 1_700_000_000 + ((n * 7) % 5),
                      content: { content_type: "text", parts: [`text ${n}`] },
                    }
                  : null,
              },
            ]),
          );
          await same(JSON.stringify({ title: "t", mapping, current_node: `n${leaf}`, id: "c" }));
        },
      ),
      { numRuns: 60 },
    );
  });

  const chat = (id: string, count: number) =>
    `{"id":"${id}","title":"t","messages":[${Array.from({ length: count }, (_, n) => `{"role":"user","content":"${id} ${n}"}`).join(",")}]}`;

  it("whose end is missing keeps every message before it, and says so", async () => {
    const text = `${chat("a", 50).slice(0, -20)}${" ".repeat(1024 * 1024)}`;
    const { conversations, problems } = await read(text, "a.json", long);
    expect(conversations.map(({ messages: list }) => list.length)).toEqual([49]);
    expect(problems.map(({ code }) => code)).toEqual(["truncated"]);
    expect(conversations.map(({ partial }) => partial)).toEqual([true]);
  });

  it("with a message that is no JSON loses that message only", async () => {
    // Beyond the beginning by which the format is known.
    const text = spread(chat("a", 9000).replace('"a 8000"', "oops"));
    const { conversations, problems } = await read(text, "a.json", long);
    expect(conversations.map(({ messages: list }) => list.length)).toEqual([8999]);
    expect(problems).toMatchObject([{ code: "bad-json", count: 1 }]);
    expect(conversations.map(({ partial }) => partial)).toEqual([true]);
  });

  /** Beyond the beginning by which the format is known. */
  const far = " ".repeat(300_000);

  it.each(Object.entries(ownTimes))(
    "with a damaged message says that it was read in part: %s",
    async (_, record) => {
      const text = JSON.stringify(record);
      const damaged = text.endsWith("]}")
        ? `${text.slice(0, -2)},${far}{oops}]}`
        : `${text.slice(0, -2)},${far}"oops":{oops}}}`;
      const { conversations, problems } = await read(spread(damaged), "a.json", long);
      expect(conversations.map(({ partial }) => partial)).toEqual([true]);
      expect(problems).toContainEqual(expect.objectContaining({ code: "bad-json", count: 1 }));
    },
  );

  it("with a message that is too large says that it was read in part", async () => {
    const text = chat("a", 5).replace("a 3", "x".repeat(1_500_000));
    const { conversations } = await read(text, "a.json", {
      limits: { wholeBytes: 0, elementBytes: 1_200_000 },
    });
    expect(conversations).toMatchObject([{ partial: true, messages: { length: 4 } }]);
  });

  it("that does not end takes no other record with it", async () => {
    const many = Array.from({ length: 40 }, (_, n) => chat(`c${n}`, 2000));
    const damaged = many.map((text, n) => (n === 3 ? text.replace('"c3 9"', '"c3 9') : text));
    const { conversations } = await read(`[${damaged.join(",")}]`, "a.json", {
      limits: { wholeBytes: 50_000 },
    });
    const wholeOnes = conversations.filter(({ messages: list }) => list.length === 2000);
    expect(wholeOnes.length).toBeGreaterThanOrEqual(38);
  });

  it("of Parlance's own export tells its authors once, and has a log's names and times", async () => {
    const message = (n: number) => ({
      id: `msg_${n}`,
      position: n,
      author: "anna",
      role: "person",
      kind: "text",
      at: Date.UTC(2026, 0, 1) + n,
      text: `line ${n}`,
    });
    const record = {
      id: "cnv_1",
      source: "irc",
      sourceId: "#beds 2026-01-01",
      channel: "#beds",
      authors: [{ id: "U1", shown: "Anna", others: ["anna"] }],
      messages: Array.from({ length: 12_000 }, (_, n) => message(n)),
    };
    const text = `${JSON.stringify(record)}\n`;
    const { formats, conversations, problems } = await read(text, "a.jsonl");
    expect([formats, problems]).toEqual([["irc"], []]);
    expect(conversations).toMatchObject([
      { source: "irc", channel: "#beds", asOf: null, messages: { length: 12_000 } },
    ]);
    expect(conversations[0]?.authors).toEqual(record.authors);
    expect(conversations[0]?.messages[0]).toMatchObject({ author: "anna", text: "line 0" });
  });

  it("of an empty project is none, as a short one", async () => {
    await same(JSON.stringify({ uuid: "p", name: "Beds", prompt_template: "", docs: [] }));
  });

  it("without an id has the fingerprint of a short one", async () => {
    for (const record of [ownTimes.openai, ownTimes["a chat of Claude's design tool"]])
      await same(JSON.stringify({ ...record, id: undefined, uuid: undefined }));
  });

  it.each([
    ["nested too deeply", `${"[".repeat(600_000)}${"]".repeat(600_000)}`, "too-deep"],
    ["of too many objects", `[${"{},".repeat(1_100_000)}{}]`, "too-large"],
    ["too long", `"${"x".repeat(3_000_000)}"`, "too-large"],
  ])("is refused as a short one where the rest of it is %s", async (_, rest, code) => {
    const text = `${chat("a", 2).slice(0, -1)},"rest":${rest}}\n`;
    const limits = { elementBytes: code === "too-large" && rest.startsWith('"') ? 2e6 : 64e6 };
    for (const wholeBytes of [0, 1e9]) {
      const found = await read(text, "a.jsonl", { limits: { ...limits, wholeBytes } });
      expect(found.conversations).toEqual([]);
      expect(found.problems).toMatchObject([{ code, count: 1 }]);
    }
  });

  it("comes in parts, the last of which says that it is", async () => {
    const { conversations } = await read(chat("a", 45_000), "a.jsonl", {});
    expect(conversations.map(({ messages: list }) => list.length)).toEqual([45_000]);
  });
});
