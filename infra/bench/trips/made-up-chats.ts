// Made-up chats for round trips, the same for each number: names and words in many scripts, long and many-lined messages, and times where calendars are odd.
import { seeded } from "../irc-archive.ts";

/** What a message is: words, words that were changed later, a message taken back, a file, or what the program itself says. */
export type Sort = "said" | "edited" | "deleted" | "file" | "notice";

export interface Turn {
  readonly sort: Sort;
  readonly author: string;
  readonly text: string;
  /** Milliseconds since 1970, of whole seconds. */
  readonly at: number;
  /** The number of the message that it answers. */
  readonly answers: number | null;
}

export interface Chat {
  readonly number: number;
  readonly title: string;
  readonly people: readonly string[];
  /** Of the phone or the program that writes local times. */
  readonly zone: string;
  readonly turns: readonly Turn[];
}

interface Dice {
  /** A whole number from 0 to below. */
  readonly below: (below: number) => number;
  readonly oneOf: <T>(list: readonly T[]) => T;
  /** Whether something happens that happens once in so many times. */
  readonly onceIn: (times: number) => boolean;
}

const diceOf = (seed: number): Dice => {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    oneOf: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new Error("nothing to choose from");
      return one;
    },
    onceIn: (times) => below(times) === 0,
  };
};

const names =
  `Anna|Ben|Jörg Müller|Łukasz Żak|José Ángel Peña|Владимир Ильин|Ελένη Παππά|محمد علي|דוד לוי|अनिता शर्मा|கவிதா|王小明|山田 太郎|김민수|สมชาย ใจดี|Nguyễn Thị Hoa|🦊 Fox|Zoë 👩‍🌾|Siobhán O'Brien|Dr. No|+49 151 0000000|ann_92|Mum & Dad|Jean-Luc (work)|Björk Guðmundsdóttir|İpek Çağlar|Ægir|Ana María|X|Ms. Smith-Jones 2nd|ნინო|Հայկ|আনিকা|ਗੁਰਪ੍ਰੀਤ|Ольга 🌻|r2d2|Team “North”`.split(
    "|",
  );

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Asia/Tokyo",
  "Africa/Cairo",
  "America/Sao_Paulo",
  "Pacific/Apia",
];

const words =
  `the|and|meeting|tomorrow|größer|straße|naïve|déjà|mañana|привет|спасибо|γειά|σου|مرحبا|كيف الحال|שלום|מה שלומך|नमस्ते|धन्यवाद|வணக்கம்|你好|明天见|こんにちは|ありがとう|안녕하세요|สวัสดี|xin chào|🎉|👨‍👩‍👧‍👦|🏳️‍🌈|👍🏽|e\u0301|ﬁ|½|12:30|3.5|50%|€20|#tag|@ben|a_b|C++|x<y|a&b|"so"|it's|back\\slash|{y}|[x]|(z)|https://example.org/?q=1&r=2#top|mail@example.org|~/.bashrc|$PATH|100,000|v1.2.3|2024-01-02|01/02/2024|10:15`.split(
    "|",
  );
const lines =
  `- milk|* eggs|1. first|> what was said before|Anna: she said so|"quoted"|[x] done|01/02/2024 we met|12:30 lunch|---|# heading|    code()|<div>|PS: bye|WEBVTT|From here on|{"a": 1}|a,b;c|tab\there`.split(
    "|",
  );

const sentence = (dice: Dice, most: number): string =>
  Array.from({ length: 1 + dice.below(most) }, () => dice.oneOf(words)).join(" ");

const textOf = (dice: Dice): string => {
  if (dice.onceIn(12))
    return dice.oneOf(["ok", ".", "?", "👍", "1", "нет", "好", "…", "a: b", ":)"]);
  if (dice.onceIn(60)) return sentence(dice, 2000);
  if (!dice.onceIn(6)) return sentence(dice, 14);
  const rest = Array.from({ length: 1 + dice.below(5) }, () =>
    dice.onceIn(5) ? "" : dice.onceIn(2) ? dice.oneOf(lines) : sentence(dice, 8),
  );
  return [sentence(dice, 8), ...rest, sentence(dice, 4)].join("\n");
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Just before the clocks change in some zones, years and months end, and the 29th of February. */
const edges = [
  "2024-03-31T00:50:00Z",
  "2024-10-27T00:20:00Z",
  "2023-11-05T05:10:00Z",
  "2021-12-31T23:57:00Z",
  "2020-02-28T23:50:00Z",
  "2024-02-29T12:00:00Z",
  "2019-06-30T21:58:00Z",
  "2011-12-29T20:00:00Z",
].map((time) => Date.parse(time));

const beginning = (dice: Dice): number =>
  dice.onceIn(4)
    ? dice.oneOf(edges)
    : Date.UTC(
        2012 + dice.below(14),
        dice.below(12),
        1 + dice.below(28),
        dice.below(24),
        dice.below(60),
      );

/** Mostly answers within seconds or minutes; now and then the next day, or the next season. */
const pause = (dice: Dice): number => {
  const kind = dice.below(20);
  if (kind < 7) return dice.below(30) * SECOND;
  if (kind < 14) return dice.below(20) * MINUTE;
  if (kind < 17) return dice.below(14) * HOUR;
  if (kind < 19) return dice.below(9) * DAY;
  return dice.below(200) * DAY;
};

const sortOf = (dice: Dice): Sort => {
  const kind = dice.below(40);
  if (kind === 0) return "deleted";
  if (kind === 1) return "edited";
  if (kind === 2) return "notice";
  return kind < 5 ? "file" : "said";
};

/** @param number of the chat; the same number gives the same chat */
export const chatOf = (number: number): Chat => {
  const dice = diceOf(number);
  const people = [
    ...new Set(
      Array.from({ length: dice.onceIn(3) ? 2 + dice.below(8) : 2 }, () => dice.oneOf(names)),
    ),
  ];
  const turns: Turn[] = [];
  const count = dice.onceIn(40) ? 60 + dice.below(120) : 3 + dice.below(14);
  for (let at = beginning(dice); turns.length < count; at += pause(dice))
    turns.push({
      sort: sortOf(dice),
      author: dice.oneOf(people),
      text: textOf(dice),
      at,
      answers: turns.length > 0 && dice.onceIn(6) ? dice.below(turns.length) : null,
    });
  const title = `${dice.oneOf(names)} ${dice.oneOf(["club", "Ausflug", "семья", "工作", "عائلة"])} ${number}`;
  return { number, title, people, zone: dice.oneOf(zones), turns };
};
