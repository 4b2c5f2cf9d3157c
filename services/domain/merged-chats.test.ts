// Tests of weaving several exports of one chat into one: what is the same, other clocks and names, and the order.
import { describe, expect, it } from "vitest";
import { weaveChats } from "./merged-chats.ts";
import { type ChatMessage, wordsKey } from "./same-messages.ts";

const HOUR = 3_600_000;
const NOON = Date.UTC(2024, 2, 1, 12);

interface Written {
  readonly text: string;
  readonly author?: string;
  /** Seconds after noon. */
  readonly after?: number;
  readonly kind?: string;
  readonly sourceKey?: string;
}

const chat = (
  written: readonly Written[],
  { shift = 0, seconds = true, names = {} as Readonly<Record<string, string>> } = {},
): ChatMessage[] =>
  written.map(({ text, author = "Anna", after, kind = "text", sourceKey = null }, place) => {
    const time = NOON + (after ?? place * 60) * 1000 + shift;
    return {
      id: `${place}`,
      at: seconds ? time : Math.floor(time / 60_000) * 60_000,
      author: names[author] ?? author,
      kind,
      counted: true,
      sourceKey,
      words: wordsKey(text),
    };
  });

/** As texts, each with its chats. */
const shown = (chats: readonly ChatMessage[][]) =>
  weaveChats(chats).messages.map(
    ({ of }) =>
      `${of.map(({ chat: number }) => number).join("")} ${chats[of[0]?.chat ?? 0]?.[of[0]?.place ?? 0]?.words}`,
  );

const talk: readonly Written[] = [
  { text: "shall we row on sunday?" },
  { text: "ok", author: "Ben" },
  { text: "at nine, by the bridge" },
  { text: "ok", author: "Ben" },
  { text: "I bring the oars this time", author: "Ben" },
];

