// Word indexes on the IRC archive: building, size, milliseconds per query; FTS5 and our own postings in the same run.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ftsEngine, ftsMatch } from "#index-store/lexical/fts.ts";
import type { LexicalQuery } from "#index-store/lexical/lexical.ts";
import { postingsEngine } from "#index-store/lexical/postings.ts";
import { phraseTerms } from "#index-store/lexical/tokenize.ts";
import { haveIrcArchive, ircMessages, ircQuestions } from "./irc-archive.ts";
import { machine, markdownTable, mean, quantile } from "./measure.ts";

const ours = 1000;
/** Number of queries for FTS5, which takes tens of milliseconds each. */
const theirs = 100;

const timed = async (work: () => Promise<void>): Promise<number> => {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
};

const milliseconds = (ask: () => void): number => {
  const from = performance.now();
  ask();
  return performance.now() - from;
};

const nothing: LexicalQuery = { should: [], must: [], phrases: [], prefixes: [], not: [] };
const ones = (terms: readonly string[]) => terms.map((term) => ({ term, weight: 1 }));

/** Queries of each kind, made from words of real messages. */
const kinds: Record<string, (words: readonly string[]) => LexicalQuery> = {
  OR: (words) => ({ ...nothing, should: ones(words.slice(0, 8)) }),
  AND: (words) => ({ ...nothing, must: ones(words.slice(0, 3)) }),
  phrase: (words) => ({ ...nothing, phrases: [words.slice(0, 3)] }),
  prefix: (words) => ({ ...nothing, prefixes: [(words[1] ?? "a").slice(0, 4)] }),
};

/** One row in so many, evenly spread. */
const oneIn = (rows: number, share: number): Uint32Array => {
  const bits = new Uint32Array((rows + 31) >>> 5);
  for (let row = 0; row < rows; row += share)
    bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
  return bits;
};

const shown = (times: readonly number[]): string =>
  `${mean(times).toFixed(2)} / ${quantile(times, 0.95).toFixed(2)}`;

const run = async (folder: string): Promise<void> => {
  const messages = await ircMessages();
  const text = messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0);
  const questions = ircQuestions(messages, ours).map(phraseTerms);
  const [words, fts] = [join(folder, "words.idx"), join(folder, "fts.db")];
  const ownBuild = await timed(() => postingsEngine.build(messages, words));
  const ftsBuild = await timed(() => ftsEngine.build(messages, fts));
  const size = async (path: string) => ((await stat(path)).size / text).toFixed(2);
  const index = await postingsEngine.open(words);
  const database = new DatabaseSync(fts, { readOnly: true });
  const top = database.prepare(
    "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 10",
  );
  const inFilter = database.prepare(
    "SELECT rowid FROM texts WHERE texts MATCH ? AND rowid % 100 = 0 ORDER BY rank LIMIT 10",
  );
  const statistics = {
    rows: index.rows,
    totalLength: index.totalLength,
    documentFrequency: (term: string) => index.documentFrequency(term),
  };
  const rows: (string | number)[][] = [
    ["building, s", ownBuild.toFixed(2), ftsBuild.toFixed(2)],
    ["size / text", await size(words), await size(fts)],
  ];
  for (const [name, ask] of Object.entries(kinds)) {
    const asked = questions.map(ask);
    const own = () =>
      asked.map((query) => milliseconds(() => index.search(query, { k: 10, statistics })));
    own();
    const matches = asked.slice(0, theirs).map((query) => ftsMatch(query) ?? "");
    const other = matches.map((match) => milliseconds(() => top.all(match)));
    rows.push([`${name}, ms`, shown(own()), shown(other)]);
  }
  const asked = questions.map((question) => (kinds["OR"] ?? (() => nothing))(question));
  for (const share of [10, 100, 1000]) {
    const search = { k: 10, statistics, filter: oneIn(index.rows, share) };
    const own = asked.map((query) => milliseconds(() => index.search(query, search)));
    const matches =
      share === 100 ? asked.slice(0, theirs).map((query) => ftsMatch(query) ?? "") : [];
    const other = matches.map((match) => milliseconds(() => inFilter.all(match)));
    rows.push([`OR, one row in ${share}, ms`, shown(own), other.length > 0 ? shown(other) : "–"]);
  }
  for (const edits of [1, 2] as const) {
    const typos = questions
      .flat()
      .filter((word) => word.length > 5)
      .slice(0, 300)
      .map((word) => `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`);
    const times = typos.map((typo) => milliseconds(() => index.similarTerms(typo, edits, 24)));
    rows.push([`similar terms, ${edits} edits, ms`, shown(times), "–"]);
  }
  console.log(`${messages.length} messages, ${(text / 1e6).toFixed(1)} MB; ${machine()}`);
  console.log(`${[...index.terms()].length} terms. Times are mean / p95, top 10.\n`);
  console.log(markdownTable(["", "own postings", "FTS5"], rows));
  index.close();
  database.close();
};

if (haveIrcArchive()) {
  const folder = await mkdtemp(join(tmpdir(), "parlance-bench-lexical-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
} else {
  console.log("Skipped: the IRC archive is not beside the project.");
}
