// Reads a topic's name from a model's answer, or says what is wrong with it. The answer is untrusted, so everything is checked.
import { z } from "zod";
import type { NamingRequest, TopicName } from "./naming.ts";

const MOST_TITLE = 60;
const MOST_SUMMARY = 400;
const MOST_SENTENCES = 2;

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
/** Removes quotation marks and a full stop around a title, which models add although told not to. */
const bare = (title: string) => title.replace(/^["'“”„`*#\s]+|["'“”`*.\s]+$/g, "");

const letters = /\p{L}/u;
const hidden = /[«»]/;
/** Links and markup are not allowed in a title or summary. */
const lively = /https?:|www\.|[<>{}]|\]\(|```/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control and direction characters are searched for
const invisible = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const clean = (what: string, most: number) =>
  z
    .string()
    .refine((text) => !invisible.test(text), `the ${what} has invisible characters`)
    .transform(oneLine)
    .refine((text) => letters.test(text), `the ${what} has no words`)
    .refine((text) => text.length <= most, `the ${what} is longer than ${most} characters`)
    .refine((text) => !hidden.test(text), `the ${what} repeats masked text`)
    .refine((text) => !lively.test(text), `the ${what} contains a link or markup`);

const named = z.object({
  title: z.string().transform(bare).pipe(clean("title", MOST_TITLE)),
  summary: clean("summary", MOST_SUMMARY),
});

/** The JSON object in a text, which may have a code fence or a sentence around it. */
const objectIn = (text: string): unknown => {
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (start < 0 || end < start) return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** A title of at least so many words that occurs in a message counts as quoted. */
const QUOTED_WORDS = 3;
/** Messages that give instructions to the model. */
const orders =
  /\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instructions?|prompts?|rules?|above|previous|everything)\b|\b(?:respond|answer|reply|output|return|print|write|use|set)\b.{0,40}\b(?:title|summary|json|exactly)\b|\b(?:title|summary|topic)\b.{0,30}\b(?:must|should|shall|has to)\b|\b(?:name|call|title) (?:this|the) (?:topic|cluster|folder)\b|\bsystem (?:prompt|message)\b/i;

const quoteTrouble = (name: TopicName, request: NamingRequest): string | undefined => {
  const title = plain(name.title);
  const summary = plain(name.summary);
  const texts = [...request.members, ...request.outside];
  const carriers = texts.filter((text) => ` ${plain(text)} `.includes(` ${title} `));
  if (texts.some((text) => plain(text) === title)) return "the title is one of the messages";
  if (carriers.some((text) => orders.test(text)))
    return "the title is what a message asked it to be";
  if (carriers.length === 1 && title.split(" ").length > QUOTED_WORDS)
    return "the title is quoted from a single message";
  const copied = texts.some((text) => plain(text).length > 40 && summary.includes(plain(text)));
  return copied ? "the summary repeats a message" : undefined;
};

/** Full stops of both kinds of script, but not those in "e.g." or "8.04". */
const sentencesIn = (text: string): number =>
  text
    .split(/(?<=[\p{L}\p{N})"”]{2}[.!?…]["”)]?)\s+(?=\P{Ll})|[。！？]/u)
    .filter((s) => s.trim() !== "").length;

/** @returns the name, or a clause that says what is wrong with the answer. */
export const nameIn = (answer: string, request: NamingRequest): TopicName | string => {
  const found = objectIn(answer);
  if (found === undefined) return "the answer contains no JSON object";
  const parsed = named.safeParse(found);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return issue === undefined || issue.code !== "custom"
      ? "the answer has no title and summary as text"
      : issue.message;
  }
  if (sentencesIn(parsed.data.summary) > MOST_SENTENCES)
    return `the summary has more than ${MOST_SENTENCES} sentences`;
  return quoteTrouble(parsed.data, request) ?? parsed.data;
};
