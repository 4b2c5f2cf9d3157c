// Exchanges: who answers whom, the text and the best answer of each, and that the end of a conversation can be cut on.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { asks } from "./asks.ts";
import { bestAnswer } from "./best-answer.ts";
import { aMessage, messageKey, options } from "./chunk.builders.ts";
import { lines, placesIn, turns } from "./exchange.builders.ts";
import { type ExchangeableMessage, REACH_LINES, REACH_MS } from "./exchange.ts";
import { MOST_CHARS } from "./exchange-text.ts";
import { exchangeChunks, exchangesBegin, findExchanges } from "./exchanges.ts";

const found = (messages: readonly ExchangeableMessage[]) =>
  findExchanges(messages).map(placesIn(messages));
const chunksOf = (messages: readonly ExchangeableMessage[]) =>
  exchangeChunks(messages, options({ source: "irc" }));

describe("a question", () => {
  it.each([
    "how do I mount a usb stick",
    "hi all, anyone know why my sound is gone",
    "is there a way to undo this?",
    "my wireless won't connect after the upgrade",
    "Wie bekomme ich das WLAN zum Laufen?",
    "どうやってインストールしますか？",
  ])("is read in “%s”", (text) => {
    expect(asks(text)).toBe(true);
  });

  it.each(["what?", "??", "I use gnome", "see https://example.org/?q=1 there", "ok; thanks"])(
    "is not read in “%s”",
    (text) => {
      expect(asks(text)).toBe(false);
    },
  );
});

describe("in a channel", () => {
  it("a question has its author's further lines and the replies that name him", () => {
    const said = lines(
      "anna: hi everybody",
      "anna: how do I mount a usb stick?",
      "carl: anna: which system is it?",
      "bert: nice weather today",
      "anna: carl: ubuntu",
      "dora: anna, it is in the file manager",
      "anna: thanks dora",
    );
    expect(found(said)).toEqual(["0 1 4 6 | 2 5"]);
  });

  it("two questions at a time are told apart by names", () => {
    const said = lines(
      "anna: how do I mount a usb stick?",
      "bert: why does my sound not work?",
      "carl: bert: is it muted?",
      "carl: anna: with mount /dev/sdb1",
      "bert: carl: no",
      "anna: thanks carl",
    );
    expect(found(said)).toEqual(["0 5 | 3", "1 4 | 2"]);
  });

  it.each([
    "anna: type mount",
    "anna, type mount",
    "@anna type mount",
    "anna-> type mount",
    "anna type mount",
  ])("“%s” is said to anna, who is there", (reply) => {
    const said = lines(
      "anna: how do I mount a usb stick?",
      "bert: la",
      "bert: la",
      `carl: ${reply}`,
    );
    expect(found(said)).toEqual(["0 | 1 2 3"]);
    expect(found(said.slice(1))).toEqual([]);
  });

  it("an answer goes on without a name, and ends where its author asks something", () => {
    const said = lines(
      "0 anna: how do I mount a usb stick?",
      "1 carl: anna: open a terminal",
      "1 carl: and type mount",
      "2 carl: has anybody seen my cat today?",
    );
    expect(found(said)).toEqual(["0 | 1 2", "3 | "]);
  });

  it("what nobody took for a question opens one when somebody answers it by name", () => {
    const said = lines("anna: my screen stays black", "bert: oh", "carl: anna: update the driver");
    expect(found(said)).toEqual(["0 | 2"]);
  });

  it("a reply that the log itself knows needs no name", () => {
    const said = lines("anna: why is the shop closed?", "bert: hm", "carl: it is sunday");
    const known = said.map((message, place) =>
      place === 2 ? { ...message, replyTo: messageKey("0") } : message,
    );
    expect(found(known)).toEqual(["0 | 1 2"]);
    expect(found(said)).toEqual(["0 | 1"]);
  });

  it("ends after ten minutes, or forty lines, without a line of it", () => {
    const asked = "0 anna: how do I mount a usb stick?";
    expect(found(lines(asked, "10 carl: anna: type mount"))).toEqual(["0 | 1"]);
    expect(found(lines(asked, "11 carl: anna: type mount"))).toEqual(["0 | "]);
    const talk = (count: number) => Array.from({ length: count }, () => "1 bert: la la");
    const reply = "1 carl: anna: type mount";
    const [first] = found(lines(asked, "1 carl: anna: what?", ...talk(39), reply));
    expect(first).toBe("0 | 1 41");
    expect(found(lines(asked, "1 carl: anna: what?", ...talk(40), reply))).toEqual(["0 | 1"]);
  });
});

