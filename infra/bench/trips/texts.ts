// Chats as text and tables: logs of IRC programs, transcripts, captions, mailboxes, and CSV with dates in several orders.
import { zipOf } from "#services/parse/parse.builders.ts";
import { localIn } from "./chat-apps.ts";
import type { Chat, Turn } from "./made-up-chats.ts";
import type { Carried, Writer, Written } from "./trip.ts";

const inOneLine = (text: string): string => text.replaceAll(/\s+/gu, " ").trim();
/** A sign before a nick says what its owner may do. */
const nickOf = (name: string): string => name.replaceAll(/[\s<>]|^[+@%&~!]/gu, "_");

const MINUTE = 60_000;
const carriedTo = (chat: Chat, unit: number): readonly Carried[] =>
  chat.turns.map(({ author, text, at }) => ({
    author: nickOf(author),
    kind: "text",
    text: inOneLine(text),
    at: Math.floor(at / unit) * unit,
  }));

/** `Wed May 01 10:00:00 2024` */
const asctime = (at: number, zone: string): string => {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Date(at).toLocaleString("en-US", { ...options, timeZone: zone });
  const [date = "", time = ""] = localIn(at, zone).split(" ");
  return `${part({ weekday: "short" })} ${part({ month: "short" })} ${date.slice(8)} ${time} ${date.slice(0, 4)}`;
};

interface IrcStyle {
  readonly begin: (chat: Chat) => readonly string[];
  /** What stands between two days. */
  readonly dayOf: (at: number, zone: string) => readonly string[];
  readonly lineOf: (turn: Turn, zone: string) => string;
  readonly unit: number;
}

const said = ({ author, text, sort }: Turn, mode: string): string =>
  sort === "notice"
    ? ` * ${nickOf(author)} ${inOneLine(text)}`
    : `<${mode}${nickOf(author)}> ${inOneLine(text)}`;

const ircStyles: Readonly<Record<string, IrcStyle>> = {
  irssi: {
    begin: ({ turns: [first], zone }) => [`--- Log opened ${asctime(first?.at ?? 0, zone)}`],
    dayOf: (at, zone) => [`--- Day changed ${asctime(at, zone).replace(/ \d\d:\d\d:\d\d/, "")}`],
    lineOf: (turn, zone) => `${localIn(turn.at, zone).slice(11, 16)} ${said(turn, "@")}`,
    unit: MINUTE,
  },
  mirc: {
    begin: ({ turns: [first], zone }) => [`Session Start: ${asctime(first?.at ?? 0, zone)}`],
    dayOf: (at, zone) => [`Session Time: ${asctime(at, zone)}`],
    lineOf: (turn, zone) =>
      `[${localIn(turn.at, zone).slice(11, 16)}] ${said(turn, "").trimStart()}`,
    unit: MINUTE,
  },
  weechat: {
    begin: () => [],
    dayOf: () => [],
    lineOf: ({ author, text, sort, at }, zone) =>
      sort === "notice"
        ? `${localIn(at, zone)}\t *\t${nickOf(author)} ${inOneLine(text)}`
        : `${localIn(at, zone)}\t${nickOf(author)}\t${inOneLine(text)}`,
    unit: 1000,
  },
};

const irc = (chat: Chat, { begin, dayOf, lineOf, unit }: IrcStyle): Written => {
  const days = chat.turns.map(({ at }) => localIn(at, chat.zone).slice(0, 10));
  const lines = chat.turns.flatMap((turn, nth) => [
    ...(nth > 0 && days[nth] !== days[nth - 1] ? dayOf(turn.at, chat.zone) : []),
    lineOf(turn, chat.zone),
  ]);
  return {
    bytes: [...begin(chat), ...lines, ""].join("\n"),
    filename: "#garden.log",
    zone: chat.zone,
    byDay: true,
    carried: carriedTo(chat, unit),
  };
};

