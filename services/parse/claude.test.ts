// Claude exports: branches, older straight ones, blocks, attachments, names.
import { describe, expect, it } from "vitest";
import { first, fixture, read, withKey, zipOf } from "./parse.builders.ts";

describe("a Claude export", () => {
  it("takes the latest leaf for the main path and names the person from users.json", async () => {
    const found = await read(
      zipOf({
        "conversations.json": fixture("claude-branching.json"),
        "users.json": JSON.stringify([
          { uuid: "acc-1", full_name: "Anna Berg", email_address: "a@example.org" },
        ]),
      }),
      "data.zip",
    );
    expect(found.formats).toEqual(["claude"]);
    expect(found.problems).toEqual([]);
    const conversation = first(found);
    const main = conversation.messages.filter((message) => message.onMainPath);
    expect(main.map(({ key, author }) => [key, author])).toEqual([
      ["m1", "Anna Berg"],
      ["m2", "Claude"],
      ["m2/1", "Claude"],
      ["m4", "Anna Berg"],
      ["m5", "Claude"],
    ]);
    expect(withKey(conversation, "m2")).toMatchObject({ kind: "thinking", parent: "m1" });
    expect(withKey(conversation, "m3")).toMatchObject({ parent: "m2/1", onMainPath: false });
  });

  it("puts an older export in the order of its times", async () => {
    const conversation = first(await read(fixture("claude-old-linear.json")));
    expect(conversation.tree).toBe(false);
    expect(conversation.messages.map(({ author, kind, text }) => [author, kind, text])).toEqual([
      ["You", "text", "Hello."],
      ["Claude", "text", "Good morning."],
      ["You", "attachment", "buy compost"],
    ]);
    expect(conversation.messages[2]?.attachments).toEqual([
      { name: "notes.txt", mediaType: "text/plain", size: 11 },
    ]);
  });

  it("reads one conversation by itself, its tools and blocks it does not know", async () => {
    const conversation = first(await read(fixture("claude-tools.json"), "chat.json"));
    expect(conversation.messages.map(({ key, kind, text }) => [key, kind, text])).toEqual([
      ["m1", "text", "Let me look."],
      ["m1/1", "tool", 'web_search({"query":"moss"})'],
      ["m1/2", "tool", "Moss\nhttps://example.org/moss\nMoss is a plant."],
      ["m1/3", "text", "Moss is a plant.\n\nfrom the future"],
    ]);
  });
});

describe("projects of a Claude export", () => {
  const project = {
    uuid: "p-1",
    name: "Garden",
    description: "",
    prompt_template: "Answer like a gardener.",
    created_at: "2026-01-01T09:00:00Z",
    updated_at: "2026-01-03T09:00:00Z",
    creator: { uuid: "acc", full_name: "I. Holm" },
    docs: [
      {
        uuid: "d-1",
        filename: "plan.md",
        content: "Plant leeks in May.",
        created_at: "2026-01-01T10:00:00Z",
      },
      { uuid: "d-2", filename: "scan.pdf", content: "", created_at: "2026-01-02T10:00:00Z" },
    ],
  };
  const empty = { ...project, uuid: "p-2", name: "Nothing yet", prompt_template: "", docs: [] };
  const chat = {
    uuid: "k",
    name: "Moss",
    chat_messages: [{ uuid: "m", sender: "human", text: "hi" }],
  };
  const users = [{ uuid: "acc", full_name: "Ida Holm" }];
  const zip = (files: Record<string, unknown>) =>
    zipOf({
      "users.json": JSON.stringify(users),
      "conversations.json": JSON.stringify([chat]),
      ...Object.fromEntries(
        Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)]),
      ),
    });

  it("are read with their documents as attachments and their instructions before them", async () => {
    const found = await read(zip({ "projects/a.json": project, "projects/b.json": empty }));
    expect(found.problems).toEqual([]);
    expect(found.conversations.map(({ title }) => title)).toEqual(["Moss", "Garden"]);
    expect(found.conversations[1]).toMatchObject({
      source: "claude",
      sourceId: "p-1",
      channel: "Garden",
      asOf: Date.UTC(2026, 0, 3, 9),
      messages: [
        { kind: "system", role: "system", text: "Answer like a gardener." },
        {
          sourceId: "d-1",
          kind: "attachment",
          role: "user",
          author: "Ida Holm",
          at: Date.UTC(2026, 0, 1, 10),
          text: "plan.md\n\nPlant leeks in May.",
          attachments: [{ name: "plan.md", size: 19 }],
        },
        { sourceId: "d-2", text: "scan.pdf", attachments: [{ name: "scan.pdf", size: null }] },
      ],
    });
  });

  it("are read from the list of older exports, which may be a file of its own", async () => {
    const old = await read(zip({ "projects.json": [project, empty] }));
    expect(old.problems).toEqual([]);
    expect(old.conversations.map(({ title }) => title)).toEqual(["Moss", "Garden"]);
    const alone = await read(JSON.stringify([empty, project]), "projects.json");
    expect(alone.formats).toEqual(["claude"]);
    expect(alone.conversations).toMatchObject([{ title: "Garden", messages: [{}, {}, {}] }]);
  });

  it("give the same messages where a document is too long to be read with the others", async () => {
    const docs = Array.from({ length: 5 }, (_, nth) => ({
      uuid: `d-${nth}`,
      filename: `book-${nth}.txt`,
      content: "leeks and carrots ".repeat(20_000),
      created_at: "2026-01-01T10:00:00Z",
    }));
    const whole = await read(JSON.stringify({ ...project, docs }), "p.json", {
      limits: { wholeBytes: 1e8 },
    });
    const long = await read(JSON.stringify({ ...project, docs }), "p.json");
    expect(long.conversations[0]?.messages).toHaveLength(6);
    expect(long.conversations[0]?.messages).toEqual(whole.conversations[0]?.messages);
    expect(long.conversations[0]?.title).toBe("Garden");
  });

  it("report what is no document", async () => {
    const found = await read(
      zip({ "projects/a.json": { ...project, docs: [7, project.docs[0]] } }),
    );
    expect(found.conversations[1]?.messages).toHaveLength(2);
    expect(found.problems).toMatchObject([{ code: "unknown-message", count: 1 }]);
  });
});
