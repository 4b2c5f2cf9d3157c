// Round trips of formats of talk among people: conversations made up, written in each format's own way, read again, and equal.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Read, read } from "./parse.builders.ts";

/** Lines in several scripts, with the characters that trip parsers. */
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "hello",
        "größer",
        "日本語",
        "🎉",
        'a"b',
        "back\\slash",
        "<tag>",
        "[x]",
        "a: b",
      ),
      fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) =>
    parts
      .join(" ")
      .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "")
      .toWellFormed()
      .trim(),
  )
  .filter((text) => text !== "");
const turns = fc.array(fc.record({ anna: fc.boolean(), text: words }), {
  minLength: 1,
  maxLength: 8,
});
const runs = { numRuns: 60 } as const;
const clock = (n: number) => Date.UTC(2024, 4, 1, 10) + n * 60_000;

interface Turn {
  readonly anna: boolean;
  readonly text: string;
}
const nameOf = ({ anna }: Turn) => (anna ? "Anna" : "Ben");

const spoken = ({ conversations }: Read) =>
  conversations.flatMap(({ messages }) =>
    messages
      .toSorted((a, b) => a.position - b.position)
      .map(({ author, text, at }) => [author, text, at]),
  );
const expected = (talk: readonly Turn[]) =>
  talk.map((turn, n) => [nameOf(turn), turn.text, clock(n)]);

const readsAgain = (
  write: (talk: readonly Turn[]) => string,
  arbitrary: fc.Arbitrary<readonly Turn[]> = turns,
) =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (talk) => {
      const found = await read(write(talk));
      expect(found.problems).toEqual([]);
      expect(spoken(found)).toEqual(expected(talk));
    }),
    runs,
  );

