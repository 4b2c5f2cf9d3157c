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
