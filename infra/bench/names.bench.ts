// Topic names: the time of counting, and thirty topics of real data with keywords and typical messages, for people to judge.
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createGunzip, gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { tokenize } from "#index-store/index-store.ts";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { keywordsOf } from "#services/analyse/names/keywords.ts";
import { openTermCounter } from "#services/analyse/names/terms.ts";
import { titleOf } from "#services/analyse/names/title.ts";
import { typicalRows } from "#services/analyse/topics/typical.ts";
import { openOnnxEmbedder, resolveModel } from "#services/embed/embed.ts";
import { openLanguageDetector } from "#services/text/language.ts";
import { haveIrcArchive, ircArchivePath } from "./irc-archive.ts";
import { machine, markdownTable } from "./measure.ts";

interface Line {
  readonly text: string;
  readonly author: string;
  readonly conversation: number;
}

interface Collection {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly k: number;
  /** What gets a topic: each message, or each conversation with all its messages. */
  readonly unit: "message" | "conversation";
}

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");
const TYPICAL = 30;

const irc = async (): Promise<Collection> => {
  const lines: Line[] = [];
  let conversation = 0;
  const archive = createReadStream(ircArchivePath).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    for (const line of Buffer.concat(parts).toString("utf8").split("\n")) {
      const [, author = "", text = ""] = /^\[\d\d:\d\d\] <([^>]+)> (.*)$/.exec(line) ?? [];
      if (text.trim() !== "") lines.push({ text, author, conversation });
    }
    conversation++;
  }
  return { name: "IRC", lines, k: 80, unit: "message" };
};

const jsonLines = (path: string) =>
  gunzipSync(readFileSync(join(data, path)))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

const dialogues = (): Collection => {
  const lines: Line[] = [];
  const files = ["dialogues/sgd-test.jsonl.gz", "dialogues/taskmaster4.jsonl.gz"];
  for (const [conversation, dialogue] of files.flatMap(jsonLines).entries())
    for (const { role, content } of dialogue.messages)
      if (content.trim() !== "") lines.push({ text: content, author: role, conversation });
  return { name: "SGD, Taskmaster", lines, k: 30, unit: "conversation" };
};

const intents = (): Collection => ({
  name: "CLINC150",
  lines: jsonLines("intents/clinc150.jsonl.gz").map(({ text }, conversation) => ({
    text,
    author: "user",
    conversation,
  })),
  k: 80,
  unit: "message",
});

/** Unit rows of the units that are clustered, and the unit of each line. */
const unitsOf = (collection: Collection, rows: Float32Array, dim: number) => {
  const { lines } = collection;
  if (collection.unit === "message") return { data: rows, of: lines.map((_, at) => at) };
  const of = lines.map(({ conversation }) => conversation);
  const units = new Float32Array((Math.max(...of.slice(-1), 0) + 1) * dim);
  for (const [at, unit] of of.entries())
    for (let i = 0; i < dim; i++)
      units[unit * dim + i] = (units[unit * dim + i] ?? 0) + (rows[at * dim + i] ?? 0);
  for (let at = 0; at < units.length; at += dim) {
    const norm = Math.hypot(...units.subarray(at, at + dim)) || 1;
    for (let i = at; i < at + dim; i++) units[i] = (units[i] ?? 0) / norm;
  }
  return { data: units, of };
};

const nearestTopics = (centroids: Float32Array, dim: number, topic: number, count: number) => {
  const own = centroids.subarray(topic * dim, (topic + 1) * dim);
  return Array.from({ length: centroids.length / dim }, (_, other) => ({
    other,
    near: own.reduce((sum, value, i) => sum + value * (centroids[other * dim + i] ?? 0), 0),
  }))
    .filter(({ other }) => other !== topic)
    .sort((a, b) => b.near - a.near)
    .slice(0, count)
    .map(({ other }) => other);
};

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);
const shown = (text: string) =>
  (text.length > 140 ? `${text.slice(0, 139)}…` : text)
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ");

