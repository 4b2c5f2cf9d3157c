// Chats that LINE and KakaoTalk export as text: days, halves of the day, words of several lines, notices, stickers.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "../parse.builders.ts";

const said = (found: Awaited<ReturnType<typeof read>>) =>
  first(found).messages.map(({ author, kind, text, localTime }) => [kind, author, text, localTime]);

describe("a chat of LINE", () => {
  it("takes the order of day and month from the weekday, and joins lines", async () => {
    const found = await read(fixture("line-weekday-tells-the-day.txt"), "[LINE] Mika.txt");
    expect(found).toMatchObject({ formats: ["line"], problems: [] });
    expect(first(found)).toMatchObject({ title: "Mika", hasId: false });
    expect(said(found)).toEqual([
      ["text", "Mika", "see you", "2026-02-04 21:30"],
      ["text", "Ann", "first line\nsecond line", "2026-02-04 21:31"],
      ["attachment", "Mika", "[Sticker]", "2026-02-04 21:32"],
      ["system", "System", "Ann unsent a message.", "2026-02-05 00:10"],
      ["text", "Mika", "good morning", "2026-02-05 08:05"],
    ]);
  });

  it("has lines that look like days among its words, and tells lines that belong to nobody", async () => {
    const text = [
      "[LINE] Chat history with Mika",
      "Saved on: 05/02/2026, 11:00",
      "",
      "2026/02/04(Wed)",
      "an odd line",
      '21:30\tMika\t"which day?',
      "2026/02/06(Fri)",
      "2026/02/07 Sat",
      "",
      'or later"',
      '21:31\tAnn\t"Saturday,',
      '2026/02/07 Sat"',
      "21:32\tMika\tfine",
      "",
      "2026/02/05(Thu)",
      "",
      "08:05\tMika\tgood morning",
      "",
    ].join("\n");
    const found = await read(text, "line.txt");
    expect(said(found)).toEqual([
      [
        "text",
        "Mika",
        "which day?\n2026/02/06(Fri)\n2026/02/07 Sat\n\nor later",
        "2026-02-04 21:30",
      ],
      ["text", "Ann", "Saturday,\n2026/02/07 Sat", "2026-02-04 21:31"],
      ["text", "Mika", "fine", "2026-02-04 21:32"],
      ["text", "Mika", "good morning", "2026-02-05 08:05"],
    ]);
    expect(found.problems).toMatchObject([{ code: "bad-line", place: "line.txt, line 5" }]);
  });

  it("is read in the collection's zone, and its title in other languages", async () => {
    const text =
      "[LINE] 家族のトーク履歴\n保存日時：2026/02/05 9:00\n\n2026/02/04(水)\n21:30\t美香\tまたね\n";
    const found = await read(text, "a.txt", { zone: "Asia/Tokyo" });
    expect(first(found)).toMatchObject({ title: "家族" });
    expect(first(found).messages).toMatchObject([
      { at: Date.UTC(2026, 1, 4, 12, 30), zoneKnown: false },
    ]);
  });
});

describe("a chat of KakaoTalk", () => {
  it("from a computer has rules for days, in Korean and English, and notices without a time", async () => {
    const found = await read(fixture("kakaotalk-computer.txt"));
    expect(first(found).title).toBe("호두");
    expect(said(found)).toEqual([
      ["text", "호두", "내일 몇 시?", "2026-01-01 21:30"],
      ["text", "밤", "여덟 시\n역 앞에서", "2026-01-01 21:31"],
      ["system", "System", "호두님이 나갔습니다.", "2026-01-01 21:31"],
      ["attachment", "밤", "사진", "2026-01-02 08:05"],
    ]);
  });

  it("from a computer has a notice that begins a day at its beginning, before what is said then", async () => {
    const text = fixture("kakaotalk-computer.txt").toString("utf8");
    const rule = "--------------- Friday, January 2, 2026 ---------------\n";
    const found = await read(text.replace(rule, `${rule}밤님이 들어왔습니다.\n`));
    const messages = first(found).messages.slice(-2);
    expect(messages.map(({ localTime }) => localTime)).toEqual([
      "2026-01-02 00:00",
      "2026-01-02 08:05",
    ]);
    expect(messages[0]?.position).toBeLessThan(messages[1]?.position ?? 0);
  });

  it("from a phone has a date in each entry", async () => {
    const found = await read(fixture("kakaotalk-phone.txt"));
    expect(said(found)).toEqual([
      ["system", "System", "호두님이 들어왔습니다.", "2026-01-01 21:29"],
      ["text", "호두", "안녕", "2026-01-01 21:30"],
      ["text", "밤", "반가워: 정말", "2026-01-01 21:31"],
    ]);
  });

  it("tells the two hours of an autumn night apart by the order of what was said", async () => {
    const found = await read(
      "[LINE] Chat history with a\n\n2023/11/05(Sun)\n01:50\tAnna\tone\n01:05\tBen\ttwo\n01:10\tAnna\tthree\n",
      "a.txt",
      { zone: "America/New_York" },
    );
    expect(first(found).messages.map(({ at }) => new Date(at ?? 0).toISOString())).toEqual([
      "2023-11-05T05:50:00.000Z",
      "2023-11-05T06:05:00.000Z",
      "2023-11-05T06:10:00.000Z",
    ]);
  });
});
