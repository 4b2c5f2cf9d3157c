// An index grown to any size through the real index store, with merges beside it as the workers make them: rates of commits, how soon
// the newest row is found, times of searches, memory of each process, disk. `scale.bench.ts [rows]`: 1,500,000 by default.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Documents,
  type IndexStore,
  type LexicalQuery,
  openIndexStore,
  type Searcher,
  tokenize,
} from "#index-store/index-store.ts";
import { indexSchema } from "#services/indexes/schema.ts";
import { mergeInProcess } from "../../workers/merge-process.ts";
import { familyOf, memoryOf } from "../e2e/running-server.ts";
import { ircMessages, ircQuestions, seeded } from "./irc-archive.ts";
import { type Embed, withShippedModel } from "./labelled-sets.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";
import { haveSentences, resampled, sentences } from "./resampled.ts";

const total = Number(process.argv[2] ?? 1_500_000);
const smallSize = 200_000;
/** Rows of a version, as the commit stage takes them at most. */
const commitRows = 32_768;
const questionCount = 300;

const random = seeded(5);
const oneOf = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? "";
const authors = Array.from({ length: 20_000 }, (_, at) => `author ${at}`);
const channels = Array.from({ length: 40 }, (_, at) => `#channel-${at}`);

/** Columns as real ones: ten messages of a conversation on average, a message for each chunk. */
const documentsOf = async (
  texts: readonly string[],
  { first, embed }: { readonly first: number; readonly embed: Embed },
): Promise<Documents> => {
  const of = (make: (row: number) => string) => texts.map((_, at) => make(first + at));
  return {
    ids: of(
      (row) => `chk_${(Math.imul(row, 2_654_435_761) >>> 0).toString(36)}${row.toString(36)}`,
    ),
    texts,
    vectors: await embed(texts),
    columns: {
      conversation: of((row) => `cnv_${Math.floor(row / 10).toString(36)}`),
      message: of((row) => `msg_${row.toString(36)}`),
      author: of(() => oneOf(authors)),
      role: of(() => "user"),
      kind: of(() => "text"),
      source: of(() => "irc"),
      channel: of(() => oneOf(channels)),
      language: of(() => "en"),
      upload: of(() => "upl_1"),
      at: Float64Array.from(texts, (_, at) => 1.2e12 + (first + at) * 60_000),
    },
  };
};

const queryOf = (text: string): LexicalQuery => ({
  should: [...new Set(tokenize(text).map(({ term }) => term))].map((term) => ({ term, weight: 1 })),
  must: [],
  phrases: [],
  prefixes: [],
  not: [],
});

interface Questions {
  readonly texts: readonly string[];
  readonly vectors: readonly Float32Array[];
}

const timesOf = async (searcher: Searcher, { texts, vectors }: Questions) => {
  const rows = searcher.select({ kind: "in", column: "channel", values: channels.slice(0, 4) });
  const kinds = {
    "by words": async (at: number) => searcher.lexical(queryOf(texts[at] ?? ""), { k: 100 }),
    "by meaning": (at: number) => searcher.semantic(vectors[at] ?? new Float32Array(), { k: 100 }),
    "by meaning, a tenth passes": (at: number) =>
      searcher.semantic(vectors[at] ?? new Float32Array(), { k: 100, within: rows }),
    both: async (at: number) => {
      searcher.lexical(queryOf(texts[at] ?? ""), { k: 100 });
      await searcher.semantic(vectors[at] ?? new Float32Array(), { k: 100 });
    },
  };
  const lines: (string | number)[][] = [];
  for (const [kind, ask] of Object.entries(kinds)) {
    for (let at = 0; at < 20; at++) await ask(at);
    const took: number[] = [];
    const before = process.cpuUsage();
    for (let at = 0; at < texts.length; at++) {
      const started = performance.now();
      await ask(at);
      took.push(performance.now() - started);
    }
    const { user, system } = process.cpuUsage(before);
    lines.push([
      kind,
      searcher.rows,
      quantile(took, 0.5).toFixed(1),
      quantile(took, 0.95).toFixed(1),
      ((user + system) / 1000 / texts.length).toFixed(1),
    ]);
  }
  return lines;
};

/** Merges what is worth it, over and over, until told to stop; then at rest. */
const merging = (index: IndexStore) => {
  const stop = new AbortController();
  const { path, dim, schema } = index;
  const task = {
    path,
    dim,
    schema,
    engine: "auto",
    collection: "scale",
    vectorsUrl: undefined,
  } as const;
  const merge = async (atRest: boolean) => {
    const plan = await index.planMerge({ atRest });
    return (
      plan !== null && (await mergeInProcess({ ...task, atRest }, new AbortController().signal))
    );
  };
  const running = (async () => {
    let merges = 0;
    while (!stop.signal.aborted)
      if (await merge(false)) merges++;
      else await sleep(200);
    return merges;
  })();
  return {
    async rest() {
      stop.abort();
      const merges = await running;
      let atRest = 0;
      while (await merge(true)) atRest++;
      return { merges, atRest };
    },
  };
};

