// Concepts on CLINC150: average precision of a query with five thumbs up and five down, compared with the query alone; calibration; milliseconds.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Concept, probabilityOf, trainConcept } from "#services/analyse/concepts/concept.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import { openOnnxEmbedder, resolveModel } from "#services/embed/embed.ts";
import { seeded } from "./irc-archive.ts";
import { machine, markdownTable, mean, quantile } from "./measure.ts";

const data = join(import.meta.dirname, "../../../shared/data/intents/clinc150.jsonl.gz");
const backgroundRows = 200;

interface Utterance {
  readonly split: string;
  readonly text: string;
  readonly intent: string;
}

interface Part {
  readonly vectors: Vectors;
  readonly intents: readonly string[];
}

const dotOf = (a: Float32Array, b: Float32Array) => {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
};

const picked = ({ dim, data: all }: Vectors, places: readonly number[]): Vectors => ({
  dim,
  rows: places.length,
  data: Float32Array.from(places.flatMap((at) => [...all.subarray(at * dim, (at + 1) * dim)])),
});

/** Row numbers from the best score down. */
const ranked = ({ vectors }: Part, score: (vector: Float32Array) => number): number[] => {
  const scores = Float64Array.from({ length: vectors.rows }, (_, at) => score(row(vectors, at)));
  return Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
};

const averagePrecision = (order: readonly number[], isOne: (at: number) => boolean): number => {
  let found = 0;
  let sum = 0;
  for (const [place, at] of order.entries())
    if (isOne(at)) {
      found++;
      sum += found / (place + 1);
    }
  return found === 0 ? 0 : sum / found;
};

const shuffled = (places: readonly number[], random: () => number): number[] =>
  places
    .map((at) => ({ at, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ at }) => at);

/** Which messages get thumbs: the first hits of the query, as a person would do it, or random ones. */
const protocols = {
  "first hits": (order: readonly number[]) => order.slice(0, 100),
  anywhere: (order: readonly number[], random: () => number) => shuffled(order, random),
} as const;

/** Calibration of the 100 best rows in five bins: |mean probability − share|, weighted by rows. */
class Reliability {
  readonly #bins = Array.from({ length: 5 }, () => ({ rows: 0, chance: 0, ones: 0 }));
  add(chance: number, isOne: boolean): void {
    const bin = this.#bins[Math.min(4, Math.floor(chance * 5))];
    if (bin === undefined) return;
    bin.rows++;
    bin.chance += chance;
    bin.ones += isOne ? 1 : 0;
  }
  get error(): number {
    const rows = this.#bins.reduce((sum, bin) => sum + bin.rows, 0);
    return this.#bins.reduce((sum, bin) => sum + Math.abs(bin.chance - bin.ones), 0) / rows;
  }
  toString(): string {
    return this.#bins
      .map((bin) =>
        bin.rows === 0
          ? "–"
          : `${(bin.chance / bin.rows).toFixed(2)}→${(bin.ones / bin.rows).toFixed(2)}`,
      )
      .join(" ");
  }
}

const readUtterances = async (): Promise<Utterance[]> =>
  gunzipSync(await readFile(data))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line): Utterance => JSON.parse(line));

