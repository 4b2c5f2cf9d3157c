// Quality of searching: nDCG@10, recall@10 and MRR by mode, model and question set, beside BM25 over whole documents.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SearchMode } from "#services/contract/search.ts";
import { type Embedder, openOnnxEmbedder } from "#services/embed/embed.ts";
import { haveIrcArchive } from "../irc-archive.ts";
import { markdownTable, mean } from "../measure.ts";
import { answersAndLeads, asChats, keywordsOfAnswers, readDerivedSets } from "./derived-sets.ts";
import { readIrcReplies } from "./irc-replies.ts";
import { bootstrap, ndcg, recall, reciprocalRank } from "./measures.ts";
import { haveMedicalQa, readMedicalQa } from "./medical-qa.ts";
import { openPlainBm25 } from "./plain-bm25.ts";
import type { QuestionSet } from "./question-set.ts";
import { openSearchedSet, type SearchedSet } from "./searched-set.ts";
import { withOneMistake } from "./typing-mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const models = [
  { id: "parlance-static-en-v1", path: join(root, "models", "parlance-static-en-v1") },
  { id: "potion-base-2m", path: join(root, "..", "shared", "models", "potion-base-2m") },
].filter(({ path }) => existsSync(path));
/** Hybrid last: it is compared with the others. */
const modes = ["semantic", "lexical", "hybrid"] as const satisfies readonly SearchMode[];
const MISTAKES = 200;

const asked = async (
  set: QuestionSet,
  searched: SearchedSet,
  { mode, mistakes }: { mode: SearchMode; mistakes: boolean },
): Promise<string[][]> => {
  const all: string[][] = [];
  for (const [at, { text }] of set.questions.entries())
    all.push(await searched.ask(mistakes ? withOneMistake(text, at + 1) : text, { mode }));
  return all;
};

const figure = (value: number): string => value.toFixed(3);

interface Scores {
  readonly ndcg: number[];
  readonly recall: number[];
  readonly mrr: number[];
}

const score = (set: QuestionSet, rankings: readonly (readonly string[])[]): Scores => {
  const each = <T>(of: (ranked: readonly string[], at: number) => T) => rankings.map(of);
  const grades = (at: number) => set.questions[at]?.grades ?? new Map();
  return {
    ndcg: each((ranked, at) => ndcg(ranked, grades(at))),
    recall: each((ranked, at) => recall(ranked, grades(at))),
    mrr: each((ranked, at) => reciprocalRank(ranked, grades(at))),
  };
};

const baseline = async (set: QuestionSet): Promise<number[]> => {
  const bm25 = await openPlainBm25(set);
  try {
    return score(
      set,
      set.questions.map(({ text }) => bm25.ask(text)),
    ).ndcg;
  } finally {
    await bm25.close();
  }
};

/** The difference of the means, and in brackets the middle 95 % of it by the paired bootstrap. */
const difference = (a: readonly number[], b: readonly number[]): string => {
  const { low, high } = bootstrap(a, b);
  const sign = (value: number) => `${value < 0 ? "" : "+"}${value.toFixed(3)}`;
  return `${sign(mean(a) - mean(b))} (${sign(low)} … ${sign(high)})`;
};

const evaluate = async (set: QuestionSet, embedder: Embedder): Promise<string[][]> => {
  const plain = await baseline(set);
  const searched = await openSearchedSet(set, embedder);
  try {
    const rows: string[][] = [];
    const byMode = new Map<SearchMode, Scores>();
    for (const mode of modes) {
      const clean = score(set, await asked(set, searched, { mode, mistakes: false }));
      byMode.set(mode, clean);
      const wrong = score(set, await asked(set, searched, { mode, mistakes: true }));
      const kept = mean(wrong.recall.slice(0, MISTAKES)) / mean(clean.recall.slice(0, MISTAKES));
      const hybrid = byMode.get("hybrid");
      const against = (other: readonly number[] | undefined) =>
        hybrid === undefined || other === undefined ? "" : difference(hybrid.ndcg, other);
      rows.push([
        set.name,
        embedder.model.id,
        mode,
        figure(mean(clean.ndcg)),
        figure(mean(clean.recall)),
        figure(mean(clean.mrr)),
        `${(kept * 100).toFixed(0)} %`,
        against(byMode.get("semantic")?.ndcg),
        against(byMode.get("lexical")?.ndcg),
        against(plain),
      ]);
    }
    rows.push([set.name, "", "BM25, documents", figure(mean(plain)), "", "", "", "", "", ""]);
    return rows;
  } finally {
    await searched.close();
  }
};

const medical = haveMedicalQa() ? readMedicalQa() : [];
const wanted = process.argv.slice(2);
const sets: QuestionSet[] = [
  ...medical,
  ...medical.map(asChats),
  ...(medical[0] === undefined
    ? []
    : [...answersAndLeads(medical[0].documents), keywordsOfAnswers(medical[0].documents)]),
  ...readDerivedSets(),
  ...(haveIrcArchive() ? [await readIrcReplies()] : []),
].filter(
  ({ name, questions }) =>
    questions.length > 0 && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
);
if (sets.length === 0) process.stdout.write("skipped: ../shared/data is not here\n");

const rows: string[][] = [];
for (const { id, path } of models) {
  const embedder = await openOnnxEmbedder({ id, path });
  try {
    for (const set of sets) {
      process.stderr.write(
        `${id}: ${set.name}, ${set.questions.length} questions, ${set.documents.length} documents\n`,
      );
      rows.push(...(await evaluate(set, embedder)));
    }
  } finally {
    await embedder.close();
  }
}
process.stdout.write(
  `${markdownTable(
    [
      "set",
      "model",
      "mode",
      "nDCG@10",
      "recall@10",
      "MRR",
      "recall kept with a typo",
      "hybrid − by meaning (95 %)",
      "hybrid − by words",
      "hybrid − BM25 over documents",
    ],
    rows,
  )}\n`,
);