describe("several exports of one chat", () => {
  it("are one: each message once, though one has no seconds, another zone and other names", () => {
    const mine = chat(talk);
    const theirs = chat(talk, {
      shift: -2 * HOUR,
      seconds: false,
      names: { Anna: "Mum", Ben: "Benny" },
    });
    const { messages, fits } = weaveChats([mine, theirs]);
    expect(messages.map(({ of }) => of.length)).toEqual([2, 2, 2, 2, 2]);
    expect(messages.map(({ at }) => at)).toEqual(mine.map(({ at }) => at));
    expect(fits).toEqual([
      {
        same: 5,
        only: 0,
        shifts: [{ shift: 2 * HOUR, messages: 5 }],
        names: [
          { name: "Mum", shown: "Anna" },
          { name: "Benny", shown: "Ben" },
        ],
      },
    ]);
  });

  it("keep what only one of them has between the messages that both have", () => {
    const mine = chat(
      [
        talk[0] ?? { text: "" },
        { text: "only on my phone", after: 150 },
        talk[4] ?? { text: "" },
      ].map((one, at) => ({ after: at * 150, ...one })),
    );
    const theirs = chat(
      [
        { text: "shall we row on sunday?", after: 0 },
        { text: "only on their phone", after: 30 },
        { text: "I bring the oars this time", author: "Ben", after: 300 },
        { text: "and the thermos", author: "Ben", after: 330 },
      ],
      { seconds: false },
    );
    expect(shown([mine, theirs])).toEqual([
      "01 shall we row on sunday?",
      "1 only on their phone",
      "0 only on my phone",
      "01 I bring the oars this time",
      "1 and the thermos",
    ]);
  });

  it("follow a clock that changes on the way, as with summer time", () => {
    const many = Array.from({ length: 12 }, (_, n) => ({
      text: `message number ${n}`,
      after: n * 600,
    }));
    const theirs = [
      ...chat(many.slice(0, 6)),
      ...chat([...many.slice(6), { text: "the last one", after: 7300 }], { shift: HOUR }),
    ];
    const { messages, fits } = weaveChats([chat(many), theirs]);
    expect(fits[0]?.shifts).toEqual([
      { shift: -HOUR, messages: 6 },
      { shift: 0, messages: 6 },
    ]);
    expect(messages).toHaveLength(13);
    expect(messages.at(-1)?.at).toBe(NOON + 7_300_000);
  });

  it("take the same short word at another time, or by somebody else, for another message", () => {
    const mine = chat([...talk, { text: "yes", after: 1000 }, { text: "see you", after: 2000 }]);
    const theirs = chat([
      ...talk,
      { text: "yes", author: "Ben", after: 1000 },
      { text: "see you", after: 2900 },
    ]);
    expect(shown([mine, theirs]).slice(5)).toEqual(["0 yes", "1 yes", "0 see you", "1 see you"]);
  });

  it("pair words that come several times in a minute in their order, each once", () => {
    const thrice = [...talk, ...[400, 410, 420].map((after) => ({ text: "ha", after }))];
    const { messages, fits } = weaveChats([
      chat(thrice),
      chat(thrice.slice(0, -1), { seconds: false }),
    ]);
    expect(fits[0]).toMatchObject({ same: 7, only: 0 });
    expect(messages.map(({ of }) => of.length)).toEqual([2, 2, 2, 2, 2, 2, 2, 1]);
  });

  it("pair files by person and time, whose names differ between phones", () => {
    const file = { kind: "attachment", author: "Ben", after: 500 };
    const mine = chat([...talk, { ...file, text: "IMG-20240301-WA0001.jpg" }]);
    const theirs = chat([...talk, { ...file, text: "00000012-PHOTO-2024-03-01.jpg" }], {
      names: { Ben: "Benny" },
    });
    expect(weaveChats([mine, theirs]).fits[0]).toMatchObject({ same: 6, only: 0 });
  });

  it("pair messages with the same id in their source, whatever their words", () => {
    const mine = chat([{ text: "hello @mira", sourceKey: "discord 7", author: "mira" }]);
    const theirs = chat([
      { text: "before", sourceKey: "discord 6", author: "You", after: -60 },
      { text: "hello <@12>", sourceKey: "discord 7", author: "You", after: 0 },
    ]);
    const { messages, fits } = weaveChats([mine, theirs]);
    expect(messages.map(({ of, author }) => [of.length, author])).toEqual([
      [1, "mira"],
      [2, "mira"],
    ]);
    expect(fits[0]?.names).toEqual([{ name: "You", shown: "mira" }]);
  });

  it("that have nothing in common follow each other", () => {
    const mine = chat([{ text: "the old phone", after: 0 }]);
    const theirs = chat([{ text: "the new phone", after: 600 }]);
    expect(shown([theirs, mine])).toEqual(["1 the old phone", "0 the new phone"]);
    expect(weaveChats([theirs, mine]).fits[0]).toMatchObject({ same: 0, only: 1, shifts: [] });
  });

  it("may be three", () => {
    const third = chat([...talk, { text: "from the tablet", after: 900 }], {
      names: { Anna: "A." },
    });
    const { messages, fits } = weaveChats([chat(talk), chat(talk, { shift: HOUR }), third]);
    expect(messages.map(({ of }) => of.length)).toEqual([3, 3, 3, 3, 3, 1]);
    expect(messages.at(-1)?.author).toBe("Anna");
    expect(fits.map(({ same }) => same)).toEqual([5, 5]);
  });

  it("are woven in time that grows with their length alone", () => {
    const long = (length: number) =>
      Array.from({ length }, (_, n) => ({
        text: n % 3 === 0 ? "ok" : `message ${n}`,
        after: n * 7,
      }));
    for (const length of [1000, 20_000]) {
      const { fits } = weaveChats([
        chat(long(length)),
        chat(long(length), { seconds: false, shift: HOUR }),
      ]);
      expect(fits[0]).toMatchObject({ same: length, only: 0 });
    }
  });

  it("are woven in such a time also where all say the same in one minute, or send files only", () => {
    for (const text of ["ok", "", "the very same words, again and again"]) {
      const many = Array.from({ length: 40_000 }, (_, n) => ({
        text,
        author: n % 2 === 0 ? "Anna" : "Ben",
        after: 600,
      }));
      const { fits } = weaveChats([
        chat([...talk, ...many]),
        chat([...talk, ...many], { names: { Anna: "Mum" } }),
      ]);
      expect(fits[0]).toMatchObject({ same: talk.length + many.length, only: 0 });
    }
  });
});
