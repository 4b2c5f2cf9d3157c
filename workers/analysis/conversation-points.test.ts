// Conversations as points: one that grows is the same point as before, whichever of its chunks is the most typical one now.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveSettings, settingsOf } from "#services/store/analysis-settings.ts";
import { appendEdit } from "#services/store/topic-edits.ts";
import { type AnalysedHome, anAnalysedHome, type Theme, talkOf } from "../analysis.builders.ts";

let home: AnalysedHome;
beforeEach(async () => {
  home = await anAnalysedHome();
  const { rows } = home.parlance.store;
  const settings = await settingsOf(rows, home.collection);
  await saveSettings(rows, home.collection, { ...settings, unit: "conversation" });
});
afterEach(() => home.close());

/** Conversations of three messages about a theme each; the first of all goes on with others. */
const chats = (more: readonly string[] = []): string => {
  const line = (id: string, texts: readonly string[]) =>
    `${JSON.stringify({ id, messages: texts.map((content, n) => ({ role: n % 2 === 0 ? "user" : "assistant", content })) })}\n`;
  return (["bees", "bread", "boats"] satisfies Theme[])
    .flatMap((theme) =>
      Array.from({ length: 10 }, (_, n) => {
        const texts = talkOf(theme, 3, n + 1);
        return line(`${theme}-${n}`, theme === "bees" && n === 0 ? [...texts, ...more] : texts);
      }),
    )
    .join("");
};

/** The point of the conversation bees-0: its id, its topic, and where it is drawn. */
const grown = async () => {
  const { frame, topics } = await home.savedAnalysis();
  const conversations = await home.parlance.store.rows
    .selectFrom("conversations")
    .select("id")
    .where("source_id", "=", "bees-0")
    .execute();
  const ids = Array.from({ length: frame.conversations.count }, (_, at) =>
    frame.conversations.ids.at(at),
  );
  const conversation = ids.indexOf(conversations[0]?.id ?? "");
  const message = frame.messages.conversation.indexOf(conversation);
  const point = frame.messages.point[message] ?? -1;
  const leaf = frame.points.topic[point];
  return {
    id: frame.points.ids.at(point),
    topic: topics.find((topic) => topic.leaf === leaf)?.id ?? null,
    place: [frame.points.x[point], frame.points.y[point]],
  };
};

describe("a conversation that grows", () => {
  it("stays where a hand has moved it, and where it is drawn", async () => {
    await home.bring("a.jsonl", chats());
    const before = await grown();
    const other = (await home.topics()).find(({ id }) => id !== before.topic);
    const moved = await appendEdit(home.parlance.store, home.collection, {
      edit: { kind: "move", chunks: [before.id], to: other?.id ?? "" },
      says: "A change.",
    });
    await home.run("update");
    expect((await grown()).topic).toBe(other?.id);
    for (let more = 1; (await grown()).id === before.id; more++) {
      expect(more).toBeLessThan(8);
      await home.bring(`b${more}.jsonl`, chats(talkOf("bees", more * 3, 99)));
    }
    const now = await grown();
    expect(now.topic).toBe(other?.id);
    expect(now.place).toEqual(before.place);
    expect(moved.state).toBe("next");
    expect(home.errors).toEqual([]);
  }, 120_000);
});
