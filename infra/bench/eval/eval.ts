// Quality of searching: nDCG@10, recall@10 and MRR by mode, model and question set, as a Markdown table on standard output.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SearchMode } from "#services/contract/search.ts";
import { type Embedder, openOnnxEmbedder } from "#services/embed/embed.ts";
import { haveIrcArchive } from "../irc-archive.ts";
import { markdownTable, mean } from "../measure.ts";
import { readIrcReplies } from "./irc-replies.ts";
import { ndcg, noise, recall, reciprocalRank } from "./measures.ts";
import { haveMedicalQa, readMedicalQa } from "./medical-qa.ts";
import type { QuestionSet } from "./question-set.ts";
import { openSearchedSet, type SearchedSet } from "./searched-set.ts";
import { withOneMistake } from "./typing-mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const models = [
  { id: "parlance-static-en-v1", path: join(root, "models", "parlance-static-en-v1") },
  { id: "potion-base-2m", path: join(root, "..", "shared", "models", "potion-base-2m") },
].filter(({ path }) => existsSync(path));
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

const evaluate = async (set: QuestionSet, embedder: Embedder): Promise<string[][]> => {
  const searched = await openSearchedSet(set, embedder);
  try {
    const rows: string[][] = [];
    const byMode = new Map<SearchMode, Scores>();
    for (const mode of modes) {
      const clean = score(set, await asked(set, searched, { mode, mistakes: false }));
      byMode.set(mode, clean);
      const wrong = score(set, await asked(set, searched, { mode, mistakes: true }));
      const kept = mean(wrong.recall.slice(0, MISTAKES)) / mean(clean.recall.slice(0, MISTAKES));
      rows.push([
        set.name,
        embedder.model.id,
        mode,
        figure(mean(clean.ndcg)),
        figure(mean(clean.recall)),
        figure(mean(clean.mrr)),
        `${(kept * 100).toFixed(0)} %`,
      ]);
    }
    const [semantic, lexical, hybrid] = modes.map((mode) => byMode.get(mode)?.ndcg ?? []);
    if (semantic && lexical && hybrid) {
      const better = mean(semantic) > mean(lexical) ? semantic : lexical;
      rows
        .at(-1)
        ?.push(
          `${(mean(hybrid) - mean(better)).toFixed(3)} ± ${(2 * noise(hybrid, better)).toFixed(3)}`,
        );
    }
    return rows.map((row) => (row.length === 8 ? row : [...row, ""]));
  } finally {
    await searched.close();
  }
};

const sets: QuestionSet[] = [
  ...(haveMedicalQa() ? readMedicalQa() : []),
  ...(haveIrcArchive() ? [await readIrcReplies()] : []),
];
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
      "hybrid − better one (nDCG, ± 2 s.e.)",
    ],
    rows,
  )}\n`,
);
