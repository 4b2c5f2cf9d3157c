// Exports that others saved again, damaged or from elsewhere: times of every unit, unknown content, damage at the beginning, lists only.
import { describe, expect, it } from "vitest";
import { first, read, zipOf } from "./parse.builders.ts";

const AT = Date.UTC(2026, 0, 1, 10, 0, 0, 500);
const chat = (time: unknown) =>
  JSON.stringify([{ id: "c", messages: [{ role: "user", content: "hello", created_at: time }] }]);

describe("times", () => {
  it.each([
    ["seconds", AT / 1000],
    ["milliseconds", AT],
    ["microseconds", AT * 1000],
    ["nanoseconds", AT * 1e6],
    ["digits", String(AT)],
    ["a date with a zone", "2026-01-01T10:00:00.5Z"],
    ["a date with an offset without a colon", "2026-01-01 12:00:00.500000+0200"],
  ])("are read as %s", async (_, time) => {
    const found = await read(chat(time), "a.json");
    expect(first(found).messages[0]).toMatchObject({ at: AT, zoneKnown: true });
    expect(found.problems).toEqual([]);
  });

  it("without a zone are those of the collection's zone, which is said to be assumed", async () => {
    const found = await read(chat("2026-01-01T11:00:00.5"), "a.json", { zone: "Europe/Berlin" });
    expect(first(found).messages[0]).toMatchObject({
      at: AT,
      zoneKnown: false,
      localTime: "2026-01-01 11:00:00.5",
    });
  });

  it.each([["a year beyond"], ["57972-04-16"], [1e30], [-5], ["2026-13-45T99:00:00Z"]])(
    "that cannot be are left out and counted: %s",
    async (time) => {
      const found = await read(chat(time), "a.json");
      expect(first(found).messages[0]).toMatchObject({ at: null, text: "hello" });
      expect(found.problems).toMatchObject([{ code: "unknown-time", count: 1 }]);
    },
  );

  it.each([[null], [0], [""], [undefined]])(
    "that are not there are no problem: %s",
    async (time) => {
      const found = await read(chat(time), "a.json");
      expect(first(found).messages[0]?.at).toBeNull();
      expect(found.problems).toEqual([]);
    },
  );
});

describe("a ChatGPT export", () => {
  const node = (id: string, parent: string | null, message: object) => ({ id, parent, message });
  const exported = (...messages: object[]) =>
    JSON.stringify([
      {
        conversation_id: "c",
        mapping: Object.fromEntries(
          messages.map((message, at) => [
            `n${at}`,
            node(`n${at}`, at === 0 ? null : `n${at - 1}`, message),
          ]),
        ),
      },
    ]);
  const said = (role: string, name: string | undefined, content: object) => ({
    author: { role, ...(name === undefined ? {} : { name }) },
    content,
  });
  const text = (words: string) => ({ content_type: "text", parts: [words] });

  it("names the people of a conversation of several", async () => {
    const found = await read(
      exported(
        said("user", "Mira", text("shall we bake?")),
        said("user", undefined, text("yes")),
        said("assistant", "dalle", text("Rye it is.")),
      ),
    );
    expect(first(found).messages.map(({ author }) => author)).toEqual(["Mira", "You", "ChatGPT"]);
  });

  it("keeps the words of content of an unknown kind, and counts it", async () => {
    const content = {
      content_type: "hologram",
      payload: { type: "beam", lines: ["words of light"] },
    };
    const found = await read(exported(said("assistant", undefined, content)));
    expect(first(found).messages[0]).toMatchObject({ kind: "text", text: "words of light" });
    expect(found.problems).toMatchObject([{ code: "unknown-block", count: 1 }]);
  });
});

describe("damage at the beginning", () => {
  it("costs the record that it is in", async () => {
    const one = (id: string) => JSON.stringify({ id, messages: [{ role: "user", content: "hi" }] });
    const damaged = one("b").replace("hi", "h\u0001i\n");
    const found = await read(`[${damaged},\n${one("c")},\n${one("d")}]`, "a.json");
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(["c", "d"]);
    expect(found.problems).toMatchObject([{ code: "bad-json", count: 1 }]);
  });
});

describe("a DeepSeek export", () => {
  it("has requests, thoughts and answers, and is not taken for ChatGPT's", async () => {
    const message = (model: string, ...fragments: [string, string][]) => ({
      model,
      inserted_at: "2026-01-01T10:00:00.500000+00:00",
      files: [],
      fragments: fragments.map(([type, content]) => ({ type, content })),
    });
    const found = await read(
      JSON.stringify([
        {
          id: "ds",
          title: "Soup",
          mapping: {
            root: { id: "root", parent: null, message: null },
            1: { id: "1", parent: "root", message: message("chat", ["REQUEST", "how long?"]) },
            2: {
              id: "2",
              parent: "1",
              message: message("reasoner", ["THINK", "dry beans"], ["RESPONSE", "Overnight."]),
            },
          },
        },
      ]),
    );
    expect(found.formats).toEqual(["deepseek"]);
    expect(
      first(found).messages.map(({ author, kind, text, model, at }) => [
        author,
        kind,
        text,
        model,
        at,
      ]),
    ).toEqual([
      ["You", "text", "how long?", null, AT],
      ["DeepSeek", "thinking", "dry beans", "reasoner", AT],
      ["DeepSeek", "text", "Overnight.", "reasoner", AT],
    ]);
    expect(found.problems).toEqual([]);
  });

  it("tells fragments that cannot be read", async () => {
    const node = { id: "1", parent: null, message: { model: "chat", fragments: [null] } };
    const found = await read(JSON.stringify([{ id: "ds", mapping: { 1: node } }]));
    expect(found.problems).toMatchObject([{ code: "unknown-block", count: 1 }]);
  });
});

