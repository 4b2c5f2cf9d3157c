// A segment: built once from documents, then opened part by part, each file checked by its sha256 before it is trusted.
import { readFile, rm, writeFile } from "node:fs/promises";
import type { AnnIndex, RowBitmap, RowReader } from "./ann/ann.ts";
import { type Columns, decodeColumns, encodeColumns } from "./columns.ts";
import type { Documents, Schema } from "./documents.ts";
import type { Engines } from "./engines.ts";
import type { History, ObjectRef } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import type { LexicalIndex } from "./lexical/lexical.ts";
import { type SegmentEntry, type SegmentFile, segmentFiles } from "./manifest.ts";
import { readTexts, writeTexts } from "./text-file.ts";

/** Filters that a segment keeps the answer of: a page's facets ask for the same few again and again. */
const REMEMBERED_FILTERS = 64;

/** Where segments lie and what reads them. */
export interface SegmentHome {
  readonly history: History;
  readonly engines: Engines;
}

/** The rows of a segment to be, each part made when it is written and let go of after: all at once are hundreds of MB. */
export interface SegmentSource {
  vectors(): Promise<Documents["vectors"]>;
  texts(): Promise<Documents["texts"]>;
  columns(): Promise<Pick<Documents, "ids" | "columns">>;
}

export const sourceOf = (documents: Documents): SegmentSource => ({
  vectors: async () => documents.vectors,
  texts: async () => documents.texts,
  columns: async () => documents,
});

/**
 * Writes the files of a segment and adopts them; durable, though no version names them yet. `signal` stops it between two.
 * @throws the signal's reason
 */
export const buildSegment = async (
  home: SegmentHome,
  id: string,
  source: SegmentSource,
  { schema, signal }: { readonly schema: Schema; readonly signal?: AbortSignal | undefined },
): Promise<SegmentEntry> => {
  const { history, engines } = home;
  const staged = async (write: (path: string) => Promise<unknown>): Promise<ObjectRef> => {
    const path = await history.stage();
    try {
      await write(path);
      return await history.adopt(path);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };
  let recipe: SegmentEntry["recipe"] | undefined;
  const vectors = await staged(async (to) => {
    recipe = await engines.vectors.build(await source.vectors(), to);
  });
  signal?.throwIfAborted();
  let rows = 0;
  const columns = await staged(async (to) => {
    const { ids, columns: values } = await source.columns();
    rows = ids.length;
    await writeFile(to, encodeColumns(ids, values, schema));
  });
  signal?.throwIfAborted();
  const written = await source.texts();
  const words = await staged((to) => engines.words.build(written, to));
  const texts = await staged((to) => writeTexts(written, to));
  if (recipe === undefined) throw new IndexError("unavailable", "The vectors were not written.");
  return { id, rows, deleted: 0, recipe, files: { vectors, words, columns, texts } };
};

/** One segment as opened: its parts load when they are first asked for and stay until it is closed. */
export class Segment {
  readonly entry: SegmentEntry;
  readonly #home: SegmentHome;
  readonly #filters = new Map<string, RowBitmap>();
  #columns: Promise<Columns> | undefined;
  #vectors: Promise<AnnIndex> | undefined;
  #words: Promise<LexicalIndex> | undefined;

  constructor(home: SegmentHome, entry: SegmentEntry) {
    this.#home = home;
    this.entry = entry;
  }

  columns(): Promise<Columns> {
    this.#columns ??= this.#checked("columns").then(async (path) =>
      decodeColumns(await readFile(path), this.entry.rows),
    );
    return this.#columns;
  }

  vectors(): Promise<AnnIndex> {
    const { engines } = this.#home;
    this.#vectors ??= this.#checked("vectors").then((path) =>
      engines.vectors.open(path, this.entry.recipe),
    );
    return this.#vectors;
  }

  words(): Promise<LexicalIndex> {
    this.#words ??= this.#checked("words").then((path) => this.#home.engines.words.open(path));
    return this.#words;
  }

  /** The vectors for reading them one by one, not kept: `use` has them until it is done. */
  async readVectors<T>(use: (vectors: RowReader) => Promise<T>): Promise<T> {
    const path = await this.#checked("vectors");
    const vectors = await this.#home.engines.vectors.openToRead(path, this.entry.recipe);
    try {
      return await use(vectors);
    } finally {
      vectors.close();
    }
  }

  /** Not kept: only merges and erasures read the texts. */
  async texts(): Promise<string[]> {
    return readTexts(await this.#checked("texts"), this.entry.rows);
  }

  /** The rows that pass a filter, live or not, from memory where it was asked before. */
  remembered(key: string, compile: () => RowBitmap): RowBitmap {
    const known = this.#filters.get(key);
    const bits = known ?? compile();
    // Deleting and setting again keeps the Map in order of last use.
    this.#filters.delete(key);
    this.#filters.set(key, bits);
    if (this.#filters.size > REMEMBERED_FILTERS)
      for (const oldest of this.#filters.keys()) {
        this.#filters.delete(oldest);
        break;
      }
    return bits;
  }

  async close(): Promise<void> {
    const parts = await Promise.allSettled([this.#vectors, this.#words]);
    for (const part of parts) if (part.status === "fulfilled") part.value?.close();
    this.#filters.clear();
  }

  /** The path of a part's file once its bytes have been found to be those that the manifest names. */
  async #checked(part: SegmentFile): Promise<string> {
    const object = this.entry.files[part];
    const { history } = this.#home;
    if (!(await history.verify(object)))
      throw new IndexError(
        "damaged",
        `${segmentFiles[part]} of segment ${this.entry.id} is missing or not what was written (${history.objectPath(object)}).`,
      );
    return history.objectPath(object);
  }
}

/** Segments by id, shared by all snapshots that need them and closed when the last one lets go. */
export class SegmentCache {
  readonly #home: SegmentHome;
  readonly #open = new Map<string, { segment: Segment; users: number }>();

  constructor(home: SegmentHome) {
    this.#home = home;
  }

  acquire(entry: SegmentEntry): Segment {
    // The content is part of the key: a rewritten history may not be answered from what was erased.
    const key = keyOf(entry);
    const held = this.#open.get(key) ?? { segment: new Segment(this.#home, entry), users: 0 };
    held.users++;
    this.#open.set(key, held);
    return held.segment;
  }

  async release(segment: Segment): Promise<void> {
    const key = keyOf(segment.entry);
    const held = this.#open.get(key);
    if (!held) return;
    held.users--;
    if (held.users > 0) return;
    this.#open.delete(key);
    await segment.close();
  }
}

const keyOf = ({ id, files }: SegmentEntry) =>
  `${id}:${files.columns.sha256}:${files.vectors.sha256}`;
