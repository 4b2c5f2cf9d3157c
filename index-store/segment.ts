// A segment: built once from documents, then opened part by part, each file checked by its sha256 before it is trusted.
import { rm } from "node:fs/promises";
import type { AnnIndex, RowBitmap, RowReader, RowStream, Rows } from "./ann/ann.ts";
import type { Columns } from "./columns.ts";
import type { Documents, Schema } from "./documents.ts";
import type { Engines } from "./engines.ts";
import { asked } from "./head.ts";
import type { History, HistoryReader, ObjectRef } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import type { LexicalIndex } from "./lexical/lexical.ts";
import { type SegmentEntry, type SegmentFile, segmentFiles } from "./manifest.ts";
import { readTexts, writeTexts } from "./text-file.ts";
import { isOfZlib, readZstdFile, writeZstdFile } from "./zstd-file.ts";

/** Loaded only where columns are written or read: Arrow is 150 modules, which every process would load at its start. */
const columnFiles = () => import("./columns.ts");

/** How many compiled filters a segment keeps: facets of a page use the same few repeatedly. */
const REMEMBERED_FILTERS = 64;

/** Where segments are read from, and with which engines. */
export interface SegmentShelf {
  readonly history: Pick<HistoryReader, "verify" | "objectPath">;
  readonly engines: Engines;
}

/** Where segments are also written. */
export interface SegmentHome extends SegmentShelf {
  readonly history: History;
}

/** The rows of a segment to be written. Each part is made when it is written and then dropped: all at once are hundreds of MB. */
export interface SegmentSource {
  vectors(): Promise<Rows | RowStream>;
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
    recipe = await asked(engines.vectors.build(await source.vectors(), to, id));
  });
  signal?.throwIfAborted();
  let rows = 0;
  const columns = await staged(async (to) => {
    const { ids, columns: values } = await source.columns();
    rows = ids.length;
    const { encodeColumns } = await columnFiles();
    await writeZstdFile(to, [encodeColumns(ids, values, schema)]);
  });
  signal?.throwIfAborted();
  const written = await source.texts();
  const words = await staged((to) => engines.words.build(written, to));
  const texts = await staged((to) => writeTexts(written, to));
  if (recipe === undefined) throw new IndexError("unavailable", "The vectors were not written.");
  return { id, rows, deleted: 0, recipe, files: { vectors, words, columns, texts } };
};

/** Loads at the first call and keeps what came; a load that failed is tried again at the next call. */
class Loaded<T> {
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  get(): Promise<T> {
    if (this.#loading !== undefined) return this.#loading;
    const loading = this.#load();
    this.#loading = loading;
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return loading;
  }

  /** What was loaded, or is being loaded; undefined where nothing is, or where it failed. */
  async current(): Promise<T | undefined> {
    const [loaded] = await Promise.allSettled([this.#loading]);
    return loaded.status === "fulfilled" ? loaded.value : undefined;
  }
}

const readColumns = async (path: string): Promise<Uint8Array> => {
  try {
    return new Uint8Array(await readZstdFile(path));
  } catch (cause) {
    if (!isOfZlib(cause)) throw cause;
    throw new IndexError("damaged", `${path} cannot be decompressed.`, { cause });
  }
};

/** One segment as opened: its parts load when they are first asked for and stay until it is closed. */
export class Segment {
  readonly entry: SegmentEntry;
  readonly #home: SegmentShelf;
  readonly #filters = new Map<string, RowBitmap>();
  readonly #columns: Loaded<Columns>;
  readonly #vectors: Loaded<AnnIndex>;
  readonly #words: Loaded<LexicalIndex>;

  constructor(home: SegmentShelf, entry: SegmentEntry) {
    this.#home = home;
    this.entry = entry;
    const { engines } = home;
    this.#columns = new Loaded(() => this.#decoded());
    this.#vectors = new Loaded(async () =>
      engines.vectors.open(await this.#checked("vectors"), entry.recipe),
    );
    this.#words = new Loaded(async () => engines.words.open(await this.#checked("words")));
  }

  columns(): Promise<Columns> {
    return this.#columns.get();
  }

  /** The ids and these columns only, read afresh and not kept: texts of all columns take more room than their numbers. */
  async someColumns(names: readonly string[]): Promise<Columns> {
    return this.#decoded(names);
  }

  async #decoded(names?: readonly string[]): Promise<Columns> {
    const bytes = await readColumns(await this.#checked("columns"));
    return (await columnFiles()).decodeColumns(bytes, this.entry.rows, names);
  }

  vectors(): Promise<AnnIndex> {
    return this.#vectors.get();
  }

  words(): Promise<LexicalIndex> {
    return this.#words.get();
  }

  /** Opens the vectors to be read one by one; the caller closes them. */
  async openToRead(): Promise<RowReader> {
    const path = await this.#checked("vectors");
    return this.#home.engines.vectors.openToRead(path, this.entry.recipe);
  }

  /** @throws IndexError "damaged" where the part's file is missing or not what was written */
  async check(part: SegmentFile): Promise<void> {
    await this.#checked(part);
  }

  /** Read afresh each time: only merges, erasures and rebuilding need the texts. */
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
    for (const part of [this.#vectors, this.#words]) (await part.current())?.close();
    this.#filters.clear();
  }

  /** The path of a part's file, whose checksum is checked first. @throws IndexError "damaged" */
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

/** Segments by id and content, shared by all snapshots that need them and closed when the last one releases them. */
export class SegmentCache {
  readonly #home: SegmentShelf;
  readonly #open = new Map<string, { segment: Segment; users: number }>();

  constructor(home: SegmentShelf) {
    this.#home = home;
  }

  acquire(entry: SegmentEntry): Segment {
    // The content is part of the key, so that a rewritten history is never answered from what was erased.
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
