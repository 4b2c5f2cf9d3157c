// Question sets derived from data that were made for something else: answers, requests, sentences, dialogues.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sampleOf, seededRandom } from "#index-store/kmeans/random.ts";
import { sharedLines } from "../shared-lines.ts";
import type { EvalDocument, EvalQuestion, QuestionSet } from "./question-set.ts";

const data = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data");

const every =
  (step: number) =>
  (_: unknown, at: number): boolean =>
    at % step === 0;

const one = (id: string) => new Map([[id, 1]]);

/** Questions of MedQuAD → the answers to them, and first sentences of answers → their rest. The questions themselves are not indexed. */
export const answersAndLeads = (documents: readonly EvalDocument[]): QuestionSet[] => {
  const pairs = documents.flatMap(({ id, messages: [question, answer] }) =>
    question === undefined || answer === undefined ? [] : [{ id, question, answer }],
  );
  const byQuestion = new Map<string, string[]>();
  for (const { id, question } of pairs)
    byQuestion.set(question, [...(byQuestion.get(question) ?? []), id]);
  const leads = new Map<string, { id: string; rest: string }>();
  for (const { id, answer } of pairs) {
    const [, lead, rest] = /^(.{40,400}?[.!?])\s+(.{200,})$/su.exec(answer) ?? [];
    if (lead !== undefined && rest !== undefined && !leads.has(lead)) leads.set(lead, { id, rest });
  }
  return [
    {
      name: "MedQuAD, question → answers",
      documents: pairs.map(({ id, answer }) => ({ id, messages: [answer] })),
      questions: [...byQuestion].filter(every(4)).map(([text, ids]) => ({
        text,
        grades: new Map(ids.map((id) => [id, 1])),
      })),
    },
    {
      name: "MedQuAD, first sentence → rest",
      documents: [...leads.values()].map(({ id, rest }) => ({ id, messages: [rest] })),
      questions: [...leads]
        .filter(every(4))
        .map(([text, { id }]): EvalQuestion => ({ text, grades: one(id) })),
    },
  ];
};

interface Request {
  readonly split: string;
  readonly text: string;
  readonly intent: string;
}

/** Requests of the test split → requests of the training split with the same intent. */
const intents = (): QuestionSet => {
  const all = sharedLines<Request>("intents/clinc150.jsonl.gz").filter(
    ({ intent }) => intent !== "oos",
  );
  const known = all.filter(({ split }) => split === "train").filter(every(3));
  const byIntent = new Map<string, Map<string, number>>();
  for (const [at, { intent }] of known.entries()) {
    const grades = byIntent.get(intent) ?? new Map<string, number>();
    byIntent.set(intent, grades.set(`request ${at}`, 1));
  }
  return {
    name: "CLINC150, request → same intent",
    documents: known.map(({ text }, at) => ({ id: `request ${at}`, messages: [text] })),
    questions: all
      .filter(({ split }) => split === "test")
      .filter(every(15))
      .map(({ text, intent }) => ({ text, grades: byIntent.get(intent) ?? new Map() })),
  };
};

const csvLine = /^(?:"((?:[^"]|"")*)"|([^,]*)),(?:"((?:[^"]|"")*)"|([^,]*)),([\d.]+)/u;

/** Sentences → those that mean the same (4 of 5 or more). */
const paraphrases = (): QuestionSet => {
  const pairs = readFileSync(join(data, "sts", "stsb-en-test.csv"), "utf8")
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [, a, plainA, b, plainB, score] = csvLine.exec(line) ?? [];
      return score === undefined
        ? []
        : [{ one: a ?? plainA ?? "", other: b ?? plainB ?? "", score: Number(score) }];
    });
  const sentences = [...new Set(pairs.map(({ other }) => other))];
  return {
    name: "STS, sentence → paraphrase",
    documents: sentences.map((text, at) => ({ id: `sentence ${at}`, messages: [text] })),
    questions: pairs
      .filter(({ score }) => score >= 4)
      .map(({ one: text, other }) => ({
        text,
        grades: one(`sentence ${sentences.indexOf(other)}`),
      })),
  };
};

interface Dialogue {
  readonly id: string;
  readonly messages: readonly { readonly content: string }[];
}

/** The message of a dialogue that is left out of it and asked for. */
const LEFT_OUT = 2;
const FEWEST_CHARACTERS = 25;

/** A person's second message → the dialogue that it was taken from. */
const dialogues = (): QuestionSet => {
  const all = sharedLines<Dialogue>("dialogues/sgd-dev.jsonl.gz");
  return {
    name: "SGD, message → its dialogue",
    documents: all.map(({ id, messages }) => ({
      id,
      messages: messages.filter((_, at) => at !== LEFT_OUT).map(({ content }) => content),
    })),
    questions: all.filter(every(6)).flatMap(({ id, messages }): EvalQuestion[] => {
      const text = messages[LEFT_OUT]?.content ?? "";
      return text.length < FEWEST_CHARACTERS ? [] : [{ text, grades: one(id) }];
    }),
  };
};