const name = async (collection: Collection, every: boolean): Promise<void> => {
  const { lines } = collection;
  const model = await resolveModel({ setting: undefined, home: "", hub: "" });
  const embedder = await openOnnxEmbedder({ ...model, threads: 1 });
  const { dim } = embedder.model;
  const rows = new Float32Array(lines.length * dim);
  for (let at = 0; at < lines.length; at += 4096) {
    const texts = lines.slice(at, at + 4096).map(({ text }) => text || "-");
    rows.set((await embedder.embed(texts, { truncate: true })).vectors.data, at * dim);
  }
  await embedder.close();
  const units = unitsOf(collection, rows, dim);
  const unitRows = { dim, rows: units.data.length / dim, data: units.data };
  const clustered = await openKMeans({ faiss: "auto" }).cluster(unitRows, {
    k: collection.k,
    seed: 7,
    starts: 1,
  });

  const authors = [...new Set(lines.map(({ author }) => author))];
  const numberOf = new Map(authors.map((author, at) => [author, at]));
  const detect = openLanguageDetector();
  const languages = lines.map(({ text, author }) => detect(text, author));
  globalThis.gc?.();
  const before = megabytes();
  let start = performance.now();
  const counter = openTermCounter({ topics: clustered.centroids.rows, tokenize, authors });
  const words = new Uint16Array(lines.length);
  for (const [at, { text, author, conversation }] of lines.entries())
    words[at] = counter.add({
      text,
      topic: clustered.labels[units.of[at] ?? 0] ?? -1,
      language: languages[at] ?? null,
      conversation,
      author: numberOf.get(author) ?? 0,
    });
  const counting = seconds(start);
  start = performance.now();
  const counts = counter.counts();
  const after = megabytes();
  const reading = seconds(start);

  start = performance.now();
  const members = Array.from({ length: clustered.centroids.rows }, (): number[] => []);
  for (const [at, unit] of units.of.entries()) members[clustered.labels[unit] ?? 0]?.push(at);
  const bySize = [...members.keys()].sort(
    (a, b) => (members[b]?.length ?? 0) - (members[a]?.length ?? 0),
  );
  const titles: string[] = [];
  const named = bySize.map((topic) => {
    const outside = nearestTopics(clustered.centroids.data, dim, topic, 10);
    const keywords = keywordsOf(counts, [topic], { outside });
    const typical = typicalRows(
      { dim, rows: lines.length, data: rows },
      members[topic] ?? [],
      clustered.centroids.data.subarray(topic * dim, (topic + 1) * dim),
      { count: TYPICAL, words },
    ).map((row) => lines[row]?.text ?? "");
    const title = titleOf({ keywords, texts: typical, taken: titles, language: "en" });
    titles.push(title);
    return { title, size: members[topic]?.length ?? 0, keywords, typical };
  });
  process.stdout.write(
    `\n### ${collection.name}: ${lines.length} texts, ${named.length} topics, counted in ${counting} s (+${after - before} MB resident), read in ${reading} s, ${counts.terms.length} terms; named in ${seconds(start)} s\n\n`,
  );
  if (every) {
    const parents = await openKMeans({ faiss: "auto" }).cluster(clustered.centroids, {
      k: 8,
      seed: 7,
    });
    for (let parent = 0; parent < parents.centroids.rows; parent++) {
      const leaves = bySize.filter((leaf) => parents.labels[leaf] === parent);
      const keywords = keywordsOf(counts, leaves, { outside: [] });
      const title = titleOf({
        keywords,
        texts: [],
        taken: titles,
        language: "en",
        leaves: leaves.length,
      });
      process.stdout.write(
        `- **${title}** (${leaves.length}): ${keywords.map(({ term, share }) => `${term} ${Math.round(share * 100)} %`).join(", ")}\n`,
      );
    }
    process.stdout.write("\n");
  }
  // Ten topics, evenly from the largest to the smallest.
  const picked = every
    ? named
    : Array.from({ length: 10 }, (_, i) => named[Math.floor((i * named.length) / 10)]).flatMap(
        (one) => (one === undefined ? [] : [one]),
      );
  process.stdout.write(
    `${markdownTable(
      ["title", "messages", "keywords (share of messages)", "three typical messages"],
      picked.map(({ title, size, keywords, typical }) => [
        `**${title}**`,
        size,
        keywords.map(({ term, share }) => `${shown(term)} ${Math.round(share * 100)} %`).join(", "),
        typical.slice(0, 3).map(shown).join("<br>"),
      ]),
    )}\n`,
  );
};

process.stdout.write(`\n## Topic names\n\n${machine()}\n`);
const wanted = process.argv.slice(2);
const chosen = (part: string) => wanted.every((word) => word === "all") || wanted.includes(part);
const every = wanted.includes("all");
if (!existsSync(data) || !haveIrcArchive())
  process.stdout.write("Left out: the data is not beside the project (../shared/data).\n");
else {
  if (chosen("irc")) await name(await irc(), every);
  if (chosen("dialogues")) await name(dialogues(), every);
  if (chosen("intents")) await name(intents(), every);
}
