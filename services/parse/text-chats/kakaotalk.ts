// A chat that KakaoTalk exports as text, from a computer ([name] [time] words) or a phone (date and time, name : words), in Korean or English. Read by public readers of it.
import { writtenTime } from "../written-time.ts";
import { type DayChat, type DayLine, dayChatReader } from "./day-chat.ts";

const weekday = /\s\S요일$/u;

/** A date without a time. */
const dayIn = (text: string): string | undefined =>
  writtenTime(`${text.trim().replace(weekday, "")} 0:00`)?.slice(0, 10);

const ruled = /^-{5,}\s(.{6,60})\s-{5,}$/;
const bracketed = /^\[(.{1,100}?)\] \[((?:오전|오후|[AP]M)?\s?\d{1,2}:\d\d(?:\s?[AP]M)?)\] ?(.*)$/u;
/** On a phone: `2026. 2. 2. 오전 7:33, Ana : words`, and without a name for a notice. */
const dated = /^(.{8,60}?\d{1,2}:\d\d(?:[\s\u202f]?[AP]M)?)(?:, (.{1,100}?) : (.*)|[,:] (.*))$/u;
const joins =
  /(?:님이|님을|님에게).{0,200}(?:들어왔습니다|나갔습니다|초대했습니다|내보냈습니다)\.?$/u;

/** Any day: only the time is asked for. */
const clockIn = (text: string): string | undefined =>
  writtenTime(`2026-01-01 ${text}`)?.slice(11, 16);

const lineOf = (line: string): DayLine | undefined => {
  const [, rule] = ruled.exec(line) ?? [];
  const day = dayIn(rule ?? line);
  if (day !== undefined) return { kind: "day", day, isSure: rule !== undefined };
  const [, author, clock = "", text = ""] = bracketed.exec(line) ?? [];
  if (author !== undefined) {
    const at = clockIn(clock);
    return at === undefined
      ? undefined
      : { kind: "entry", day: undefined, clock: at, author, text };
  }
  if (joins.test(line) && !dated.test(line))
    return { kind: "entry", day: undefined, clock: undefined, author: null, text: line };
  const [, stamp = "", name, said = "", notice = ""] = dated.exec(line) ?? [];
  const time = stamp === "" ? undefined : writtenTime(stamp);
  if (time === undefined) return undefined;
  return {
    kind: "entry",
    day: time.slice(0, 10),
    clock: time.slice(11, 16),
    author: name ?? null,
    text: name === undefined ? notice : said,
  };
};

const titles = [
  /^\uFEFF?(.+?)\s*님과 카카오톡 대화/u,
  /^\uFEFF?(.+?)\s*카카오톡 대화/u,
  /^\uFEFF?Chat with (.+)$/,
  /^\uFEFF?(?:KakaoTalk Chats with )?(.+?)(?: with KakaoTalk Chats)?$/,
];
const saved = /^(?:저장한 날짜|Date Saved)\s*:/;

/** What stands for a file and the like, as the program's languages write it. */
const files = new Set(
  "사진 동영상 이모티콘 음성메시지 Photo Video Emoticon Sticker Photos".split(" "),
);

const kakaotalk: DayChat = {
  source: "kakaotalk",
  titleIn(head) {
    const first = (head.split(/\r?\n/, 1)[0] ?? "").trim();
    return titles.map((title) => title.exec(first)?.[1]).find((name) => name !== undefined) ?? null;
  },
  lineOf,
  isFile: (text) => files.has(text) || /^(?:사진|Photo) \d+(?:장| photos?)?$/u.test(text),
  wordsOf: (text) => text,
};

/** @param head the file's beginning: the program's name, or when it was saved, stands there */
export const looksLikeKakaotalk = (head: string): boolean => {
  const lines = head.slice(0, 32 * 1024).split(/\r?\n/);
  const start = lines.slice(0, 5);
  const isNamed = start.some((line) => saved.test(line) || /카카오톡 대화|KakaoTalk/u.test(line));
  return isNamed && lines.some((line) => lineOf(line)?.kind === "entry");
};

export const readKakaotalk = dayChatReader(kakaotalk);