const measure = (
  { learn, test, queries, background }: Prepared,
  protocol: keyof typeof protocols,
  thumbs: number,
) => {
  const random = seeded(5);
  const alone: number[] = [];
  const trained: number[] = [];
  const took: number[] = [];
  const f1: number[] = [];
  const accuracies: number[] = [];
  const reliability = new Reliability();
  for (const [intent, query] of queries) {
    const byQuery = ranked(learn, (vector) => dotOf(vector, query));
    const seen = protocols[protocol](byQuery, random);
    const ups = seen.filter((at) => learn.intents[at] === intent).slice(0, thumbs);
    const downs = seen.filter((at) => learn.intents[at] !== intent).slice(0, thumbs);
    const examples = {
      query,
      up: picked(learn.vectors, ups),
      down: picked(learn.vectors, downs),
      background,
    };
    const started = performance.now();
    const concept: Concept = trainConcept(examples);
    took.push(performance.now() - started);
    if (concept.accuracy !== null) accuracies.push(concept.accuracy);
    const isOne = (at: number) => test.intents[at] === intent;
    alone.push(
      averagePrecision(
        ranked(test, (vector) => dotOf(vector, query)),
        isOne,
      ),
    );
    const order = ranked(test, (vector) => probabilityOf(concept, vector));
    trained.push(averagePrecision(order, isOne));
    for (const at of order.slice(0, 100))
      reliability.add(probabilityOf(concept, row(test.vectors, at)), isOne(at));
    const taken = order.filter(
      (at) => probabilityOf(concept, row(test.vectors, at)) >= concept.threshold,
    );
    const hits = taken.filter(isOne).length;
    const all = test.intents.filter((one) => one === intent).length;
    f1.push((2 * hits) / (taken.length + all));
  }
  return [
    `${protocol}, ${thumbs} up, ${thumbs} down`,
    mean(alone).toFixed(3),
    mean(trained).toFixed(3),
    `${trained.filter((value, at) => value > (alone[at] ?? 0)).length} of ${trained.length}`,
    mean(f1).toFixed(3),
    accuracies.length === 0 ? "–" : mean(accuracies).toFixed(2),
    reliability.error.toFixed(3),
    reliability.toString(),
    quantile(took, 0.5).toFixed(1),
    quantile(took, 0.95).toFixed(1),
  ];
};

interface Prepared {
  readonly learn: Part;
  readonly test: Part;
  readonly queries: ReadonlyMap<string, Float32Array>;
  readonly background: Vectors;
}

const main = async () => {
  if (!existsSync(data)) {
    console.log("skipped: ../shared/data/intents is not here");
    return;
  }
  const utterances = await readUtterances();
  const found = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
  const embedder = await openOnnxEmbedder({ ...found, threads: 2 });
  const partOf = async (isIn: (one: Utterance) => boolean): Promise<Part> => {
    const some = utterances.filter((one) => isIn(one));
    const { vectors } = await embedder.embed(
      some.map(({ text }) => text),
      { truncate: true },
    );
    return { vectors, intents: some.map(({ intent }) => intent) };
  };
  const learn = await partOf(({ split }) => split === "train");
  const test = await partOf(({ split }) => split === "test");
  const background = picked(
    learn.vectors,
    shuffled([...learn.intents.keys()], seeded(11)).slice(0, backgroundRows),
  );
  const intents = [...new Set(learn.intents)].filter((intent) => intent !== "oos").sort();
  const named = await embedder.embed(
    intents.map((intent) => intent.replaceAll("_", " ")),
    { inputType: "query", truncate: true },
  );
  // Its workers do not keep the process alive, so an await here would never continue.
  void embedder.close();
  // The constants in concept.ts were chosen on the even intents; these numbers are for the odd ones, unless --tune is given.
  const half = process.argv.includes("--tune") ? 0 : 1;
  const queries = new Map(
    intents
      .map((intent, at) => [intent, row(named.vectors, at)] as const)
      .filter((_, at) => at % 2 === half),
  );
  const prepared = { learn, test, queries, background };
  const rows = [
    measure(prepared, "first hits", 0),
    measure(prepared, "first hits", 1),
    measure(prepared, "first hits", 5),
    measure(prepared, "first hits", 20),
    measure(prepared, "anywhere", 5),
    measure(prepared, "anywhere", 50),
  ];
  console.log(
    `\n## concepts of ${queries.size} CLINC150 intents, query = the intent's name, ${test.vectors.rows} messages × ${test.vectors.dim}: ${machine()}\n`,
  );
  console.log(
    markdownTable(
      [
        "thumbs",
        "AP, query",
        "AP, concept",
        "better",
        "F1 at threshold",
        "accuracy left out",
        "calibration error, best 100",
        "chance → share",
        "median ms",
        "p95 ms",
      ],
      rows,
    ),
  );
};

await main();
