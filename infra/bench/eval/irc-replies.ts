// A question set from the IRC archive: a message that addresses somebody answers that person's last question, which must be found.
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { ircArchivePath } from "../irc-archive.ts";
import type { EvalDocument, EvalQuestion, QuestionSet } from "./question-set.ts";

interface Said {
  readonly id: string;
  readonly nick: string;
  readonly text: string;
}

/** The most lines between a question and its answer. */
const REACH = 60;
const FEWEST_WORDS = 6;
const EVERY_NTH_DAY = 3;
const QUESTIONS = 500;

const readDays = async (): Promise<Said[][]> => {
  const days: Said[][] = [];
  const archive = createReadStream(ircArchivePath).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const said: Said[] = [];
    for (const line of Buffer.concat(parts).toString("utf8").split("\n")) {
      const [, nick, text] = /^\[\d\d:\d\d\] <([^>]+)> (.*\S)/u.exec(line) ?? [];
      if (nick !== undefined && text !== undefined)
        said.push({ id: `${entry.header.name}#${said.length}`, nick, text });
    }
    days.push(said);
  }
  return days.filter((_, at) => at % EVERY_NTH_DAY === 0);
};

const wordCount = (text: string) => text.split(/\s+/u).length;

interface Pair {
  readonly answer: Said;
  readonly said: string;
  readonly question: Said;
}

/** The last message of the addressed person that is a question, addresses nobody, and is shortly before. */
const pairsOf = (day: readonly Said[]): Pair[] => {
  const nicks = new Set(day.map(({ nick }) => nick.toLowerCase()));
  const addressed = (text: string): [string, string] | undefined => {
    const [, nick = "", rest = ""] = /^([^\s:,]{2,20})[:,]\s+(.*)$/u.exec(text) ?? [];
    return nicks.has(nick.toLowerCase()) ? [nick.toLowerCase(), rest] : undefined;
  };
  return day.flatMap((answer, at) => {
    const [to, said] = addressed(answer.text) ?? [];
    if (to === undefined || said === undefined || to === answer.nick.toLowerCase()) return [];
    if (wordCount(said) < FEWEST_WORDS || said.endsWith("?")) return [];
    const question = day
      .slice(Math.max(0, at - REACH), at)
      .findLast(({ nick }) => nick.toLowerCase() === to);
    const asks =
      question?.text.endsWith("?") === true &&
      addressed(question.text) === undefined &&
      wordCount(question.text) >= FEWEST_WORDS;
    return question !== undefined && asks ? [{ answer, said, question }] : [];
  });
};

/** Every nth pair, so that the set is the same each time and spread over the years. The answers themselves are not indexed. */
export const readIrcReplies = async (): Promise<QuestionSet> => {
  const days = await readDays();
  const pairs = days.flatMap(pairsOf);
  const step = Math.max(1, Math.floor(pairs.length / QUESTIONS));
  const chosen = pairs.filter((_, at) => at % step === 0).slice(0, QUESTIONS);
  const answers = new Set(chosen.map(({ answer }) => answer.id));
  const documents = days
    .flat()
    .filter(({ id }) => !answers.has(id))
    .map(({ id, text }): EvalDocument => ({ id, messages: [text] }));
  const questions = chosen.map(
    ({ said, question }): EvalQuestion => ({ text: said, grades: new Map([[question.id, 1]]) }),
  );
  return { name: "IRC replies → their question", documents, questions };
};