describe("elsewhere", () => {
  it("a turn of a chat is what the user says and what the assistant says to it", () => {
    const said = turns(
      "assistant: Hello!",
      "user: I need a table",
      "user: for two",
      "tool: searching",
      "assistant: At what time?",
      "user: at eight",
    );
    expect(found(said)).toEqual(["1 2 | 4", "5 | "]);
  });

  it("answers on other branches belong to the same question", () => {
    const said = turns("user: A poem", "assistant: Roses", "assistant<0: Violets", "user<1: More");
    expect(found(said)).toEqual(["0 | 1 2", "3 | "]);
  });

  it("a thread is its opening post with all replies, however late, and is not mixed with the channel", () => {
    const said = lines("0 anna: the build is red", "1 bert: lunch?", "900 carl: mended");
    const threaded = said.map((message, place) =>
      place === 2 ? { ...message, thread: messageKey("0") } : message,
    );
    expect(found(threaded)).toEqual(["0 | 2"]);
  });
});

describe("the best answer", () => {
  const best = (...said: string[]) => {
    const [parts] = findExchanges(lines(...said));
    return parts && bestAnswer(parts)?.text;
  };
  const asked = "anna: how do I mount a usb stick?";

  it("is the one that the asker gives thanks for", () => {
    expect(
      best(
        asked,
        "bert: anna: look at https://example.org/mount and read all of what stands there",
        "carl: anna: plug it in again",
        "anna: carl: that worked",
      ),
    ).toBe("anna: plug it in again");
  });

  it("is not that of somebody with a name of one letter where another is thanked", () => {
    expect(
      best(
        asked,
        "bert: anna: plug it in once again and wait",
        "j: anna: ask in the channel of the kernel",
        "anna: bert: that worked",
      ),
    ).toBe("anna: plug it in once again and wait");
  });

  it("is no question, and holds what can be used", () => {
    expect(best(asked, "bert: anna: which one?", "carl: anna: sudo mount /dev/sdb1 /mnt")).toBe(
      "anna: sudo mount /dev/sdb1 /mnt",
    );
  });

  it("is not there without answers", () => {
    expect(best(asked)).toBeUndefined();
  });
});

describe("the chunk of an exchange", () => {
  it("has the question, then the answers, each line once and without the names of who is spoken to", () => {
    const [chunk] = chunksOf(
      lines(
        "anna: how do I mount a usb stick?",
        "bert: anna: type mount",
        "anna: bert: as root?",
        "bert: anna: type mount",
        "bert: anna: yes",
      ),
    );
    expect(chunk).toMatchObject({
      unit: "exchange",
      text: "how do I mount a usb stick?\nas root?\ntype mount\nyes",
      messages: ["0", "1", "2", "3", "4"].map(messageKey),
      author: "anna",
      exchange: { answers: 3 },
    });
  });

  it("is not there for a short question that nobody answered: its own chunk says the same", () => {
    expect(chunksOf(lines("anna: how do I mount a usb stick?"))).toEqual([]);
  });

  it("is there for a long message alone, as one of several parts where it is very long, and has an id of its own", () => {
    const long = "A sentence about nothing in particular. ";
    const [chunk, ...others] = chunksOf(lines(`anna: ${long.repeat(12)}`));
    expect(others).toEqual([]);
    expect(chunk).toMatchObject({ messages: [messageKey("0")], exchange: { answers: 0 } });
    expect(chunk?.id).toMatch(/^exc_[0-9a-z]{26}$/);
    const parts = chunksOf(lines(`anna: ${long.repeat(60)}`));
    expect(parts.map(({ part }) => part)).toEqual([0, 1, 2]);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(3);
    expect(Math.max(...parts.map(({ text }) => text.length))).toBeLessThanOrEqual(MOST_CHARS);
  });

  it("is bounded, keeps the best answer, and cuts it at a sentence", () => {
    const long = "This is one more sentence about mounting. ".repeat(60);
    const [chunk] = chunksOf(
      turns(`user: ${"Please explain it. ".repeat(80)}`, `assistant: ${long}`),
    );
    expect(chunk?.text.length).toBeLessThanOrEqual(MOST_CHARS);
    expect(chunk?.text).toMatch(/explain it\.\nThis is one more.*about mounting\.$/s);
    const [asked] = chunksOf(
      lines(
        "anna: how do I mount a usb stick?",
        ...Array.from({ length: 12 }, (_, n) => `bert: anna: ${`remark ${n} `.repeat(15)}`),
        "carl: anna: sudo mount /dev/sdb1 /mnt",
        "anna: thanks carl",
      ),
    );
    expect(asked?.text.length).toBeLessThanOrEqual(MOST_CHARS);
    expect(asked?.text.endsWith("sudo mount /dev/sdb1 /mnt")).toBe(true);
    expect(asked?.exchange?.best).toBe(messageKey("13"));
  });
});

