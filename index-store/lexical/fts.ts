// SQLite's FTS5 behind the same port: the reference for which rows match, in tests and benchmarks only.
import { rename, rm } from "node:fs/promises";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { RowBitmap } from "../ann/ann.ts";
import { hasBit } from "../bitmap.ts";
import { Contribution, idf } from "./bm25.ts";
import {
  type GroupCounts,
  type LexicalEngine,
  LexicalError,
  type LexicalHits,
  type LexicalIndex,
  type LexicalQuery,
  type LexicalSearch,
  type TermFrequency,
  type WeightedTerm,
  type WordMass,
} from "./lexical.ts";
import { positionTerms } from "./phrase.ts";
import { tokenize } from "./tokenize.ts";

/*
 * Both sides must see the same terms, so FTS5 gets ours: each as the hex of its UTF-8 (which keeps prefixes), words in one
 * column and compounds in another, where no phrase looks. FTS5's own bm25() cannot be told the statistics of other
 * segments and bounds its idf otherwise, so rows are scored here, from the frequencies in FTS5's own vocabulary table.
 */
const encodeTerm = (term: string): string => `x${Buffer.from(term, "utf8").toString("hex")}`;
const decodeTerm = (encoded: string): string =>
  Buffer.from(encoded.slice(1), "hex").toString("utf8");

const inColumns = (text: string): { words: string; compounds: string } => {
  const tokens = tokenize(text);
  const encoded = (compound: boolean) =>
    tokens
      .filter((token) => token.compound === compound)
      .map(({ term }) => encodeTerm(term))
      .join(" ");
  return { words: encoded(false), compounds: encoded(true) };
};

const termMatch = (term: string): string => `"${encodeTerm(term)}"`;

const phraseMatch = (phrase: readonly string[]): string => {
  const terms = positionTerms(phrase);
  return terms.length === 1
    ? termMatch(terms[0] ?? "")
    : `words : "${terms.map(encodeTerm).join(" ")}"`;
};

/** The question in FTS5's language; undefined where it asks for nothing. */
export const ftsMatch = (query: LexicalQuery): string | undefined => {
  const gates = [
    ...query.must.map(({ term }) => termMatch(term)),
    ...query.phrases.filter((phrase) => phrase.length > 0).map(phraseMatch),
    ...query.prefixes.map((prefix) => `${encodeTerm(prefix)} *`),
  ];
  const wanted =
    gates.length > 0
      ? gates.map((gate) => `(${gate})`).join(" AND ")
      : query.should.map(({ term }) => termMatch(term)).join(" OR ");
  if (wanted === "") return undefined;
  const not = query.not.filter((phrase) => phrase.length > 0).map(phraseMatch);
  return not.length === 0
    ? wanted
    : `(${wanted}) NOT (${not.map((one) => `(${one})`).join(" OR ")})`;
};

