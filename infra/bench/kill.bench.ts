// Kills the server or one of its children with SIGKILL at random moments while the archive is imported: nothing twice, nothing lost.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { ircArchivePath, ircMessages, ircQuestions, seeded } from "./irc-archive.ts";
import { machine, markdownTable, sleep } from "./measure.ts";

interface Outcome {
  readonly messages: number;
  readonly chunks: number;
  readonly indexed: number;
  /** Hash over the sorted export of every conversation. */
  readonly content: string;
  /** What fifty questions find, by words (exact) and by meaning (not exact: each segment's prefilter is tuned to a recall). */
  readonly words: readonly string[];
  readonly meaning: readonly string[];
}

const begin = async (server: RunningServer) => {
  const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
    body: { name: "ubuntu" },
  });
  const upload = await callJson<Upload>(
    `${server.url}/api/v1/collections/${id}/uploads?filename=ubuntu-irc.tar.gz`,
    {
      method: "PUT",
      raw: Readable.toWeb(createReadStream(ircArchivePath)) as ReadableStream,
    },
  );
  return { collection: id, upload: upload.id };
};

const read = (server: RunningServer, id: string) =>
  callJson<Upload>(`${server.url}/api/v1/uploads/${id}`);

const untilDone = async (server: RunningServer, id: string) => {
  for (;;) {
    const now = await read(server, id);
    if (now.state === "done") return now;
    if (now.state === "failed" || now.state === "cancelled")
      throw new Error(`the import ended ${now.state}: ${now.error?.message}`);
    await sleep(200);
  }
};

const outcomeOf = async (
  server: RunningServer,
  run: { collection: string; upload: string },
  questions: readonly string[],
): Promise<Outcome> => {
  const upload = await read(server, run.upload);
  const exported = await (
    await fetch(`${server.url}/api/v1/collections/${run.collection}/export?format=jsonl`)
  ).text();
  const words: string[] = [];
  const meaning: string[] = [];
  for (const query of questions) {
    for (const mode of ["semantic", "lexical"]) {
      const answer = await callJson<SearchAnswer>(
        `${server.url}/api/v1/collections/${run.collection}/search`,
        {
          body: { query, mode, limit: 20, facets: false },
        },
      );
      // Ids contain the collection's id, which differs between runs, so texts and scores are compared.
      // The order of equal scores may differ where segments have other boundaries, so they are sorted.
      const found = answer.hits.map(
        (hit) => `${(hit.similarity ?? hit.bm25 ?? 0).toFixed(3)} ${hit.snippet}`,
      );
      const last = found.at(-1)?.split(" ")[0] ?? "";
      const sure = found.filter((one) => !one.startsWith(last)).map((one) => `${query}: ${one}`);
      (mode === "lexical" ? words : meaning).push(...sure);
    }
  }
  const { indexed } = await callJson<{ indexed: number }>(
    `${server.url}/api/v1/collections/${run.collection}`,
  );
  const anonymous = exported.replaceAll(/(?:cnv|msg|upl|col|chk)_[0-9a-z]+/g, "");
  return {
    messages: upload.progress.newMessages,
    chunks: upload.progress.chunks,
    indexed,
    content: createHash("sha256")
      .update(anonymous.split("\n").sort().join("\n"))
      .digest("hex")
      .slice(0, 16),
    words,
    meaning,
  };
};

/** The role of a process, by the stages in its command line; the server's has none. */
const roleOf = (pid: number): "server" | "ingest" | "embed and commit" | undefined => {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (command.includes("\0serve")) return "server";
    if (command.includes("\0ingest")) return "ingest";
    return command.includes("\0embed") ? "embed and commit" : undefined;
  } catch {
    // It ended in the meantime.
    return undefined;
  }
};
const roles = ["server", "ingest", "embed and commit"] as const;

/** The work in progress when the process was killed. */
const workOf = ({ state, progress }: Upload): string =>
  [
    state === "reading" ? "reading" : state,
    progress.embedded < progress.chunks ? "embedding" : "",
    progress.indexed < progress.embedded ? "committing" : "",
  ]
    .filter((word) => word !== "")
    .join(" + ");

const main = async () => {
  const rounds = Number(process.argv[2] ?? 25);
  const random = seeded(25);
  const questions = ircQuestions(await ircMessages(), 50, 11);
  const calm = await mkdtemp(join(tmpdir(), "parlance-calm-"));
  const hit = await mkdtemp(join(tmpdir(), "parlance-killed-"));
  console.log(
    `\n## kill -9 during the archive's import: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`,
  );
  const quiet = await startServer({ home: calm });
  const started = performance.now();
  const calmRun = await begin(quiet);
  await untilDone(quiet, calmRun.upload);
  const duration = performance.now() - started;
  const expected = await outcomeOf(quiet, calmRun, questions);
  await quiet.stop();
  await rm(calm, { recursive: true, force: true });

  const moments = new Map<string, number>();
  let server = await startServer({ home: hit });
  let run = await begin(server);
  let kills = 0;
  while (kills < rounds) {
    await sleep((random() * duration) / 4);
    const now = await read(server, run.upload);
    if (now.state === "done") {
      // A new collection in the same home, so that every kill happens during an import.
      await callJson(`${server.url}/api/v1/collections/${run.collection}`, { method: "DELETE" });
      run = await begin(server);
      continue;
    }
    const role = roles[kills % roles.length];
    const victim = server.processes().find((pid) => roleOf(pid) === role);
    if (victim === undefined) continue;
    const moment = `${role} while ${workOf(now)}`;
    moments.set(moment, (moments.get(moment) ?? 0) + 1);
    if (role === "server") {
      await server.kill();
      server = await startServer({ home: hit });
    } else process.kill(victim, "SIGKILL");
    kills += 1;
  }
  await untilDone(server, run.upload);
  const outcome = await outcomeOf(server, run, questions);
  await server.stop();
  await rm(hit, { recursive: true, force: true });
  const exact = (["messages", "chunks", "indexed", "content"] as const).map((key) => [
    key,
    expected[key],
    outcome[key],
    expected[key] === outcome[key] ? "same" : "DIFFERENT",
  ]);
  const agreement = (["words", "meaning"] as const).map((key) => {
    const found = new Set(outcome[key]);
    const share = expected[key].filter((one) => found.has(one)).length / expected[key].length;
    const enough = share >= (key === "words" ? 1 : 0.98);
    return [
      `answers by ${key}`,
      expected[key].length,
      `${(share * 100).toFixed(2)} % found again`,
      enough ? "same" : "DIFFERENT",
    ];
  });
  const rows = [...exact, ...agreement];
  console.log(markdownTable(["", "undisturbed", `after ${kills} kills`, ""], rows));
  console.log(
    `\nMoments: ${[...moments].map(([moment, times]) => `${moment} ${times}`).join(" · ")}`,
  );
  if (rows.some((row) => row[3] !== "same")) process.exitCode = 1;
};

await main();
