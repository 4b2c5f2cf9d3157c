// Topics to be judged by reading: a real server imports a set and analyses it; every title is printed with its size and five members.
import { mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { Analysis, Topic, TopicList } from "#services/contract/analysis.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { readSample } from "../../cli/embedded/sample.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { analyserOf, peakOf } from "./analyser-process.ts";
import { haveIrcArchive, ircArchivePath } from "./irc-archive.ts";
import { machine, sleep } from "./measure.ts";

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");
const file = (path: string): File => ({ name: basename(path), bytes: readFileSync(path) });

/** A set by its name, or any file that Parlance can read by its path. */
const filesOf = async (set: string): Promise<readonly File[]> => {
  if (set === "sample") return readSample();
  if (set === "irc") return haveIrcArchive() ? [file(ircArchivePath)] : [];
  if (set === "dialogues")
    return haveIrcArchive()
      ? ["sgd-test", "taskmaster4"].map((name) => file(join(data, "dialogues", `${name}.jsonl.gz`)))
      : [];
  return [file(set)];
};

const shown = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 110);

interface Bench {
  readonly server: RunningServer;
  readonly set: string;
}

/** The collection of a set: the one that an earlier run has kept, or a new one. */
const collectionOf = async ({ server, set }: Bench): Promise<{ id: string; fresh: boolean }> => {
  const all = `${server.url}/api/v1/collections`;
  const { collections } = await callJson<{ collections: { id: string; name: string }[] }>(all);
  const known = collections.find(({ name }) => name === set);
  if (known) return { id: known.id, fresh: false };
  const { id } = await callJson<{ id: string }>(all, { body: { name: set } });
  for (const { name, bytes } of await filesOf(set)) {
    const sent = await callJson<Upload>(
      `${all}/${id}/uploads?filename=${encodeURIComponent(name)}`,
      { method: "PUT", raw: bytes as Uint8Array<ArrayBuffer> },
    );
    for (;;) {
      const now = await callJson<Upload>(`${server.url}/api/v1/uploads/${sent.id}`);
      if (now.state === "done") break;
      if (now.state === "failed") throw new Error(`the import failed: ${now.error?.message}`);
      await sleep(200);
    }
  }
  return { id, fresh: true };
};

const settled = async (analysisUrl: string): Promise<Analysis> => {
  for (;;) {
    const now = await callJson<Analysis>(analysisUrl);
    if (now.state === "failed") throw new Error(`the analysis failed: ${now.error}`);
    if (now.state === "done" && !now.stale) return now;
    await sleep(200);
  }
};

const printTopic = async (topicsUrl: string, topic: Topic): Promise<void> => {
  const indent = "  ".repeat(topic.level);
  const { topic: whole } = await callJson<{ topic: Topic }>(`${topicsUrl}/${topic.id}`);
  const words = whole.keywords.map(({ term, count }) => `${term} ${count}`).join(", ");
  console.log(
    `${indent}- **${topic.title}** · ${topic.points} points, ${topic.messages} messages · ${words}`,
  );
  if (!topic.leaf) return;
  for (const { text } of whole.examples.slice(0, 5)) console.log(`${indent}    - ${shown(text)}`);
};

const judge = async (bench: Bench, unit: string | undefined): Promise<void> => {
  const { id, fresh } = await collectionOf(bench);
  const at = `${bench.server.url}/api/v1/collections/${id}`;
  const before = await settled(`${at}/analysis`);
  if (!fresh || unit !== undefined)
    await callJson(`${at}/analysis`, {
      body: {
        mode: "refit",
        ...(unit === undefined ? {} : { settings: { ...before.settings, unit } }),
      },
    });
  const analysis = await settled(`${at}/analysis`);
  const { topics, outliers } = await callJson<TopicList>(`${at}/topics`);
  const seconds = ((analysis.finishedAt ?? 0) - (analysis.startedAt ?? 0)) / 1000;
  const worker = analyserOf(bench.server.processes());
  const peak = worker === undefined ? Number.NaN : peakOf(worker);
  console.log(
    `\n### ${basename(bench.set)}: ${topics.filter(({ leaf }) => leaf).length} topics of ${analysis.points} points (${analysis.settings.unit}), ${outliers} in none; ${seconds.toFixed(1)} s, peak ${(peak / 1e6).toFixed(0)} MB, load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
  );
  for (const topic of topics) await printTopic(`${at}/topics`, topic);
};

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { home: { type: "string" }, unit: { type: "string" } },
  });
  // --home keeps the imported sets, so that another run only analyses them again.
  const home = values.home ?? (await mkdtemp(join(tmpdir(), "parlance-bench-")));
  mkdirSync(home, { recursive: true });
  console.log(`\n## Topics: ${machine()}, ${new Date().toISOString().slice(0, 16)}`);
  const server = await startServer({ home });
  try {
    for (const set of positionals.length > 0 ? positionals : ["sample", "irc", "dialogues"])
      await judge({ server, set }, values.unit);
  } finally {
    await server.stop();
    if (values.home === undefined) await rm(home, { recursive: true, force: true });
  }
};

await main();