class FtsIndex implements LexicalIndex {
  readonly rows: number;
  readonly totalLength: number;
  readonly memory = 0;
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const [sums] = this.#all("SELECT count(*) AS rows, total(length) AS total FROM lengths", []);
    this.rows = Number(sums?.["rows"]);
    this.totalLength = Number(sums?.["total"]);
  }

  documentFrequency(term: string): number {
    const [found] = this.#all("SELECT doc FROM by_term WHERE term = ?", [encodeTerm(term)]);
    return Number(found?.["doc"] ?? 0);
  }

  lengthOf(rows: RowBitmap): number {
    return this.#all("SELECT rowid, length FROM lengths", [])
      .filter((one) => hasBit(rows, Number(one["rowid"])))
      .reduce((sum, one) => sum + Number(one["length"]), 0);
  }

  markRows(term: string, rows: Uint32Array, marks: Uint8Array): void {
    const found = this.#frequencies(term, term);
    for (const [at, row] of rows.entries()) if (found.has(row)) marks[at] = 1;
  }

  addLengths(groups: Int32Array, lengths: Float64Array): void {
    for (const one of this.#all("SELECT rowid, length FROM lengths", [])) {
      const group = groups[Number(one["rowid"])] ?? -1;
      if (group >= 0) lengths[group] = (lengths[group] ?? 0) + Number(one["length"]);
    }
  }

  countTerm({ term, weight }: WeightedTerm, groups: Int32Array, into: GroupCounts): void {
    for (const [row, frequency] of this.#frequencies(term, term)) {
      const group = groups[row] ?? -1;
      if (group < 0) continue;
      if (into.counts[group] === 0) into.met[into.size++] = group;
      into.counts[group] = (into.counts[group] ?? 0) + weight * frequency;
    }
  }

  search(query: LexicalQuery, search: LexicalSearch): LexicalHits {
    const rows = this.#matching(query).filter(
      (row) =>
        search.filter === undefined || (((search.filter[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1,
    );
    const scores = this.#scores(query, search);
    const best = rows
      .map((row) => ({ row, score: Math.fround(scores.get(row) ?? 0) }))
      .sort((a, b) => b.score - a.score || a.row - b.row)
      .slice(0, search.k);
    const matches = new Uint32Array((this.rows + 31) >>> 5);
    for (const row of rows) matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
    return {
      rows: Uint32Array.from(best, ({ row }) => row),
      scores: Float32Array.from(best, ({ score }) => score),
      total: rows.length,
      ...(search.countAll === true ? { matches } : {}),
    };
  }

  rowsWithMass(words: readonly WordMass[], least: number): Uint32Array {
    const sums = new Map<number, number>();
    for (const { terms, mass } of words) {
      const should = terms.map((term) => ({ term, weight: 1 }));
      for (const row of this.#matching({ should, must: [], phrases: [], prefixes: [], not: [] }))
        sums.set(row, (sums.get(row) ?? 0) + mass);
    }
    const matches = new Uint32Array((this.rows + 31) >>> 5);
    for (const [row, sum] of sums)
      if (sum >= least - 1e-6) matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
    return matches;
  }

  termsWithPrefix(prefix: string, limit: number): TermFrequency[] {
    const all = [...this.terms()].filter(({ term }) => term.startsWith(prefix));
    return all.sort((a, b) => b.documentFrequency - a.documentFrequency).slice(0, limit);
  }

  similarTerms(
    term: string,
    maxEdits: 1 | 2,
    limit: number,
  ): (TermFrequency & { edits: number })[] {
    return [...this.terms()]
      .map((known) => ({ ...known, edits: editDistance(term, known.term) }))
      .filter(({ edits }) => edits <= maxEdits)
      .sort((a, b) => a.edits - b.edits || b.documentFrequency - a.documentFrequency)
      .slice(0, limit);
  }

  *terms(): IterableIterator<TermFrequency> {
    for (const { term, doc } of this.#all("SELECT term, doc FROM by_term ORDER BY term", []))
      yield { term: decodeTerm(String(term)), documentFrequency: Number(doc) };
  }

  close(): void {
    this.#database.close();
  }

  #all(sql: string, values: SQLInputValue[]) {
    return this.#database.prepare(sql).all(...values);
  }

  #matching(query: LexicalQuery): number[] {
    const match = ftsMatch(query);
    if (match === undefined) return [];
    return this.#all("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid", [match]).map(
      (one) => Number(one["rowid"]),
    );
  }

  #scores(query: LexicalQuery, { statistics }: LexicalSearch): Map<number, number> {
    const average = statistics.totalLength / Math.max(1, statistics.rows);
    const lengths = this.#all("SELECT length FROM lengths ORDER BY rowid", []);
    const scores = new Map<number, number>();
    const add = (frequencies: ReadonlyMap<number, number>, scale: number) => {
      const contribution = new Contribution(scale, average);
      for (const [row, frequency] of frequencies) {
        const part = contribution.of(frequency, Number(lengths[row]?.["length"]));
        scores.set(row, (scores.get(row) ?? 0) + part);
      }
    };
    const rarity = (term: string) => idf(statistics.rows, statistics.documentFrequency(term));
    for (const { term, weight } of [...query.should, ...query.must])
      add(this.#frequencies(term, term), weight * rarity(term));
    for (const phrase of query.phrases.filter((one) => one.length > 0)) {
      const terms = positionTerms(phrase);
      add(
        this.#phraseFrequencies(terms),
        terms.reduce((sum, term) => sum + rarity(term), 0),
      );
    }
    for (const prefix of query.prefixes) add(this.#frequencies(prefix, `${prefix}\u{10ffff}`), 1);
    return scores;
  }

  /** How often terms from … to stand in each row. */
  #frequencies(from: string, to: string): Map<number, number> {
    const sql = "SELECT doc, count(*) AS times FROM places WHERE term BETWEEN ? AND ? GROUP BY doc";
    const found = this.#all(sql, [encodeTerm(from), encodeTerm(to)]);
    return new Map(found.map(({ doc, times }) => [Number(doc), Number(times)]));
  }

  #phraseFrequencies(terms: readonly string[]): Map<number, number> {
    const [first] = terms;
    if (first === undefined) return new Map();
    if (terms.length === 1) return this.#frequencies(first, first);
    const sql = "SELECT doc, offset FROM places WHERE term = ? AND col = 'words'";
    const keys = terms.map((term, at) =>
      this.#all(sql, [encodeTerm(term)]).map(({ doc, offset }) => `${doc} ${Number(offset) - at}`),
    );
    const [starts = [], ...others] = keys;
    const sets = others.map((more) => new Set(more));
    const times = new Map<number, number>();
    for (const start of starts) {
      if (!sets.every((more) => more.has(start))) continue;
      const row = Number.parseInt(start, 10);
      times.set(row, (times.get(row) ?? 0) + 1);
    }
    return times;
  }
}