/** Words that a person would remember of a text: neither in nearly every document nor in hardly any. */
const REMEMBERED = { fewestLetters: 4, leastShare: 0.004, mostShare: 0.2 };
const QUESTION_WORDS = 5;

const wordsOf = (text: string): string[] => [
  ...new Set(text.toLowerCase().match(/\p{L}{2,}/gu) ?? []),
];

/** Some words of several messages of a document, in their order, drawn with a fixed seed → that document. */
const rememberedWords = (
  name: string,
  documents: readonly EvalDocument[],
  step: number,
): QuestionSet => {
  const counts = new Map<string, number>();
  for (const { messages } of documents)
    for (const word of wordsOf(messages.join("\n"))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const isTelling = (word: string): boolean => {
    const share = (counts.get(word) ?? 0) / documents.length;
    const { fewestLetters, leastShare, mostShare } = REMEMBERED;
    return word.length >= fewestLetters && share >= leastShare && share <= mostShare;
  };
  const random = seededRandom(1);
  return {
    name,
    documents,
    questions: documents.filter(every(step)).flatMap(({ id, messages }): EvalQuestion[] => {
      const telling = wordsOf(messages.join("\n")).filter(isTelling);
      if (telling.length < QUESTION_WORDS) return [];
      const drawn = sampleOf(telling.length, QUESTION_WORDS, random).toSorted();
      return [{ text: Array.from(drawn, (at) => telling[at]).join(" "), grades: one(id) }];
    }),
  };
};

const dialogueDocuments = (path: string): EvalDocument[] =>
  sharedLines<Dialogue>(path).map(({ id, messages }) => ({
    id,
    messages: messages.map(({ content }) => content).filter((content) => /\S/u.test(content)),
  }));

/** What a person says first → the rest of the dialogue. */
const openings = (name: string, documents: readonly EvalDocument[], step: number): QuestionSet => ({
  name,
  documents: documents.map(({ id, messages }) => ({ id, messages: messages.slice(1) })),
  questions: documents
    .filter(every(step))
    .flatMap(({ id, messages: [text = ""] }): EvalQuestion[] =>
      text.length < FEWEST_CHARACTERS ? [] : [{ text, grades: one(id) }],
    ),
});

const CHAT_ANSWERS = 3;

/** Chats with an assistant of three questions and answers each: of a set whose documents are one question and one answer. */
export const asChats = ({ name, documents, questions }: QuestionSet): QuestionSet => {
  const chatOf = new Map(
    documents.map(({ id }, at) => [id, `chat ${Math.floor(at / CHAT_ANSWERS)}`]),
  );
  const chats = new Map<string, string[]>();
  for (const { id, messages } of documents) {
    const chat = chatOf.get(id) ?? id;
    chats.set(chat, [...(chats.get(chat) ?? []), ...messages]);
  }
  return {
    name: `${name}, chats of three answers`,
    documents: Array.from(chats, ([id, messages]) => ({ id, messages })),
    questions: questions.map(({ text, grades }) => {
      const best = new Map<string, number>();
      for (const [id, grade] of grades) {
        const chat = chatOf.get(id) ?? id;
        best.set(chat, Math.max(grade, best.get(chat) ?? 0));
      }
      return { text, grades: best };
    }),
  };
};

/** A few words of a long answer → that answer. */
export const keywordsOfAnswers = (documents: readonly EvalDocument[]): QuestionSet =>
  rememberedWords(
    "MedQuAD, five words → answer",
    documents.flatMap(({ id, messages: [, answer] }) =>
      answer === undefined ? [] : [{ id, messages: [answer] }],
    ),
    6,
  );

const sgdTest = "dialogues/sgd-test.jsonl.gz";
const taskmaster = "dialogues/taskmaster4.jsonl.gz";

/** The sets whose data are here. */
export const readDerivedSets = (): QuestionSet[] => [
  ...(existsSync(join(data, "intents", "clinc150.jsonl.gz")) ? [intents()] : []),
  ...(existsSync(join(data, "sts", "stsb-en-test.csv")) ? [paraphrases()] : []),
  ...(existsSync(join(data, "dialogues", "sgd-dev.jsonl.gz")) ? [dialogues()] : []),
  ...(existsSync(join(data, sgdTest))
    ? [
        rememberedWords("SGD, five words → dialogue", dialogueDocuments(sgdTest), 8),
        openings("SGD, opening → rest of the dialogue", dialogueDocuments(sgdTest), 8),
      ]
    : []),
  ...(existsSync(join(data, taskmaster))
    ? [rememberedWords("Taskmaster, five words → dialogue", dialogueDocuments(taskmaster), 6)]
    : []),
];