const main = async (embed: Embed) => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-scale-"));
  const pool = await sentences();
  const questions = ircQuestions(await ircMessages(), questionCount, 23);
  const { dim, data } = await embed(questions);
  const asked = {
    texts: questions,
    vectors: questions.map((_, at) => data.slice(at * dim, (at + 1) * dim)),
  };
  const open = () =>
    openIndexStore({
      path: join(folder, "index.git"),
      dim,
      schema: indexSchema,
      now: () => Date.now(),
      newId: () => randomUUID().replaceAll("-", ""),
    });
  const index = await open();
  let [own, child] = [0, 0];
  const watching = setInterval(() => {
    own = Math.max(own, memoryOf([process.pid]));
    child = Math.max(child, memoryOf(familyOf(process.pid).slice(1)));
  }, 250);
  const times: (string | number)[][] = [];
  const commits: { readonly rows: number; readonly ms: number; readonly foundMs: number }[] = [];
  let characters = 0;
  let mostSegments = 0;
  const merges = merging(index);
  const started = performance.now();
  let held: Searcher | undefined;
  let rows = 0;
  let texts: string[] = [];
  const commit = async () => {
    const documents = await documentsOf(texts, { first: rows, embed });
    const from = performance.now();
    await index.commit({ add: [documents] }, { message: "Add chunks" });
    const ms = performance.now() - from;
    const searcher = await index.searcher();
    const newest = searcher.rowsOf([documents.ids.at(-1) ?? ""]);
    if (newest.count !== 1) throw new Error("The newest row is not found.");
    commits.push({ rows: texts.length, ms, foundMs: performance.now() - from });
    held?.close();
    held = searcher;
    rows += texts.length;
    texts = [];
    const [version] = await index.versions({ limit: 1 });
    mostSegments = Math.max(mostSegments, version?.segments ?? 0);
    if (rows >= smallSize && times.length === 0 && total > smallSize)
      times.push(...(await timesOf(searcher, asked)));
  };
  try {
    for (const text of resampled(pool, total)) {
      characters += text.length;
      texts.push(text);
      if (texts.length === commitRows) await commit();
    }
    if (texts.length > 0) await commit();
    const grown = (performance.now() - started) / 1000;
    const merged = await merges.rest();
    held?.close();
    const searcher = await index.searcher();
    times.push(...(await timesOf(searcher, asked)));
    searcher.close();
    const rateOf = (some: typeof commits) =>
      some.reduce((sum, one) => sum + one.rows, 0) /
      (some.reduce((sum, one) => sum + one.foundMs, 0) / 1000);
    const tenth = Math.max(1, Math.floor(commits.length / 10));
    const [first, last] = [rateOf(commits.slice(1, 1 + tenth)), rateOf(commits.slice(-tenth))];
    const [newest] = await index.versions({ limit: 1 });
    const found = commits.map(({ foundMs }) => foundMs / 1000);
    console.log(
      `\n## ${total} made-up chunks (sentences of ../shared/data drawn with a seed, ${(characters / 1e6).toFixed(0)} MB): ${machine()}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString().slice(0, 16)}\n`,
    );
    console.log(
      markdownTable(
        ["what", "figure"],
        [
          ["seconds until all are committed, embedding included", grown.toFixed(0)],
          [
            "rows/s of commits, a tenth of them at the start / at the end",
            `${first.toFixed(0)} / ${last.toFixed(0)} (${((100 * last) / first).toFixed(0)} %)`,
          ],
          [
            "seconds from a commit's start until its rows are found, median / most",
            `${quantile(found, 0.5).toFixed(1)} / ${Math.max(...found).toFixed(1)}`,
          ],
          ["most segments", mostSegments],
          ["merges beside commits / at rest", `${merged.merges} / ${merged.atRest}`],
          ["segments at rest", newest?.segments ?? 0],
          ["peak memory MB, committing, embedding and searching", (own / 1e6).toFixed(0)],
          ["peak memory MB, merging", (child / 1e6).toFixed(0)],
          [
            "MB of the newest version / of all of the folder",
            `${((newest?.bytes ?? 0) / 1e6).toFixed(0)} / ${((await index.size()) / 1e6).toFixed(0)}`,
          ],
        ],
      ),
    );
    console.log(`\nTimes in the index, ms, ${questionCount} questions of IRC, the 100 best:\n`);
    console.log(markdownTable(["", "rows", "p50", "p95", "CPU"], times));
  } finally {
    clearInterval(watching);
    await index.close();
    await rm(folder, { recursive: true, force: true });
  }
};

if (haveSentences()) await withShippedModel(main);
else console.log("skipped: ../shared/data is not here");
