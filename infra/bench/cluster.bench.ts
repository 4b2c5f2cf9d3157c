// Compares topics with true labels: our k-means, with and without the preparation of the vectors, scikit-learn and TF-IDF.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agnes } from "ml-hclust";
import { assign, openKMeans } from "#index-store/kmeans/kmeans.ts";
import { type Agreement, agreementOf } from "#services/analyse/statistics/agreement.ts";
import { centred, centreOf } from "#services/analyse/topics/centre.ts";
import { chooseK, type KChoice } from "#services/analyse/topics/choose-k.ts";
import { findOutliers, outlierBound } from "#services/analyse/topics/outliers.ts";
import { stabilityOf } from "#services/analyse/topics/quality.ts";
import { row, type Vectors, vectors } from "#services/domain/vectors.ts";
import { haveIrcArchive, ircMessages } from "./irc-archive.ts";
import {
  clinc150,
  type Embed,
  haveLabelledSets,
  type LabelledSet,
  sgdDialogues,
  withShippedModel,
} from "./labelled-sets.ts";
import { machine, markdownTable, mean } from "./measure.ts";

const seeds = [1, 2, 3];
const kmeans = openKMeans({ faiss: "off" });
const peer = join(import.meta.dirname, "peers", "clustering.py");
const python = "/usr/bin/python3";
const figure = (value: number) => value.toFixed(3);

type Labelings = readonly Int32Array[];

const labelled = async (rows: Vectors, k: number): Promise<Labelings> => {
  const labels: Int32Array[] = [];
  for (const seed of seeds) labels.push((await kmeans.cluster(rows, { k, seed })).labels);
  return labels;
};

const centredRows = (rows: Vectors) => centred(rows, centreOf(rows));

/** "All but the top": also removes the direction of greatest variance, found by the power method. */
function withoutTop(rows: Vectors): Vectors {
  const left = centredRows(rows);
  const { dim } = left;
  let top = new Float64Array(dim).fill(1 / Math.sqrt(dim));
  const along = (number: number) => {
    const line = row(left, number);
    let sum = 0;
    for (let at = 0; at < dim; at++) sum += (line[at] ?? 0) * (top[at] ?? 0);
    return sum;
  };
  for (let turn = 0; turn < 40; turn++) {
    const next = new Float64Array(dim);
    for (let number = 0; number < left.rows; number++) {
      const share = along(number);
      const line = row(left, number);
      for (let at = 0; at < dim; at++) next[at] = (next[at] ?? 0) + share * (line[at] ?? 0);
    }
    const length = Math.hypot(...next);
    top = next.map((value) => value / length);
  }
  const data = new Float32Array(left.data.length);
  for (let number = 0; number < left.rows; number++) {
    const share = along(number);
    const line = row(left, number).map((value, at) => value - share * (top[at] ?? 0));
    const length = Math.hypot(...line) || 1;
    data.set(
      line.map((value) => value / length),
      number * dim,
    );
  }
  return vectors(dim, data);
}

