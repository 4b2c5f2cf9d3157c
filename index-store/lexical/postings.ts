// Words in our own immutable inverted index: builds `words.idx` and opens it.
import { open, readFile } from "node:fs/promises";
import { Dictionary } from "./dictionary.ts";
import { type LexicalEngine, LexicalError, type LexicalIndex } from "./lexical.ts";
import { Matcher } from "./matching.ts";
import { damaged, decodePostings, encodePostings, type PostingsData } from "./postings-format.ts";
import { invert } from "./postings-writer.ts";

const build = async (texts: readonly string[], path: string): Promise<void> => {
  const parts = encodePostings(await invert(texts));
  const file = await open(path, "w");
  try {
    for (const part of parts) await file.writeFile(part);
  } finally {
    await file.close();
  }
};

const rising = (offsets: Uint32Array, count: number, end: number): boolean => {
  if (offsets.length !== count + 1 || offsets[0] !== 0 || offsets[count] !== end) return false;
  for (let at = 0; at < count; at++) if ((offsets[at] ?? 0) > (offsets[at + 1] ?? 0)) return false;
  return true;
};

/** Everything that a search follows without asking again. @throws LexicalError "damaged" */
const check = (data: PostingsData): void => {
  if (data.lengths.length !== data.rows) throw damaged("its rows and their lengths do not agree");
  if (!rising(data.termOffsets, data.terms, data.termBytes.length)) throw damaged("its terms are not in order");
  if (!rising(data.postingOffsets, data.terms, data.postingRows.length)) throw damaged("its postings are not in order");
  if (!rising(data.positionOffsets, data.terms, data.positions.length)) throw damaged("its positions are not in order");
  if (data.frequencies.length !== data.postingRows.length) throw damaged("postings and frequencies do not agree");
  for (const row of data.postingRows) if (row >= data.rows) throw damaged("a posting names a row that is not there");
};

const openPostings = async (path: string): Promise<LexicalIndex> => {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw damaged(`${path} cannot be read`, cause);
  });
  const buffer = new Uint8Array(bytes).buffer;
  const data = decodePostings(buffer);
  check(data);
  const dictionary = new Dictionary(data);
  const matcher = new Matcher(data, dictionary);
  let closed = false;
  const opened = <T>(answer: () => T): T => {
    if (closed) throw new LexicalError("bad-query", "This word index has been closed.");
    return answer();
  };
  return {
    rows: data.rows,
    totalLength: data.totalLength,
    memory: buffer.byteLength + data.rows * 4,
    documentFrequency: (term) =>
      opened(() => {
        const place = dictionary.find(term);
        return place < 0 ? 0 : dictionary.frequency(place);
      }),
    search: (query, search) => opened(() => matcher.search(query, search)),
    termsWithPrefix: (prefix, limit) => opened(() => dictionary.withPrefix(prefix, limit)),
    similarTerms: (term, maxEdits, limit) => opened(() => dictionary.similar(term, maxEdits, limit)),
    *terms() {
      for (let place = 0; place < data.terms; place++)
        yield { term: dictionary.term(place), documentFrequency: dictionary.frequency(place) };
    },
    close: () => {
      closed = true;
    },
  };
};

export const postingsEngine = (): LexicalEngine => ({ build, open: openPostings });
