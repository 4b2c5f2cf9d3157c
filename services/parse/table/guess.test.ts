// What columns are taken for: headings in many languages, values without headings, and tables that hold no conversations.
import { describe, expect, it } from "vitest";
import { first, read, rejection } from "../parse.builders.ts";
import { guessColumns } from "./guess.ts";

/** Rows of two people who take turns, under these headings. */
const talk = (headings: string): string =>
  `${headings}\n${["Ida", "Olav", "Ida", "Olav", "Ida"]
    .map((name, n) => `2026-02-0${n + 1} 10:00,${name},"oil the gate, ${n}"`)
    .join("\n")}\n`;

describe("columns of a table", () => {
  it.each([
    ["English", "Sent at,From,Message"],
    ["German", "Datum,Von,Nachricht"],
    ["French", "Date et heure,Expéditeur,Message"],
    ["Spanish", "Fecha,Remitente,Mensaje"],
    ["Portuguese", "Data,Remetente,Mensagem"],
    ["Italian", "Data,Mittente,Messaggio"],
    ["Dutch", "Datum,Afzender,Bericht"],
    ["Polish", "Data,Nadawca,Wiadomość"],
    ["Czech", "Datum,Odesílatel,Zpráva"],
    ["Hungarian", "Dátum,Feladó,Üzenet"],
    ["Romanian", "Data,Expeditor,Mesaj"],
    ["Swedish", "Datum,Avsändare,Meddelande"],
    ["Danish", "Dato,Afsender,Besked"],
    ["Finnish", "Päivämäärä,Lähettäjä,Viesti"],
    ["Turkish", "Tarih,Gönderen,Mesaj"],
    ["Russian", "Дата,Отправитель,Сообщение"],
    ["Ukrainian", "Дата,Відправник,Повідомлення"],
    ["Greek", "Ημερομηνία,Αποστολέας,Μήνυμα"],
    ["Arabic", "التاريخ,المرسل,الرسالة"],
    ["Hebrew", "תאריך,שולח,הודעה"],
    ["Hindi", "दिनांक,प्रेषक,संदेश"],
    ["Japanese", "日時,送信者,本文"],
    ["Chinese", "时间,发送者,内容"],
    ["Korean", "날짜,보낸사람,메시지"],
    ["Indonesian", "Tanggal,Pengirim,Pesan"],
    ["Vietnamese", "Ngày,Người gửi,Tin nhắn"],
  ])("are told from headings in %s", async (_, headings) => {
    const { messages } = first(await read(talk(headings)));
    expect(messages.map(({ author, text }) => [author, text])).toEqual(
      ["Ida", "Olav", "Ida", "Olav", "Ida"].map((name, n) => [name, `oil the gate, ${n}`]),
    );
    expect(messages[1]?.at).toBe(Date.UTC(2026, 1, 2, 10, 0));
  });

  it("are told from their values where there are no headings, and only where nothing else is there", async () => {
    const rows = talk("").trimStart();
    expect(first(await read(rows)).messages.map(({ author }) => author)).toContain("Olav");
    const paid = rows.replaceAll(/"oil the gate, (\d)"/g, '"oil for the gate",$1.50');
    expect(await rejection(paid)).toBe("columns-unknown");
  });

  it.each([
    ["reviews", "date,user,rating,text"],
    ["issues", "created,author,state,title,body"],
    ["payments", "date,from,amount,message"],
    ["changes to source", "commit,author,date,message"],
    ["articles", "title,author,url,content"],
    ["lines of a program's log", "time,level,name,msg"],
    ["questions and answers of nobody", "question,answer"],
    ["times and texts of nobody", "time,text"],
  ])("of %s are not guessed", async (_, heading) => {
    const row = heading
      .split(",")
      .map((_, n) => `word ${n}`)
      .join(",");
    expect(await rejection(`${heading}\n${`${row}\n`.repeat(6)}`)).toBe("columns-unknown");
  });

  it("of tickets are told where several rows are of one, though they have a state", () => {
    const names = ["ticket_id", "author", "status", "message"];
    const rows = (id: (n: number) => string) =>
      Array.from({ length: 6 }, (_, n) => [id(n), n % 2 ? "Ida" : "Olav", "open", `word ${n}`]);
    expect(
      guessColumns(
        names,
        rows((n) => `t${n % 3}`),
        true,
      ).confidence,
    ).toBe("sure");
    expect(
      guessColumns(
        names,
        rows((n) => `t${n}`),
        true,
      ).confidence,
    ).toBe("unsure");
  });

  it("of rows that all have another author are not guessed", () => {
    const rows = Array.from({ length: 6 }, (_, n) => [`person ${n}`, `word ${n}`]);
    expect(guessColumns(["author", "text"], rows, true)).toMatchObject({
      confidence: "unsure",
      mapping: { text: [{ column: "text" }], author: "author" },
    });
  });

  it("of a prompt and its response make two messages, each row a conversation", async () => {
    const found = await read("prompt,response\nwhy?,so.\nwhy?,so.\nhow?,\n");
    expect(
      found.conversations.map(({ messages }) => messages.map(({ role, text }) => [role, text])),
    ).toEqual([
      [
        ["user", "why?"],
        ["assistant", "so."],
      ],
      [
        ["user", "why?"],
        ["assistant", "so."],
      ],
      [["user", "how?"]],
    ]);
    const ids = found.conversations.map(({ sourceId }) => sourceId);
    expect(new Set(ids).size).toBe(3);
  });
});

describe("dates whose order cannot be told", () => {
  const rows = (heading: string) =>
    `${heading}\n01/02/2026 9:05,Ida,one\n03/02/2026 9:05,Olav,two\n`;

  it("are read with the day first under headings of a language that writes them so", async () => {
    const { messages } = first(await read(rows("Zeit,Von,Nachricht")));
    expect(messages.map(({ at }) => at)).toEqual([
      Date.UTC(2026, 1, 1, 9, 5),
      Date.UTC(2026, 1, 3, 9, 5),
    ]);
  });

  it("are kept as written under English ones, with how to say the order; said, they are read", async () => {
    const found = await read(rows("time,from,message"));
    expect(found.problems.map(({ code }) => code)).toContain("date-order");
    expect(first(found).messages.map(({ at }) => at)).toEqual([null, null]);
    const said = await read(rows("time,from,message"), "talk.csv", {
      columns: {
        chosen: {
          text: [{ column: "message" }],
          author: "from",
          time: "time",
          dateOrder: "mdy",
        },
      },
    });
    expect(first(said).messages.map(({ at }) => at)).toEqual([
      Date.UTC(2026, 0, 2, 9, 5),
      Date.UTC(2026, 2, 2, 9, 5),
    ]);
  });
});
