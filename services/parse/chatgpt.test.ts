// ChatGPT exports: branches, kinds, files, shards, damaged trees.
import { describe, expect, it } from "vitest";
import { withoutMarks } from "./chatgpt-content.ts";
import { first, fixture, read, withKey, zipOf } from "./parse.builders.ts";

const branching = fixture("chatgpt-branching.json");

describe("a ChatGPT export", () => {
  it("names the conversation's model where an answer names none", async () => {
    const node = (id: string, parent: string | null, role: string, metadata: object) => ({
      [id]: {
        id,
        parent,
        children: [],
        message: { id, author: { role }, content: { content_type: "text", parts: [id] }, metadata },
      },
    });
    const record = {
      conversation_id: "c",
      default_model_slug: "gpt-a",
      mapping: {
        ...node("q", null, "user", {}),
        ...node("a", "q", "assistant", {}),
        ...node("b", "q", "assistant", { model_slug: "gpt-b" }),
      },
    };
    for (const options of [{}, { limits: { wholeBytes: 10 } }]) {
      const found = first(await read(JSON.stringify([record]), "conversations.json", options));
      const models = found.messages.map(({ key, model }) => [key, model]);
      expect(models.toSorted()).toEqual([
        ["a", "gpt-a"],
        ["b", "gpt-b"],
        ["q", null],
      ]);
    }
  });

  it("keeps the branches and marks the main path", async () => {
    const found = await read(branching, "conversations.json");
    expect(found.formats).toEqual(["chatgpt"]);
    expect(found.problems).toEqual([]);
    const conversation = first(found);
    expect(conversation).toMatchObject({
      source: "chatgpt",
      sourceId: "conv-bread",
      title: "Sourdough that will not rise",
      tree: true,
      continues: false,
    });
    const main = conversation.messages.filter((message) => message.onMainPath);
    expect(main.map((message) => message.key)).toEqual(["sys", "q1", "a1-again", "q3"]);
    expect(withKey(conversation, "a1")).toMatchObject({
      parent: "q1",
      onMainPath: false,
      model: "gpt-4o",
    });
    expect(withKey(conversation, "q1")).toMatchObject({
      author: "You",
      role: "user",
      at: 1717230000250,
      zoneKnown: true,
      parent: "sys",
    });
    expect(withKey(conversation, "sys")).toMatchObject({ kind: "system", parent: null });
    expect(JSON.parse(conversation.raw ?? "")).toMatchObject({ is_archived: false });
  });

  it("takes citation marks out of the text and keeps them in the record", async () => {
    const answer = withKey(first(await read(branching)), "a1-again");
    expect(answer.text).toBe("The oven may be too cold.");
    expect(answer.raw).toContain("【12†L3-L9】");
    expect(withoutMarks("【重要】 see \ue200url\ue202the page\ue202turn0\ue201")).toBe(
      "【重要】 see the page",
    );
  });

  it("tells thoughts and tool work from what is said", async () => {
    const conversation = first(await read(fixture("chatgpt-thoughts-and-tools.json")));
    expect(conversation.messages.map(({ kind, author, text }) => [kind, author, text])).toEqual([
      ["text", "You", "How far is the moon?"],
      ["thinking", "ChatGPT", "Recalling\nAbout 384,400 km."],
      ["tool", "ChatGPT", "python(print(384400))"],
      ["tool", "python", "384400"],
      ["text", "ChatGPT", "384,400 km on average."],
    ]);
  });

  it("gives pictures a placeholder and voices their words", async () => {
    const conversation = first(await read(fixture("chatgpt-picture-and-voice.json")));
    expect(withKey(conversation, "u").text).toBe("Which tree is this?");
    expect(withKey(conversation, "u/1")).toMatchObject({
      kind: "attachment",
      parent: "u",
      attachments: [{ name: "leaf.jpg", mediaType: "image/jpeg", size: 2048 }],
    });
    expect(withKey(conversation, "v")).toMatchObject({ text: "That is a linden.", parent: "u/1" });
    expect(withKey(conversation, "v/1").kind).toBe("attachment");
  });

  it("cuts a circle open and says so", async () => {
    const found = await read(fixture("chatgpt-circle.json"));
    expect(first(found).messages.map(({ key, parent }) => [key, parent])).toHaveLength(2);
    expect(found.problems).toMatchObject([{ code: "unknown-message", count: 1 }]);
  });

  it("reads shards and reports the one that is missing", async () => {
    const shard = (id: string) =>
      JSON.stringify([{ ...JSON.parse(branching.toString())[0], conversation_id: id }]);
    const found = await read(
      zipOf({
        "export_manifest.json": JSON.stringify({
          version: 1,
          logical_files: {
            "conversations.json": {
              files: ["conversations-000.json", "conversations-001.json", "conversations-002.json"],
              sharded: true,
            },
          },
        }),
        "conversations-000.json": shard("one"),
        "conversations-002.json": shard("three"),
        "conversation_asset_file_names.json": "{}",
        "user.json": '{"id":"user-1"}',
        "chat.html": "<html></html>",
      }),
      "export.zip",
    );
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(["one", "three"]);
    expect(found.problems).toMatchObject([
      { code: "missing-shard", place: "conversations-001.json" },
    ]);
  });

  it("gives the old messages the same keys and places in a newer export", async () => {
    const [older] = JSON.parse(branching.toString());
    const newer = structuredClone(older);
    newer.mapping.q3.children = ["late"];
    newer.mapping.late = {
      id: "late",
      parent: "q3",
      children: [],
      message: {
        ...older.mapping.q3.message,
        id: "late",
        content: { content_type: "text", parts: ["Thanks"] },
      },
    };
    newer.current_node = "late";
    const before = first(await read(JSON.stringify([older])));
    const after = first(await read(JSON.stringify([newer])));
    for (const message of before.messages)
      expect(withKey(after, message.key)).toMatchObject({
        position: message.position,
        text: message.text,
      });
    expect(after.messages).toHaveLength(before.messages.length + 1);
  });
});
