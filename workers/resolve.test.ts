// Ids made from parsed conversations: the same for the same messages, whole or in parts, first export or later one.
import { describe, expect, it } from "vitest";
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import { collectionId, uploadId } from "#services/domain/ids.ts";
import { openResolver } from "./resolve.ts";

const owner = { collection: collectionId("testtest"), upload: uploadId("testtest") };

const aMessage = (key: string, parts: Partial<ParsedMessage> = {}): ParsedMessage => ({
  key,
  sourceId: null,
  parent: null,
  replyTo: null,
  onMainPath: true,
  gone: false,
  position: Number(key),
  author: "ada",
  authorId: null,
  role: "person",
  kind: "text",
  at: null,
  zoneKnown: false,
  localTime: null,
  text: `said ${key}`,
  editedAt: null,
  model: null,
  attachments: [],
  raw: key,
  ...parts,
});

const aConversation = (
  messages: readonly ParsedMessage[],
  parts: Partial<ParsedConversation> = {},
): ParsedConversation => ({
  source: "irc",
  sourceId: "day",
  hasId: true,
  asOf: null,
  title: null,
  tree: false,
  channel: null,
  messages,
  raw: null,
  continues: false,
  ...parts,
});

const ids = (conversation: { messages: readonly { id: string }[] }) =>
  conversation.messages.map((message) => message.id);

describe("resolving", () => {
  it("gives equal messages ids of their own, and the same ones again", () => {
    const twice = [aMessage("1", { text: "hello" }), aMessage("2", { text: "hello" })];
    const first = openResolver(owner)(aConversation(twice));
    expect(new Set(ids(first)).size).toBe(2);
    expect(ids(openResolver(owner)(aConversation(twice)))).toEqual(ids(first));
  });

  it("gives the same ids in parts as in one piece", () => {
    const all = ["1", "2", "3", "4"].map((key) =>
      aMessage(key, { text: "same", ...(key === "4" ? { replyTo: "1" } : {}) }),
    );
    const whole = openResolver(owner)(aConversation(all));
    const inParts = openResolver(owner);
    const parts = [
      inParts(aConversation(all.slice(0, 2), { continues: true })),
      inParts(aConversation(all.slice(2))),
    ];
    expect(parts.flatMap(ids)).toEqual(ids(whole));
    expect(parts[1]?.messages[1]?.reply_to_id).toBe(whole.messages[0]?.id);
  });

  it("keeps a message's id through an edit where the source names it", () => {
    const [before, after] = ["frost", "frost!"].map((text) =>
      ids(openResolver(owner)(aConversation([aMessage("1", { sourceId: "m1", text })]))),
    );
    expect(before).toEqual(after);
  });

  it("follows parents that stand after their children in the file", () => {
    const { messages } = openResolver(owner)(
      aConversation([aMessage("1", { parent: "2" }), aMessage("2")], { tree: true }),
    );
    expect(messages[0]?.parent_id).toBe(messages[1]?.id);
  });
});
