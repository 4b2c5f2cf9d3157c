// WhatsApp's chats as text: layouts of dates in many countries, marks, notices, files, edits, and what people write that looks like them.
import { describe, expect, it } from "vitest";
import { first, fixture, type Read, read, rejection, zipOf } from "../parse.builders.ts";

const iso = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
const times = (found: Read) => first(found).messages.map(({ at }) => iso(at));
const lines = (found: Read) =>
  first(found).messages.map(({ author, kind, text }) => [author, kind, text]);

describe("a WhatsApp chat", () => {
  it("is read from an iPhone, with its marks, notices, files, edits and polls", async () => {
    const found = await read(fixture("whatsapp-iphone-marks.txt"), "_chat.txt");
    expect(found).toMatchObject({ formats: ["whatsapp"], problems: [] });
    expect(lines(found)).toEqual([
      [
        "Rowing Club",
        "system",
        "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.",
      ],
      ["Rowing Club", "system", "Ines created this group"],
      [
        "Oskar",
        "text",
        "Who brings the oars?\nAnd the key: mine is lost.\n\n[yesterday] nobody knew",
      ],
      ["Ines", "text", "the shed opens at 12:30, not 12:00"],
      ["Ines", "attachment", "00000006-PHOTO-2026-01-14-12-01-00.jpg"],
      ["Ines", "attachment", "Rota.pdf • 2 pages"],
      ["Oskar", "system", "This message was deleted."],
      ["Oskar", "text", "POLL:\nSaturday?\nOPTION: yes (2 votes)\nOPTION: no (0 votes)"],
      ["Ines", "system", "Missed voice call"],
      ["Ines", "text", "🚣"],
      ["Ines", "attachment", "video omitted"],
    ]);
    expect(times(found).slice(2, 4)).toEqual([
      "2026-01-09T09:06:12.000Z",
      "2026-01-14T12:00:09.000Z",
    ]);
    expect(first(found).messages[3]).toMatchObject({
      zoneKnown: false,
      localTime: "1/14/26, 12:00:09 PM",
      raw: "[1/14/26, 12:00:09\u202fPM] Ines: the shed opens at 12:30, not 12:00 \u200e<This message was edited>",
    });
    expect(first(found).messages[5]?.attachments).toEqual([
      { name: "00000007-Rota.pdf", mediaType: null, size: null, file: "./00000007-Rota.pdf" },
    ]);
  });

  it("is read from Android, whose notices have no speaker", async () => {
    const found = await read(
      fixture("whatsapp-android-german.txt"),
      "WhatsApp Chat mit Backhaus.txt",
    );
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({ title: "Backhaus", channel: "Backhaus" });
    expect(lines(found)).toEqual([
      ["WhatsApp", "system", expect.stringContaining("Ende-zu-Ende")],
      ["WhatsApp", "system", "Mara hat die Gruppe „Backhaus: Dienstag“ erstellt"],
      ["Mara", "text", "Wer hat den Sauerteig?"],
      ["Jonas", "text", "ich"],
      ["Jonas", "text", "ich"],
      ["Jonas", "attachment", "Medien ausgeschlossen"],
      ["+49 151 0000000", "text", "Die Kruste von heute"],
      ["Mara", "system", "Diese Nachricht wurde gelöscht"],
      ["Mara", "text", "Zehn Brote"],
      ["Jonas", "text", "Standort: https://maps.example.org/?q=1,2"],
    ]);
    expect(first(found).messages[6]?.attachments[0]?.name).toBe("IMG-20260223-WA0003.jpg");
    expect(times(found)[6]).toBe("2026-02-23T07:15:00.000Z");
  });

  it.each([
    ["[2026-03-01 10:00:05] nginx: up\n[2026-03-01 10:00:07] php-fpm: down\n"],
    ["[2026-03-01 10:00] nginx: up\n[2026-03-01 10:00] kernel: down\n"],
    ["2026-03-01 10:00 - worker-1: up\n2026-03-01 10:01 - db[12]: down\n"],
    ["01/03/2026 10:00:05 - nginx: up\n01/03/2026 10:00:07 - nginx: down\n"],
    ["[3/1/26, 10:00:05] nginx: up\n[3/14/26, 10:00:07] nginx: down\n"],
  ])("is not taken for a log of programs: %s", async (text) => {
    expect(await rejection(text)).toBe("not-a-chat-log");
    const people = text.replaceAll("nginx", "Ida").replaceAll("worker-1", "Ida");
    expect((await read(people)).conversations).toHaveLength(1);
  });

  it("has the name of its archive, where the file in it has none", async () => {
    const chat = fixture("whatsapp-iphone-marks.txt");
    const zip = zipOf({ "_chat.txt": chat, "00000006-PHOTO.jpg": "x", "00000007.opus": "x" });
    const found = await read(zip, "WhatsApp Chat - Rowing Club (1).zip");
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({ title: "Rowing Club", sourceId: "Rowing Club" });
    const nameless = await read(chat, "_chat.txt");
    expect(first(nameless)).toMatchObject({ title: "Rowing Club, Oskar, Ines", channel: null });
  });

  it.each([
    ["[07.03.26, 21:22:39] Anna: text", "2026-03-07T21:22:39.000Z"],
    ["1/14/23, 7:02\u202fPM - Anna: text", "2023-01-14T19:02:00.000Z"],
    ["20/6/2017 8:28 p. m. - Anna: text", "2017-06-20T20:28:00.000Z"],
    ["2023-12-20, 5:46 p.m. - Anna: text", "2023-12-20T17:46:00.000Z"],
    ["2023/12/20, 5:46 pm - Anna: text", "2023-12-20T17:46:00.000Z"],
    ["09/13/2012 17:03:48: Anna: text", "2012-09-13T17:03:48.000Z"],
    ["[31/12/2019, 2:14:40 a.m.] Anna: text", "2019-12-31T02:14:40.000Z"],
    ["2023. 1. 15. 오후 1:23 - Anna: text", "2023-01-15T13:23:00.000Z"],
    ["[2023/1/15 下午1:23:45] Anna: text", "2023-01-15T13:23:45.000Z"],
    ["2023. 01. 15. 13:45 - Anna: text", "2023-01-15T13:45:00.000Z"],
    ["15.01.23 г., 13:45 - Anna: text", "2023-01-15T13:45:00.000Z"],
    ["15/01/23 10.15 - Anna: text", "2023-01-15T10:15:00.000Z"],
    ["2023-01-15 17 h 03 - Anna: text", "2023-01-15T17:03:00.000Z"],
    ["\u200f١٥\u200f/١\u200f/٢٠٢٣، ٥:٤٦ م - Anna: text", "2023-01-15T17:46:00.000Z"],
    ["١٥/١/٢٠٢٣، ٥:٤٦ م - Anna: text", "2023-01-15T17:46:00.000Z"],
    ["15/1/2566 13:45 - Anna: text", "2023-01-15T13:45:00.000Z"],
  ])("begins in any country's way: %s", async (line, expected) => {
    const found = await read(`${line}\n`);
    expect(found.formats).toEqual(["whatsapp"]);
    expect(lines(found)).toEqual([["Anna", "text", "text"]]);
    expect(times(found)).toEqual([expected]);
  });

  it("finds by all dates of the file which figure is the day", async () => {
    const at = (dates: string[]) =>
      read(dates.map((date) => `${date}, 10:00 - Anna: text\n`).join(""));
    expect(times(await at(["02/03/24", "02/14/24"]))[0]).toBe("2024-02-03T10:00:00.000Z");
    expect(times(await at(["02/03/24", "14/03/24"]))[0]).toBe("2024-03-02T10:00:00.000Z");
    // In the other order the second would be before the first.
    expect(times(await at(["11/02/24", "01/03/24"]))[0]).toBe("2024-02-11T10:00:00.000Z");
    const unclear = await at(["02/03/24", "02/03/24"]);
    expect(unclear.problems).toMatchObject([{ code: "unclear-dates", count: 2 }]);
    expect(times(unclear)[0]).toBe("2024-03-02T10:00:00.000Z");
    const american = await read("2/3/24, 9:00 PM - Anna: a\n2/3/24, 9:01 PM - Anna: b\n");
    expect(times(american)[0]).toBe("2024-02-03T21:00:00.000Z");
  });

  it.each([
    ["25. 9. 13. 19:45 - Anna: text", "2025-09-13T19:45:00.000Z"],
    ["24/2/9 (08:30) - Anna: text", "2024-02-09T08:30:00.000Z"],
  ])("has a short year first on phones in Korean and in Basque: %s", async (line, expected) => {
    expect(times(await read(line))).toEqual([expected]);
  });

  it("knows names with quotes in them from notices with a colon in a quote", async () => {
    const found = await read(
      [
        "Ida “Captain” Holm: hello",
        "Ben created group “Plan: B”",
        "Ben changed the group name from “Plan: B” to “Plan: C”",
        "Ben created group “Plan: B”",
        "Ben created group “Plan: B”",
        'Rob 6": it is 5" long',
        'Rob 6": no',
        'Rob 6": yes',
      ]
        .map((line) => `14/1/26, 10:00 - ${line}\n`)
        .join(""),
    );
    expect(lines(found).map(([author, kind]) => [author, kind])).toEqual([
      ["Ida “Captain” Holm", "text"],
      ...Array.from({ length: 4 }, () => ["WhatsApp", "system"]),
      ...Array.from({ length: 3 }, () => ['Rob 6"', "text"]),
    ]);
  });

  it.each([
    ["\u200eη εικόνα παραλείφθηκε", "attachment", "η εικόνα παραλείφθηκε"],
    ["\u200e画像は含まれていません", "attachment", "画像は含まれていません"],
    ["\u200eизображение отсутствует", "attachment", "изображение отсутствует"],
    ["\u200e圖片已略去", "attachment", "圖片已略去"],
    ["a <Tätä viestiä muokattiin>", "text", "a"],
    ["a <Αυτό το μήνυμα υποβλήθηκε σε επεξεργασία>", "text", "a"],
  ])(
    "knows what phones say of files and edits in further languages: %s",
    async (said, kind, text) => {
      expect(lines(await read(`[14/1/26, 10:00:00] Anna: ${said}\n`))).toEqual([
        ["Anna", kind, text],
      ]);
    },
  );

  it("keeps dates that people write at the beginning of a line in what they wrote", async () => {
    const found = await read(
      "[5/1/26, 10:00:00] Anna: my diary\n2026-01-02, 10:00 - Ben: not said here\n[5/1/26, 10:01:00] Anna: end\n".concat(
        "[15/1/26, 10:01:00] Anna: end\n".repeat(12),
      ),
    );
    expect(first(found).messages).toHaveLength(14);
    expect(first(found).messages[0]?.text).toBe("my diary\n2026-01-02, 10:00 - Ben: not said here");
  });

  it("has the same ids and places in an export that begins later", async () => {
    const all = fixture("whatsapp-android-german.txt").toString("utf8");
    const later = all.slice(all.indexOf("05.02.26, 18:41"));
    const [a, b] = [first(await read(all)), first(await read(later))];
    const marks = (of: typeof a) =>
      of.messages.map(({ at, author, text, position }) => [at, author, text, position]);
    expect(marks(a).slice(2)).toEqual(marks(b));
  });

  it("says what of a file it could not place", async () => {
    const found = await read(
      "the end of something\n5/1/26, 10:00 - Anna: a\n15/1/26, 10:00 - Anna: a\n15/1/1402, 10:00 - Ben: b\n",
    );
    expect(found.problems).toMatchObject([
      { code: "bad-line", place: "upload, line 1" },
      { code: "unknown-time", count: 1 },
    ]);
    expect(first(found).messages[2]).toMatchObject({ at: null, localTime: "15/1/1402, 10:00" });
  });

  it.each([
    "[2024-05-01 10:00:00] production.ERROR: no route\n[2024-05-01 10:00:01] production.INFO: up\n",
    "[2024-05-01 10:00:00] <anna> hi\n",
    "2024-05-01 10:00:00 - root: started\n",
    "01.02.2024 10:00 - walked to the lake\n02.02.2024 11:00 - swam\n03.02.2024 - note: rain\n",
  ])("is not every file with dates: %s", async (text) => {
    const formats = await read(text).then(
      ({ formats: found }) => found,
      () => [],
    );
    expect(formats).not.toContain("whatsapp");
  });
});

it("reads what tools write of Signal's messages as such", async () => {
  const found = await read("[2024-05-01, 12:23] Jane: Hello\nyou\n");
  expect(found.formats).toEqual(["signal"]);
  expect(lines(found)).toEqual([["Jane", "text", "Hello\nyou"]]);
});
