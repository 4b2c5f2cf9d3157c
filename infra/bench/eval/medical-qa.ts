// TREC 2017 LiveQA medical questions against MedQuAD answers: as people wrote them, and as experts summarised them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { EvalDocument, QuestionSet } from "./question-set.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data", "medical-qa");
export const haveMedicalQa = (): boolean => existsSync(join(folder, "qrels.tsv"));

interface Query {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly summary: string;
}

const lines = <T>(file: string): T[] =>
  gunzipSync(readFileSync(join(folder, file)))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

/** A question and its answer, as two messages of a conversation. */
const asDocument = ({ id, text }: { id: string; text: string }): EvalDocument => {
  const [, question = "", answer = text] =
    /^Question: (.*?)\nURL:.*?\nAnswer: (.*)$/su.exec(text) ?? [];
  return { id, messages: [question, answer].filter((part) => part !== "") };
};

export const readMedicalQa = (): QuestionSet[] => {
  const documents = lines<{ id: string; text: string }>("corpus.jsonl.gz").map(asDocument);
  const grades = new Map<string, Map<string, number>>();
  for (const line of readFileSync(join(folder, "qrels.tsv"), "utf8").trim().split("\n").slice(1)) {
    const [query = "", document = "", grade = "0"] = line.split("\t");
    const of = grades.get(query) ?? new Map<string, number>();
    of.set(document, Number(grade));
    grades.set(query, of);
  }
  const queries = lines<Query>("queries.jsonl.gz").filter(({ id }) =>
    [...(grades.get(id)?.values() ?? [])].some((grade) => grade > 0),
  );
  const set = (name: string, textOf: (query: Query) => string): QuestionSet => ({
    name,
    documents,
    questions: queries.map((query) => ({
      text: textOf(query),
      grades: grades.get(query.id) ?? new Map(),
    })),
  });
  return [
    set("LiveQA, subject + text", ({ subject, text }) => `${subject} ${text}`),
    set("LiveQA, summary", ({ summary }) => summary),
  ];
};