describe("messages of models", () => {
  it("keep the words of Anthropic's blocks: thoughts, calls and results", async () => {
    const found = await read(
      JSON.stringify({
        messages: [
          { role: "user", content: [{ type: "text", text: "list the shelves" }] },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "look first" },
              { type: "tool_use", id: "t1", name: "shelves", input: { room: "A" } },
            ],
          },
          {
            role: "user",
            content: [{ type: "tool_result", tool_use_id: "t1", content: "oak, pine" }],
          },
        ],
      }),
    );
    expect(
      first(found).messages.map(({ key, kind, text, replyTo }) => [key, kind, text, replyTo]),
    ).toEqual([
      ["0", "text", "list the shelves", null],
      ["1", "thinking", "look first", null],
      ["1/1", "tool", 'shelves({"room":"A"})', null],
      ["2", "tool", "oak, pine", "1/1"],
    ]);
  });

  it("are found under the names that logs of prompts use", async () => {
    const messages = [{ role: "user", content: "hey" }];
    const found = await read(JSON.stringify({ chat_id: "x", conversation: messages }));
    expect(first(found)).toMatchObject({ sourceId: "x", messages: [{ text: "hey" }] });
  });
});

describe("a Slack export", () => {
  const people = JSON.stringify([{ id: "U1", profile: { display_name: "Kai" } }]);

  it("of a period in which nobody wrote is an export without messages", async () => {
    const found = await read(zipOf({ "channels.json": "[]", "users.json": people }), "slack.zip");
    expect(found).toMatchObject({ formats: ["slack"], conversations: [], problems: [] });
  });

  it("of an organization names its people in another list, and times may be numbers", async () => {
    const found = await read(
      zipOf({
        "org_users.json": people,
        "channels.json": "[]",
        "ops/2026-01-01.json": JSON.stringify([
          { type: "message", user: "U1", text: "morning", ts: AT / 1000 },
        ]),
      }),
    );
    expect(first(found).messages).toMatchObject([
      { author: "Kai", at: AT, sourceId: "1767261600.500000" },
    ]);
  });
});

describe("other files", () => {
  it("of a Claude export that are not read are said to be left out", async () => {
    const conversation = { uuid: "k", chat_messages: [{ sender: "human", text: "hi" }] };
    const found = await read(
      zipOf({
        "conversations.json": JSON.stringify([conversation]),
        "projects/p.json": JSON.stringify({ docs: [{ content: "long" }] }),
      }),
    );
    expect(found.problems).toMatchObject([{ code: "left-out", place: "projects/p.json" }]);
  });

  it("are said to be left out where they look like a table too", async () => {
    const conversation = { uuid: "k", chat_messages: [{ sender: "human", text: "hi" }] };
    const memories = ["likes tea", "lives in Kiel"].map((text, nth) => ({ id: nth, note: text }));
    const found = await read(
      zipOf({
        "conversations.json": JSON.stringify([conversation]),
        "memories.json": JSON.stringify(memories),
      }),
    );
    expect(found.problems).toMatchObject([{ code: "left-out", place: "memories.json" }]);
  });

  it("of records that anything may have stay tables whose columns can be chosen", async () => {
    const list = ["a", "b"].map((note, nth) => ({
      id: String(nth),
      title: note,
      type: "x",
      who: note,
    }));
    await expect(read(JSON.stringify(list), "a.json")).rejects.toMatchObject({
      code: "columns-unknown",
    });
  });

  it("of conversations without their messages are told as such, and not as a table", async () => {
    const list = ["Jam", "Tea"].map((title, nth) => ({
      id: String(nth),
      title,
      create_time: 1_767_261_600,
      update_time: 1_767_261_600,
    }));
    for (const text of [JSON.stringify(list), list.map((one) => JSON.stringify(one)).join("\n")])
      await expect(read(text, "conversations.json")).rejects.toMatchObject({
        code: "not-a-chat-log",
        message: expect.stringContaining("no field “mapping”"),
      });
  });

  it("of ChatGPT's group chats are told where there are some", async () => {
    const conversations = [
      { conversation_id: "c", mapping: { a: { id: "a", message: null, parent: null } } },
    ];
    const files = (chats: readonly object[]) =>
      zipOf({
        "conversations.json": JSON.stringify(conversations),
        "group_chats.json": JSON.stringify({ chats }),
      });
    expect((await read(files([]))).problems).toEqual([]);
    expect((await read(files([{ id: "g" }]))).problems).toMatchObject([
      { code: "not-read", place: "group_chats.json" },
    ]);
  });

  it("that only list the parts of an export say what to upload", async () => {
    const list = { data_files: [{ category: "conversations", filename: "conversations-000.zip" }] };
    await expect(read(JSON.stringify(list))).rejects.toThrow(/upload the zips.*conversations-000/u);
  });

  it("of WeeChat since version 4.2 have times with a zone", async () => {
    const log =
      "2026-01-01T10:00:00.500123Z\t@ann\thi all\n2026-01-01T10:00:01.000001Z\tbob\tyes\n";
    const found = await read(log, "irc.libera.#new.weechatlog", { zone: "Europe/Berlin" });
    expect(first(found).messages).toMatchObject([
      { author: "ann", text: "hi all", at: AT, zoneKnown: true },
      { author: "bob", text: "yes" },
    ]);
  });
});