const people = ["anna", "bert", "carl"];
const aLine = fc.record({
  author: fc.constantFrom(...people),
  to: fc.option(fc.constantFrom(...people), { nil: undefined }),
  text: fc.constantFrom("how do I do this?", "it does not work", "type mount", "thanks", "la la"),
  gap: fc.constantFrom(0, 1, 1, 3, 11),
});
const channel = fc.array(aLine, { minLength: 2, maxLength: 80 }).map((said) => {
  let at = 0;
  return said.map(({ author, to, text, gap }, place): ExchangeableMessage => {
    at += gap * 60_000;
    const words = to === undefined ? text : `${to}: ${text}`;
    return { ...aMessage(`${place}`, words, { author, at: millis(at) }), replyTo: null };
  });
});
const chat = fc
  .array(fc.tuple(fc.constantFrom("user", "assistant", "tool"), fc.nat()), {
    minLength: 2,
    maxLength: 30,
  })
  .map((said) =>
    turns(
      ...said.map(([role, n], place) =>
        `${role}<${n % 4 === 0 ? n % (place + 1) : place - 1}: text ${n}`.replace("<-1", ""),
      ),
    ),
  );
const grown = fc
  .oneof(channel, chat)
  .chain((all) => fc.tuple(fc.constant(all), fc.integer({ min: 1, max: all.length - 1 })));

describe("a conversation that grows", () => {
  it("has, cut on from where exchanges begin, those that it has cut whole", () => {
    fc.assert(
      fc.property(grown, fc.nat(), ([all, changed], from) => {
        const start = from % (changed + 1);
        const end = all.slice(start);
        const place = start === 0 ? 0 : exchangesBegin(end, changed - start);
        fc.pre(place !== undefined);
        const first = new Set(end.slice(place).map(({ id }) => id));
        const begins = ({ messages: [id] }: { messages: readonly string[] }) =>
          id !== undefined && first.has(id as never);
        const whole = chunksOf(all).map(({ id }) => id);
        const before = chunksOf(all.slice(0, changed)).filter((chunk) => !begins(chunk));
        const after = chunksOf(end).filter(begins);
        expect([...before, ...after].map(({ id }) => id)).toEqual(whole);
      }),
      { numRuns: 600 },
    );
  });

  it("keeps every exchange whose last line is further back than ten minutes or forty lines", () => {
    fc.assert(
      fc.property(channel, (all) => {
        const known = all.slice(0, -1);
        const last = all.at(-1);
        const now = new Set(chunksOf(all).map(({ id }) => id));
        for (const { id, messages } of chunksOf(known)) {
          const place = known.findIndex((message) => message.id === messages.at(-1));
          const isOpen =
            known.length - place <= REACH_LINES &&
            (last?.at ?? 0) - (known[place]?.at ?? 0) <= REACH_MS;
          if (!isOpen) expect(now).toContain(id);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is read back no further than to where nobody paused for fifteen hundred lines", () => {
    const all = lines(...Array.from({ length: 1600 }, (_, n) => `${n} anna: line ${n}`));
    expect(exchangesBegin(all.slice(0, 1400), 1399)).toBeUndefined();
    expect(exchangesBegin(all, 1599)).toBe(1599 - 1 - 240);
  });
});