/** The labels by scikit-learn; undefined, with a printed reason, where it is not installed. */
function fromPeer(question: object): Labelings | undefined {
  const asked = spawnSync(python, [peer], {
    input: `${JSON.stringify(question)}\n`,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    // Several OpenMP threads that wait for a busy core are slower than one.
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  if (asked.status !== 0) {
    process.stderr.write(
      `scikit-learn is left out (Debian: python3-sklearn): ${asked.stderr?.trim().split("\n").at(-1)}\n`,
    );
    return undefined;
  }
  const { labels } = JSON.parse(asked.stdout) as { labels: number[][] };
  return labels.map((line) => Int32Array.from(line));
}

const scores = (labelings: Labelings, truth: Int32Array): string[] => {
  const found = labelings.map((labels) => agreementOf(labels, truth));
  const of = (part: keyof Agreement) => figure(mean(found.map((one) => one[part])));
  return [of("vMeasure"), of("homogeneity"), of("completeness"), of("adjustedRand"), of("nmi")];
};

async function quality(set: LabelledSet, folder: string): Promise<(string | number)[][]> {
  const lines: (string | number)[][] = [];
  const vectorFile = join(folder, "rows.f32");
  const textFile = join(folder, "texts.json");
  await writeFile(
    vectorFile,
    new Uint8Array(set.rows.data.buffer, set.rows.data.byteOffset, set.rows.data.byteLength),
  );
  await writeFile(textFile, JSON.stringify(set.texts));
  const left = centredRows(set.rows);
  const top = withoutTop(set.rows);
  const chosen = (await chooseK(left, { kmeans })).k;
  const found = new Map<number, [string, Labelings | undefined][]>();
  const methods = async (k: number) => {
    process.stderr.write(`${set.name}: k = ${k}\n`);
    const asked = { k, seeds, dim: set.rows.dim };
    return [
      ["ours, centred", await labelled(left, k)],
      ["ours, as they are", await labelled(set.rows, k)],
      ["ours, all but the top", await labelled(top, k)],
      ["scikit-learn", fromPeer({ ...asked, kind: "vectors", path: vectorFile })],
      ["TF-IDF, scikit-learn", fromPeer({ ...asked, kind: "texts", path: textFile })],
    ] satisfies [string, Labelings | undefined][];
  };
  for (const [name, truth] of Object.entries(set.truths))
    for (const what of ["true", "chosen"] as const) {
      const k = what === "true" ? new Set(truth).size : chosen;
      const ofMethods = found.get(k) ?? (await methods(k));
      found.set(k, ofMethods);
      for (const [method, labels] of ofMethods)
        if (labels !== undefined)
          lines.push([`${set.name}: ${name}`, `${k} (${what})`, method, ...scores(labels, truth)]);
    }
  return lines;
}

/** The numbers that other criteria choose from the same candidates. */
async function criteria(name: string, rows: Vectors, truth: string): Promise<(string | number)[]> {
  process.stderr.write(`${name}: criteria\n`);
  const left = centredRows(rows);
  const choice = await chooseK(left, { kmeans });
  const best = (value: (candidate: KChoice["candidates"][number]) => number) =>
    choice.candidates.slice(1).reduce(
      (found, candidate) => {
        const score = value(candidate);
        return score > found.score ? { k: candidate.k, score } : found;
      },
      { k: 1, score: -Infinity },
    ).k;
  const alone = choice.candidates[0]?.inertia ?? 0;
  const spread = ({ k, inertia }: { k: number; inertia: number }) =>
    (alone - inertia) / (k - 1) / (inertia / (choice.sampled - k));
  const stable = new Map<number, number>();
  for (const { k } of choice.candidates)
    stable.set(k, (await stabilityOf(left, { kmeans, k, sample: 3000 })) ?? -1);
  return [
    name,
    rows.rows,
    truth,
    choice.k,
    best(({ score }) => score),
    best(({ silhouette }) => silhouette ?? -1),
    best(spread),
    best(({ k }) => stable.get(k) ?? -1),
    figure(choice.stability ?? Number.NaN),
  ];
}

/** Compares the leaves of CLINC150 merged to ten with its ten domains, and with k-means with ten centroids. */
async function hierarchies(set: LabelledSet): Promise<string[][]> {
  const left = centredRows(set.rows);
  const truth = set.truths["domains"] ?? new Int32Array(0);
  const merged = new Map<string, Int32Array[]>();
  for (const seed of seeds) {
    const { centroids, labels } = await kmeans.cluster(left, { k: 150, seed });
    const lines = Array.from({ length: centroids.rows }, (_, at) => row(centroids, at));
    const distances = lines.map((one) =>
      lines.map((other) =>
        one === other ? 0 : 1 - one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0),
      ),
    );
    for (const method of ["average", "complete", "ward"] as const) {
      const groups = agnes(distances, { method, isDistanceMatrix: true }).group(10).children;
      const ofLeaf = new Int32Array(centroids.rows);
      for (const [group, cluster] of groups.entries())
        for (const leaf of cluster.indices()) ofLeaf[leaf] = group;
      const name = `150 leaves merged to 10, ${method} linkage`;
      merged.set(name, [...(merged.get(name) ?? []), labels.map((label) => ofLeaf[label] ?? 0)]);
    }
  }
  merged.set("k-means, k = 10", [...(await labelled(left, 10))]);
  return [...merged].map(([name, labels]) => [name, ...scores(labels, truth)]);
}

/** How well strangers (IRC lines) are separated from CLINC150's sentences, by one bound for all and by each topic's own spread. */
async function outliers(set: LabelledSet, embed: Embed): Promise<string[][]> {
  const strangers = (await ircMessages()).filter((_, at) => at % 186 === 0).slice(0, 1200);
  const more = await embed(strangers);
  const { dim } = set.rows;
  const joined = new Float32Array(set.rows.data.length + more.data.length);
  joined.set(set.rows.data);
  joined.set(more.data, set.rows.data.length);
  const rows = centredRows(vectors(dim, joined));
  const { centroids } = await kmeans.cluster(rows, { k: 150 });
  const { labels, similarities } = await assign(rows, centroids);
  const bound = await outlierBound(rows, { centroids, similarities });
  const flags = findOutliers(similarities, bound);
  const of = (from: number, to: number) =>
    `${((flags.subarray(from, to).reduce((sum, flag) => sum + flag, 0) / (to - from)) * 100).toFixed(1)} %`;
  const own = ownSpread(labels, similarities);
  const members = set.rows.rows;
  return [
    [
      "similarity to the nearest centroid",
      figure(areaUnder(similarities, members)),
      of(members, rows.rows),
      of(0, members),
    ],
    ["robust deviations under the topic's median", figure(areaUnder(own, members)), "–", "–"],
  ];
}

/** Similarity minus the topic's median, in units of its median absolute deviation. */
function ownSpread(labels: Int32Array, similarities: Float32Array): Float32Array {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const byTopic = new Map<number, number[]>();
  for (const [at, label] of labels.entries())
    byTopic.set(label, [...(byTopic.get(label) ?? []), similarities[at] ?? 0]);
  const shape = new Map(
    [...byTopic].map(([topic, values]) => {
      const median = middle([...values]);
      return [topic, { median, far: middle(values.map((value) => Math.abs(value - median))) }];
    }),
  );
  return similarities.map((similarity, at) => {
    const { median = 0, far = 1 } = shape.get(labels[at] ?? 0) ?? {};
    return (similarity - median) / Math.max(0.02, far);
  });
}

/** The probability that a stranger scores lower than a member. */
function areaUnder(values: Float32Array, members: number): number {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  let strangers = 0;
  let pairs = 0;
  for (const at of order)
    if (at >= members) strangers++;
    else pairs += strangers;
  return pairs / (members * (values.length - members));
}

async function main(folder: string, embed: Embed): Promise<void> {
  console.log(
    `${machine()}, k-means through ${kmeans.name}, means over seeds ${seeds.join(", ")}\n`,
  );
  const clinc = await clinc150(embed);
  const sets = [
    clinc,
    await sgdDialogues(embed, "test", "all"),
    await sgdDialogues(embed, "test", "single"),
    await sgdDialogues(embed, "dev", "all"),
  ];
  const lines: (string | number)[][] = [];
  for (const set of sets) lines.push(...(await quality(set, folder)));
  const headings = ["V-measure", "homogeneity", "completeness", "ARI", "NMI"];
  console.log(`${markdownTable(["set", "k", "method", ...headings], lines)}\n`);

  const chosen: (string | number)[][] = [];
  for (const { name, rows, truths } of sets) {
    const counts = Object.entries(truths).map(
      ([label, truth]) => `${new Set(truth).size} ${label}`,
    );
    chosen.push(await criteria(name, rows, counts.join(", ")));
  }
  if (haveIrcArchive())
    chosen.push(await criteria("IRC archive", await embed(await ircMessages()), "–"));
  console.log(
    `${markdownTable(
      [
        "set",
        "rows",
        "labels",
        "chosen k",
        "most BIC",
        "most silhouette",
        "most Calinski-Harabasz",
        "most stable",
        "stability at the chosen k",
      ],
      chosen,
    )}\n`,
  );
  console.log(`${markdownTable(["CLINC150's domains", ...headings], await hierarchies(clinc))}\n`);
  if (!haveIrcArchive()) return;
  console.log(
    markdownTable(
      ["1,200 IRC lines among CLINC150", "AUC", "strangers left out", "members left out"],
      await outliers(clinc, embed),
    ),
  );
}

if (haveLabelledSets()) {
  const folder = await mkdtemp(join(tmpdir(), "parlance-cluster-"));
  try {
    await withShippedModel((embed) => main(folder, embed));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} else console.log("skipped: ../shared/data/intents is not here");
