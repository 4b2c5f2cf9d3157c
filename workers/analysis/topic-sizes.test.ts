// What each topic holds, counted from the frame: once for the leaf, and once for each topic above it.
import { describe, expect, it } from "vitest";
import { aFrame } from "#services/analyse/frame/frame-columns.builders.ts";
import { type TopicId, topicId } from "#services/domain/ids.ts";
import { sizesOf } from "./topic-sizes.ts";
import type { TreeTopic } from "./topic-tree.ts";

const leaf = (at: number, parent: TopicId | null = null): TreeTopic => ({
  id: topicId(`leaf${at}`),
  level: parent === null ? 0 : 1,
  parent,
  leaves: [at],
  leaf: at,
});
const above: TreeTopic = {
  id: topicId("above"),
  level: 0,
  parent: null,
  leaves: [0, 1],
  leaf: null,
};

describe("the sizes of topics", () => {
  it("count points, messages, conversations and people, and their first and last time", () => {
    const frame = aFrame([
      { topic: 0, conversation: "a", author: "ann", at: 500 },
      { topic: 0, conversation: "a", author: "bob", at: 200 },
      { topic: 0, conversation: "b", author: "ann" },
      { topic: 1, conversation: "b", author: "ann", at: 900 },
    ]);
    expect(sizesOf(frame, [leaf(0), leaf(1)])).toEqual([
      { points: 3, messages: 3, conversations: 2, people: 2, firstAt: 200, lastAt: 500 },
      { points: 1, messages: 1, conversations: 1, people: 1, firstAt: 900, lastAt: 900 },
    ]);
  });

  it("count for a parent what lies below it, a conversation or a person of two leaves once", () => {
    const frame = aFrame([
      { topic: 0, conversation: "a", author: "ann", at: 1 },
      { topic: 1, conversation: "a", author: "ann", at: 2 },
      { topic: 1, conversation: "b", author: "bob", at: 3 },
      { topic: 2, conversation: "c", author: "cleo", at: 4 },
    ]);
    const [parent] = sizesOf(frame, [above, leaf(0, above.id), leaf(1, above.id), leaf(2)]);
    expect(parent).toEqual({
      points: 3,
      messages: 3,
      conversations: 2,
      people: 2,
      firstAt: 1,
      lastAt: 3,
    });
  });

  it("take no assistant for a person, and no outlier or message off the map for a member", () => {
    const frame = aFrame([
      { topic: 0, author: "ann", role: "user" },
      { topic: 0, author: "model", role: "assistant" },
      { topic: -1, author: "bob" },
      { topic: null, author: "cleo" },
    ]);
    expect(sizesOf(frame, [leaf(0)])).toEqual([
      { points: 1 + 1, messages: 2, conversations: 1, people: 1, firstAt: null, lastAt: null },
    ]);
  });

  it("are nothing for a topic that nothing is in", () => {
    const frame = aFrame([{ topic: 0, at: 7 }]);
    expect(sizesOf(frame, [leaf(0), leaf(1)])[1]).toEqual({
      points: 0,
      messages: 0,
      conversations: 0,
      people: 0,
      firstAt: null,
      lastAt: null,
    });
  });
});