/** A file a day. */
const znc = (chat: Chat): Written => {
  const files: Record<string, string> = {};
  for (const turn of chat.turns) {
    const [day = "", time = ""] = localIn(turn.at, chat.zone).split(" ");
    const path = `#garden/${day}.log`;
    const line = turn.sort === "notice" ? said(turn, "").trimStart() : said(turn, "");
    files[path] = `${files[path] ?? ""}[${time}] ${line}\n`;
  }
  return {
    bytes: zipOf(files, { level: 0 }),
    filename: "znc.zip",
    zone: chat.zone,
    byDay: true,
    carried: carriedTo(chat, 1000),
  };
};

/** A text is a transcript where the same names come again and again: here two people speak in turn. */
const speakers = (chat: Chat): readonly Carried[] =>
  chat.turns.map(({ text }, nth) => ({
    author: nth % 2 === 0 ? "Ida Holm" : "Ben",
    kind: "text",
    text: inOneLine(text),
    at: null,
  }));

const transcript = (chat: Chat): Written => {
  const carried = speakers(chat);
  return {
    bytes: carried.map(({ author, text }) => `${author}: ${text}\n\n`).join(""),
    filename: "interview.txt",
    carried,
  };
};

const cueTime = (nth: number, mark: string): string =>
  new Date(nth * 4000).toISOString().slice(11, 23).replace(".", mark);

const vtt = (chat: Chat): Written => {
  const carried = speakers(chat).map((one, nth) => ({ ...one, author: chat.turns[nth]?.author }));
  const escaped = (text = "") =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const cues = carried.map(
    ({ author, text }, nth) =>
      `${cueTime(nth, ".")} --> ${cueTime(nth + 1, ".")}\n<v ${escaped(author)}>${escaped(text)}</v>\n\n`,
  );
  return { bytes: `WEBVTT\n\n${cues.join("")}`, filename: "meeting.vtt", carried };
};

const srt = (chat: Chat): Written => {
  const carried = speakers(chat);
  const cues = carried.map(
    ({ author, text }, nth) =>
      `${nth + 1}\r\n${cueTime(nth, ",")} --> ${cueTime(nth + 1, ",")}\r\n${author}: ${text}\r\n\r\n`,
  );
  return { bytes: cues.join(""), filename: "meeting.srt", carried };
};

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