describe("what people wrote is read again", () => {
  it("as Skype's and Teams' messages.json, and a room of Google Chat and of Matrix", async () => {
    const escaped = (text: string) =>
      text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    await readsAgain((talk) =>
      JSON.stringify({
        conversations: [
          {
            id: "19:a",
            displayName: "a",
            MessageList: talk
              .map((turn, n) => ({
                id: `100${n}`,
                displayName: nameOf(turn),
                originalarrivaltime: new Date(clock(n)).toISOString(),
                messagetype: "RichText",
                content: escaped(turn.text),
                from: `8:${nameOf(turn)}`,
              }))
              .toReversed(),
          },
        ],
      }),
    );
    const written = (at: number) =>
      new Intl.DateTimeFormat("en-US", {
        dateStyle: "full",
        timeStyle: "long",
        timeZone: "UTC",
      }).format(at);
    await readsAgain((talk) =>
      JSON.stringify({
        messages: talk.map((turn, n) => ({
          creator: { name: nameOf(turn), email: `${nameOf(turn)}@example.org`, user_type: "Human" },
          created_date: written(clock(n)),
          text: turn.text,
          topic_id: `t${n}`,
          message_id: `s/t${n}/t${n}`,
        })),
      }),
    );
    await readsAgain((talk) =>
      JSON.stringify({
        room_name: "a",
        exported_by: "b",
        messages: talk.map((turn, n) => ({
          type: "m.room.message",
          event_id: `$e${n}`,
          room_id: "!r:example.org",
          sender: `@${nameOf(turn)}:example.org`,
          origin_server_ts: clock(n),
          content: { msgtype: "m.text", body: turn.text },
        })),
      }),
    );
  });

  it("as a room of Rocket.Chat, and a chat of LINE", async () => {
    await readsAgain((talk) =>
      talk
        .map((turn, n) => ({
          msg: turn.text,
          username: nameOf(turn),
          ts: new Date(clock(n)).toISOString(),
        }))
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    );
    // A whole entry in brackets stands for a file.
    const plain = turns.filter((talk) => talk.every(({ text }) => !/^\[.*\]$/.test(text)));
    await readsAgain(
      (talk) =>
        `[LINE] Chat history with a\n\n2024/05/01(Wed)\n${talk
          .map((turn, n) => `10:0${n}\t${nameOf(turn)}\t${turn.text}\n`)
          .join("")}`,
      plain,
    );
  });

  it("as a WhatsApp chat", async () => {
    // A whole entry in angle brackets stands for a file there, and so does a name of one with a word in brackets.
    const plain = turns.filter((talk) => talk.every(({ text }) => !/^<.*>$|\)$|>$/.test(text)));
    await fc.assert(
      fc.asyncProperty(plain, async (talk) => {
        const lines = talk.map(
          (turn, n) => `[01.05.24, 10:0${n}:00] ${nameOf(turn)}: ${turn.text}\n`,
        );
        // The last line tells which figure is the day.
        const found = await read(`${lines.join("")}[31.05.24, 10:00:00] Anna: end\n`);
        expect(found.problems).toEqual([]);
        expect(spoken(found).slice(0, -1)).toEqual(expected(talk));
      }),
      runs,
    );
  });

  it("as a Telegram export", async () => {
    await readsAgain((talk) =>
      JSON.stringify({
        name: "G",
        type: "private_group",
        id: 1,
        messages: talk.map((turn, n) => ({
          id: n + 1,
          type: "message",
          date_unixtime: String(clock(n) / 1000),
          from: nameOf(turn),
          from_id: turn.anna ? "user1" : "user2",
          text: [turn.text.slice(0, 2), { type: "bold", text: turn.text.slice(2) }],
        })),
      }),
    );
  });

  it("as a channel of Discord", async () => {
    await readsAgain((talk) =>
      JSON.stringify(
        {
          guild: { id: "1", name: "S" },
          channel: { id: "2", type: "GuildTextChat", name: "c" },
          messages: talk.map((turn, n) => ({
            id: String(1_000_000_000_000_000_000n + BigInt(n) * 1_000_000n),
            type: "Default",
            timestamp: new Date(clock(n)).toISOString(),
            content: turn.text,
            author: { id: turn.anna ? "5" : "6", name: "x", nickname: nameOf(turn) },
          })),
        },
        null,
        2,
      ),
    );
  });

  it("as a thread of Messenger, letters broken as it breaks them", async () => {
    const broken = (text: string) => Buffer.from(text, "utf8").toString("latin1");
    await readsAgain((talk) =>
      JSON.stringify({
        participants: [{ name: "Anna" }],
        thread_path: "inbox/a_1",
        messages: talk
          .map((turn, n) => ({
            sender_name: nameOf(turn),
            timestamp_ms: clock(n),
            content: broken(turn.text),
          }))
          .toReversed(),
      }),
    );
  });

  it("as Signal's export", async () => {
    await readsAgain((talk) =>
      [
        { version: "1", backupTimeMs: "1" },
        { recipient: { id: "1", contact: { aci: "a", profileGivenName: "Anna" } } },
        { recipient: { id: "2", contact: { aci: "b", profileGivenName: "Ben" } } },
        { chat: { id: "9", recipientId: "2" } },
        ...talk.map((turn, n) => ({
          chatItem: {
            chatId: "9",
            authorId: turn.anna ? "1" : "2",
            dateSent: String(clock(n)),
            incoming: {},
            standardMessage: { text: { body: turn.text } },
          },
        })),
      ]
        .map((frame) => `${JSON.stringify(frame)}\n`)
        .join(""),
    );
  });

  it("as a Mattermost bulk export", async () => {
    await readsAgain((talk) =>
      [
        { type: "version", version: 1 },
        ...talk.map((turn, n) => ({
          type: "post",
          post: {
            team: "t",
            channel: "c",
            user: nameOf(turn),
            message: turn.text,
            create_at: clock(n),
          },
        })),
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    );
  });

  it("as mail", async () => {
    // Lines that begin with the sign of a quote are folded.
    const plain = turns.filter((talk) => talk.every(({ text }) => !text.startsWith(">")));
    await readsAgain(
      (talk) =>
        talk
          .map(
            (turn, n) =>
              `From a@b.org Wed May 01 10:00:00 2024\nFrom: ${nameOf(turn)} <a@b.org>\nDate: ${new Date(clock(n)).toUTCString()}\nSubject: s\nMessage-ID: <${n}@b>\n${n > 0 ? "References: <0@b>\n" : ""}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${Buffer.from(turn.text).toString("base64")}\n\n`,
          )
          .join(""),
      plain,
    );
  });
});
