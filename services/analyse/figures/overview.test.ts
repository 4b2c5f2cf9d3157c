// Tests of the overview: its sentences, what is new, and notable conversations.
import { describe, expect, it } from "vitest";
import { aFrame, someTopics } from "#services/analyse/frame/frame-columns.builders.ts";
import { selectMessages } from "#services/analyse/frame/select.ts";
import { freshOf, notableConversations, sayWhatIsIn } from "./overview.ts";
import { openView } from "./view.ts";

const start = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;
const topics = someTopics(3);
const messages = Array.from({ length: 300 }, (_, n) => ({
  conversation: `c${n < 60 ? "long" : Math.floor(n / 3)}`,
  author: `p${n % 5}`,
  at: start + n * DAY,
  topic: n > 280 ? 2 : n % 2,
}));
const frame = aFrame(messages);
const view = openView(frame, topics, { mask: new Uint8Array(300).fill(1), zone: "Europe/Berlin" });

describe("the overview", () => {
  it("says how much there is, from when, and about what", () => {
    const says = sayWhatIsIn(view);
    expect(says[0]).toBe(
      "300 messages in 81 conversations by 5 people, from 1 January 2024 to 26 October 2024.",
    );
    expect(says[1]).toContain(
      "They are about 3 topics in 2 groups, most about All even (53 %) and All odd (47 %).",
    );
  });

  it("says that it is empty, and leaves out what is unknown", () => {
    const none = openView(aFrame([]), [], { mask: new Uint8Array(0), zone: "UTC" });
    expect(sayWhatIsIn(none)).toEqual(["There are no messages here."]);
    expect(freshOf(none)).toBeNull();
    expect(notableConversations(none)).toEqual([]);
    const undated = openView(aFrame([{}]), [], { mask: Uint8Array.of(1), zone: "UTC" });
    expect(sayWhatIsIn(undated)).toEqual(["1 message in 1 conversation by 1 person."]);
    expect(freshOf(undated)).toBeNull();
  });

  it("takes the last tenth of the time as new, and selects exactly that", () => {
    const fresh = freshOf(view);
    const inside = selectMessages(frame, topics, fresh?.selection ?? {}, { zone: "Europe/Berlin" });
    expect(inside.reduce((sum, byte) => sum + byte, 0)).toBe(fresh?.messages);
    expect(fresh?.messages).toBeGreaterThan(25);
    expect(fresh?.messages).toBeLessThan(36);
    expect(fresh?.since).toMatch(/^since \d+ September 2024$/);
    expect(fresh?.topics[0]).toEqual({ topic: "top_2", title: "Topic 2", messages: 19 });
  });

  it("takes what a version added as new, where the caller gives it", () => {
    const mask = Uint8Array.from({ length: 300 }, (_, row) => (row >= 290 ? 1 : 0));
    const fresh = freshOf(view, { mask, since: "in version 7", selection: { after: 1 } });
    expect(fresh).toMatchObject({ since: "in version 7", messages: 10, selection: { after: 1 } });
  });

  it("names each notable conversation once, with the reason", () => {
    const notable = notableConversations(view);
    expect(notable[0]).toMatchObject({ conversation: "clong", messages: 60 });
    expect(new Set(notable.map(({ conversation }) => conversation)).size).toBe(notable.length);
    expect(notable.at(-1)?.why).toBe("the newest");
  });
});