const quotedPrintable = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const isPlain = (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32 || byte === 10;
      return isPlain
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("")
    .replaceAll(/ (?=\n|$)/g, "=20")
    .split("\n")
    .map((line) => line.replaceAll(/(.{60}[^=]{0,3}(?<!=.?))(?=.)/g, "$1=\n"))
    .join("\n");

const bodies: readonly (readonly [encoding: string, (text: string) => string])[] = [
  ["base64", (text) => Buffer.from(text).toString("base64").replaceAll(/.{76}/g, "$&\n")],
  ["8bit", (text) => text],
  ["quoted-printable", quotedPrintable],
];

const mail = (chat: Chat): Written => {
  // Lines that begin with the sign of a quote are folded.
  const turns = chat.turns.map((turn) => ({ ...turn, text: turn.text.replaceAll(/^>/gm, "»") }));
  const letters = turns.map(({ author, text, at, answers }, nth) => {
    const [encoding = "8bit", write = String] = bodies[(chat.number + nth) % bodies.length] ?? [];
    const above = nth === 0 ? [] : [`In-Reply-To: <${answers ?? 0}@x>`, `References: <0@x>`];
    const head = [
      `From a@example.org ${asctime(at, "UTC")}`,
      `From: ${encodedWord(author)} <u${chat.people.indexOf(author)}@example.org>`,
      `Date: ${new Date(at).toUTCString().replace("GMT", "+0000")}`,
      `Subject: ${nth === 0 ? "" : "Re: "}${encodedWord(chat.title)}`,
      `Message-ID: <${nth}@x>`,
      ...above,
      "Content-Type: text/plain; charset=utf-8",
      `Content-Transfer-Encoding: ${encoding}`,
    ];
    return `${head.join("\n")}\n\n${write(text).replaceAll(/^(>*From )/gm, ">$1")}\n\n`;
  });
  const isCrlf = chat.number % 2 === 1;
  return {
    bytes: isCrlf ? letters.join("").replaceAll("\n", "\r\n") : letters.join(""),
    filename: "All mail.mbox",
    title: chat.title,
    carried: turns.map(({ author, text, at, answers }, nth) => ({
      ...{ author, kind: "text", text, at },
      answers: nth === 0 ? null : (answers ?? 0),
    })),
  };
};

interface CsvStyle {
  readonly headings: readonly [string, string, string];
  readonly delimiter: string;
  readonly timeOf: (at: number, zone: string) => string;
  readonly unit: number;
  /** Whether its times say which instant they are. */
  readonly hasZone?: boolean;
}

const localeTime =
  (locale: string, timeStyle: "short" | "medium") =>
  (at: number, timeZone: string): string =>
    new Date(at).toLocaleString(locale, { dateStyle: "short", timeStyle, timeZone });

const csvStyles: Readonly<Record<string, CsvStyle>> = {
  "ISO, UTC": {
    ...{ headings: ["timestamp", "author", "message"], delimiter: ",", unit: 1000, hasZone: true },
    timeOf: (at) => new Date(at).toISOString(),
  },
  "ISO, local": {
    ...{ headings: ["date", "from", "text"], delimiter: ",", unit: 1000 },
    timeOf: localIn,
  },
  "seconds since 1970": {
    ...{ headings: ["created_at", "sender", "content"], delimiter: ",", unit: 1000, hasZone: true },
    timeOf: (at) => String(at / 1000),
  },
  "milliseconds since 1970": {
    ...{ headings: ["timestamp", "user", "body"], delimiter: "\t", unit: 1000, hasZone: true },
    timeOf: String,
  },
  American: {
    ...{ headings: ["Date", "Author", "Message"], delimiter: ",", unit: MINUTE },
    timeOf: localeTime("en-US", "short"),
  },
  British: {
    ...{ headings: ["Date", "Sender", "Message"], delimiter: ",", unit: 1000 },
    timeOf: localeTime("en-GB", "medium"),
  },
  German: {
    ...{ headings: ["Datum", "Absender", "Nachricht"], delimiter: ";", unit: MINUTE },
    timeOf: localeTime("de", "short"),
  },
  French: {
    ...{ headings: ["Date", "Auteur", "Message"], delimiter: ";", unit: 1000 },
    timeOf: (at, zone) => localeTime("fr", "medium")(at, zone),
  },
  Japanese: {
    ...{ headings: ["日時", "送信者", "メッセージ"], delimiter: ",", unit: 1000 },
    timeOf: localeTime("ja", "medium"),
  },
};

/** A table in which everybody writes once is not taken for talk. */
const someoneTwice = (turns: readonly Turn[]): readonly Turn[] =>
  turns.map((turn, nth) => (nth > 0 ? turn : { ...turn, author: turns.at(-1)?.author ?? "" }));

const csv = (chat: Chat, { headings, delimiter, timeOf, unit, hasZone }: CsvStyle): Written => {
  const quoted = (cell: string) =>
    /["\n\r]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const turns = someoneTwice(chat.turns);
  const rows = turns.map(({ author, text, at }) => [timeOf(at, chat.zone), author, text]);
  const bytes = [headings, ...rows].map((row) => `${row.map(quoted).join(delimiter)}\r\n`).join("");
  return {
    bytes: chat.number % 2 === 0 ? `\uFEFF${bytes}` : bytes,
    filename: "messages.csv",
    ...(hasZone !== true && { zone: chat.zone }),
    carried: turns.map(({ author, text, at }) => ({
      ...{ author, text, kind: "text" },
      at: Math.floor(at / unit) * unit,
    })),
  };
};

export const texts: readonly Writer[] = [
  ...Object.entries(ircStyles).map(([name, style]) => ({
    name: `irc (${name})`,
    write: (chat: Chat) => irc(chat, style),
  })),
  { name: "irc (ZNC)", write: znc },
  { name: "transcript", write: transcript },
  { name: "captions (WebVTT)", write: vtt },
  { name: "captions (SRT)", write: srt },
  { name: "mail", write: mail },
  ...Object.entries(csvStyles).map(([name, style]) => ({
    name: `table (CSV, ${name})`,
    write: (chat: Chat) => csv(chat, style),
  })),
];