/** Optimal string alignment distance by code point, from the whole table. */
const editDistance = (from: string, to: string): number => {
  const a = [...from];
  const b = [...to];
  const lines = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  a.forEach((char, above) => {
    const last = lines[above] ?? [];
    const line = [above + 1];
    b.forEach((other, before) => {
      const changed = (last[before] ?? 0) + (char === other ? 0 : 1);
      const swapped =
        above > 0 && before > 0 && char === b[before - 1] && a[above - 1] === other
          ? (lines[above - 1]?.[before - 1] ?? 0) + 1
          : changed;
      line.push(Math.min(changed, swapped, (last[before + 1] ?? 0) + 1, (line[before] ?? 0) + 1));
    });
    lines.push(line);
  });
  return lines[a.length]?.[b.length] ?? 0;
};

const SCHEMA = `
  CREATE VIRTUAL TABLE texts USING fts5(words, compounds, tokenize = 'ascii');
  CREATE VIRTUAL TABLE by_term USING fts5vocab(texts, row);
  CREATE VIRTUAL TABLE places USING fts5vocab(texts, instance);
  CREATE TABLE lengths (length INTEGER NOT NULL);
`;

export const ftsEngine: LexicalEngine = {
  async build(texts, path) {
    const unfinished = `${path}.part`;
    await rm(unfinished, { force: true });
    const database = new DatabaseSync(unfinished);
    database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${SCHEMA} BEGIN`);
    const add = database.prepare("INSERT INTO texts (rowid, words, compounds) VALUES (?, ?, ?)");
    const measure = database.prepare("INSERT INTO lengths (rowid, length) VALUES (?, ?)");
    for (const [row, text] of texts.entries()) {
      const { words, compounds } = inColumns(text);
      add.run(row, words, compounds);
      measure.run(row, words === "" ? 0 : words.split(" ").length);
    }
    database.exec("COMMIT; INSERT INTO texts (texts) VALUES ('optimize')");
    database.close();
    await rename(unfinished, path);
  },

  async open(path) {
    try {
      return new FtsIndex(new DatabaseSync(path, { readOnly: true }));
    } catch (cause) {
      throw new LexicalError("damaged", "SQLite cannot read this word index; build it again.", {
        cause,
      });
    }
  },
};
