// Notices among invented messages: what bots fill in, what is posted again and again, and what people say.
import { describe, expect, it } from "vitest";
import { openNotices } from "./notices.ts";

const people = [
  "the oven trips the fuse when both relays close",
  "could you order two bags of rye before friday",
  "my starter smells of acetone since the heat wave",
  "who has the key of the garden shed today",
  "chervil does not mind the frost but courgettes do",
];

/** Which of the messages are notices. */
const found = (messages: readonly (readonly [author: number, text: string])[]) => {
  const notices = openNotices();
  for (const [author, text] of messages) notices.add(text, author);
  return [...notices.found()];
};

describe("notices", () => {
  it("are what one author posts over and over in the same words", () => {
    const posts = Array.from({ length: 6 }, (_, n) => [
      [1, people[n % people.length] ?? ""] as const,
      [2, `Reminder: the inspection is in ${n} days`] as const,
    ]).flat();
    expect(found(posts)).toEqual(posts.map(([author]) => (author === 2 ? 1 : 0)));
  });

  it("are all messages of a bot, whatever it fills in", () => {
    const moved = people.flatMap((text, n) =>
      Array.from({ length: 5 }, () => `This topic was moved here from ${text} by user${n}`),
    );
    const posts = [
      ...moved.map((text) => [7, text] as const),
      [7, "I am restarting now"] as const,
      ...people.map((text, n) => [n, text] as const),
    ];
    expect(found(posts)).toEqual(posts.map(([author]) => (author === 7 ? 1 : 0)));
  });

  it("are not short things that many people say", () => {
    const posts = Array.from(
      { length: 30 },
      (_, n) => [n, "have you tried turning it off"] as const,
    );
    expect(found(posts)).toEqual(posts.map(() => 0));
  });

  it("are told whoever they are addressed to; questions to an assistant are skipped", () => {
    const addressed = Array.from(
      { length: 8 },
      (_, n) => [3, `nick${n}: please paste the log of the oven somewhere`] as const,
    );
    expect(found(addressed)).toEqual(addressed.map(() => 1));
    const notices = openNotices();
    for (let n = 0; n < 8; n++) notices.skip();
    expect([...notices.found()]).toEqual(Array.from({ length: 8 }, () => 0));
  });
});
