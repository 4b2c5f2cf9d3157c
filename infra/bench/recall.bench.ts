// recall@10 of the index of the IRC archive against the exact answer, without filters and with filters that only a few rows pass.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Filter, openIndexStore, type Searcher } from "#index-store/index-store.ts";
import { openOnnxEmbedder, resolveModel } from "#services/embed/embed.ts";
import { haveIrcArchive, ircMessages, ircQuestions, seeded } from "./irc-archive.ts";
import { machine, markdownTable, mean, quantile } from "./measure.ts";

const shares = [1, 0.1, 0.01, 0.001];
const batch = 8192;

/** The tenth best exact similarity among rows that pass: rows that reach it count as found, because some texts are equal. */
const exactBars = async (
  searcher: Searcher,
  questions: readonly Float32Array[],
  passes: (id: string) => boolean,
) => {
  const best = questions.map(() => new Float32Array(10).fill(-2));
  for await (const { ids, vectors } of searcher.scan(batch)) {
    for (const [row, id] of ids.entries()) {
      if (!passes(id)) continue;
      const vector = vectors.data.subarray(row * vectors.dim, (row + 1) * vectors.dim);
      for (const [number, question] of questions.entries()) {
        let sum = 0;
        for (let at = 0; at < vectors.dim; at++) sum += (vector[at] ?? 0) * (question[at] ?? 0);
        const list = best[number];
        if (list === undefined || sum <= (list[9] ?? 0)) continue;
        list[9] = sum;
        list.sort((a, b) => b - a);
      }
    }
  }
  return best.map((list) => ({
    bar: list[9] ?? -2,
    exist: list.filter((value) => value > -2).length,
  }));
};

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

const main = async () => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const path = await mkdtemp(join(tmpdir(), "parlance-recall-"));
  const { id, path: model } = await resolveModel({
    setting: undefined,
    home: path,
    hub: "http://127.0.0.1:1",
  });
  const embedder = await openOnnxEmbedder({ id, path: model, threads: 2 });
  try {
    const texts = [...new Set((await ircMessages()).map((text) => text.trim()))];
    const index = await openIndexStore({
      path: join(path, "index.git"),
      dim: embedder.model.dim,
      schema: { share: "number" },
      now: () => Date.now(),
      newId: () => crypto.randomUUID().replaceAll("-", ""),
    });
    const random = seeded(3);
    for (let from = 0; from < texts.length; from += 60_000) {
      const part = texts.slice(from, from + 60_000);
      const { vectors } = await embedder.embed(part, { truncate: true });
      await index.commit(
        {
          add: [
            {
              ids: part.map((_, at) => `r${from + at}`),
              vectors,
              texts: part,
              columns: { share: Float64Array.from(part, () => random()) },
            },
          ],
        },
        { message: "rows" },
      );
    }
    await index.merge({ all: true });
    const searcher = await index.searcher();
    const questions = ircQuestions(texts, 100, 23).map((text) =>
      text.split(" ").slice(1).join(" "),
    );
    const { vectors } = await embedder.embed(questions, { inputType: "query", truncate: true });
    const asked = questions.map((_, at) =>
      vectors.data.slice(at * vectors.dim, (at + 1) * vectors.dim),
    );
    const rows: (string | number)[][] = [];
    for (const share of shares) {
      const filter: Filter = { kind: "range", column: "share", before: share };
      const within = searcher.select(share === 1 ? undefined : filter);
      const passing = share === 1 ? undefined : idsWithin(texts.length, share);
      const bars = await exactBars(
        searcher,
        asked,
        (one) => passing === undefined || passing.has(one),
      );
      let found = 0;
      let possible = 0;
      const took: number[] = [];
      for (const [number, question] of asked.entries()) {
        const started = performance.now();
        const hits = await searcher.semantic(question, { k: 10, within });
        took.push(performance.now() - started);
        const { bar, exist } = bars[number] ?? { bar: 0, exist: 0 };
        possible += exist;
        for (const hit of hits) {
          const vector = searcher.vector(hit.id);
          if (vector !== undefined && dot(vector, question) >= bar - 1e-5) found++;
        }
      }
      rows.push([
        `${share * 100} %`,
        within.count,
        (found / possible).toFixed(4),
        mean(took).toFixed(2),
        quantile(took, 0.95).toFixed(2),
      ]);
    }
    console.log(
      `\n## recall@10, ${texts.length} distinct IRC messages × ${embedder.model.dim}: ${machine()}\n`,
    );
    console.log(markdownTable(["rows that pass", "rows", "recall@10", "mean ms", "p95 ms"], rows));
    searcher.close();
    await index.close();
  } finally {
    await embedder.close();
    await rm(path, { recursive: true, force: true });
  }
};

/** The same random rows as in the `share` column, so that the exact side does not use the index's filters. */
const idsWithin = (count: number, share: number): Set<string> => {
  const random = seeded(3);
  const ids = new Set<string>();
  for (let row = 0; row < count; row++) if (random() < share) ids.add(`r${row}`);
  return ids;
};

await main();
