// Imports the real files and the hard cases of ../shared/data into a real server, and compares what came out with a count of its own. `node infra/bench/real-files.bench.ts [exports] [dialogues] [irc] [cases]`
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Message } from "#services/contract/conversations.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { sleep } from "./measure.ts";

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");

/** How many entries a file has, by marks that each of them must have; no reader of ours is asked. */
const counters: readonly (readonly [RegExp, (bytes: Buffer) => number])[] = [
  [/^dialogues\//, (bytes) => count(gunzipSync(bytes), /"role": ?"/g)],
  [/^irc\//, (bytes) => count(gunzipSync(bytes), /^(?:\[\d\d:\d\d\]|===) .+/gm)],
  [/^exports\/claude\//, (bytes) => count(bytes, /"sender": ?"/g)],
  [/^exports\/instagram\//, (bytes) => count(bytes, /"sender_name"/g)],
  [/^exports\/telegram\//, (bytes) => count(bytes, /"type": ?"message"/g)],
  [/^exports\/(?:whatsapp|signal)\//, (bytes) => count(bytes, /^\[?\d[\d/-]+,? \d\d:\d\d/gm)],
];
const count = (bytes: Buffer, mark: RegExp): number =>
  bytes.toString("latin1").match(mark)?.length ?? 0;

interface Exported {
  readonly title: string | null;
  readonly messages: readonly Message[];
}

const exportOf = async (server: RunningServer, collection: string): Promise<Exported[]> => {
  const response = await fetch(
    `${server.url}/api/v1/collections/${collection}/export?format=jsonl`,
  );
  const text = await response.text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Exported);
};

const importInto = async (server: RunningServer, collection: string, path: string) => {
  const sent = await callJson<Upload>(
    `${server.url}/api/v1/collections/${collection}/uploads?filename=${encodeURIComponent(basename(path))}`,
    { method: "PUT", raw: new Blob([readFileSync(path)]).stream() as ReadableStream },
  );
  for (;;) {
    const now = await callJson<Upload>(`${server.url}/api/v1/uploads/${sent.id}`);
    if (["done", "failed", "cancelled"].includes(now.state)) return now;
    await sleep(100);
  }
};

const collectionFor = async (server: RunningServer, name: string): Promise<string> =>
  (await callJson<{ id: string }>(`${server.url}/api/v1/collections`, { body: { name } })).id;

const told = ({ problems, error }: Upload): string =>
  [
    ...problems.map(({ code, count: times }) => `${code} × ${times}`),
    ...(error ? [error.message] : []),
  ].join("; ");

const fileRow = async (
  server: RunningServer,
  name: string,
): Promise<readonly (string | number)[]> => {
  const path = join(data, name);
  const counter = counters.find(([place]) => place.test(name))?.[1];
  const collection = await collectionFor(server, name);
  const upload = await importInto(server, collection, path);
  const conversations = await exportOf(server, collection);
  const messages = conversations.flatMap((one) => one.messages);
  const kinds = new Map<string, number>();
  for (const { kind } of messages) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [
    name,
    counter?.(readFileSync(path)) ?? "not counted",
    conversations.length,
    messages.length,
    [...kinds].map(([kind, times]) => `${times} ${kind}`).join(", "),
    told(upload),
  ];
};

interface Expected {
  readonly input: string;
  readonly conversations?: number;
  readonly messages?: number | string;
  readonly authors?: readonly string[];
  readonly times?: readonly (string | null)[];
  readonly kinds?: readonly string[];
  readonly texts?: readonly string[];
  readonly models?: readonly (string | null)[];
  readonly title?: string;
  readonly problems?: readonly string[];
  readonly problems_at_least?: number;
  readonly then?: string;
  readonly after?: Pick<Expected, "conversations" | "messages" | "title"> & {
    readonly main_path?: readonly string[];
  };
}

const wrong = (name: string, found: unknown, wanted: unknown): string[] =>
  wanted === undefined || JSON.stringify(found) === JSON.stringify(wanted)
    ? []
    : [`${name}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];

const timeOf = ({ at }: Message): string | null =>
  at === null ? null : new Date(at).toISOString();
const fullTime = (time: string | null): string | null =>
  time === null ? null : new Date(/Z$/.test(time) ? time : `${time}Z`).toISOString();

const compare = (
  wanted: Expected,
  conversations: readonly Exported[],
  upload: Upload,
): string[] => {
  const messages = conversations.flatMap((one) => one.messages);
  const authors = messages.filter(({ kind }) => kind !== "system").map(({ author }) => author);
  const codes = new Set(upload.problems.map(({ code }) => code));
  return [
    ...wrong("conversations", conversations.length, wanted.conversations),
    ...(typeof wanted.messages === "number"
      ? wrong("messages", messages.length, wanted.messages)
      : []),
    ...(wanted.authors ?? [])
      .filter(
        (author) => !authors.includes(author) && !messages.some((one) => one.author === author),
      )
      .map((author) => `nobody is called ${author}`),
    ...(wanted.times ?? [])
      .map(fullTime)
      .filter((time) => !messages.some((one) => timeOf(one) === time))
      .map((time) => `nothing is of ${time}`),
    ...wrong(
      "kinds",
      messages.map(({ kind }) => kind),
      wanted.kinds,
    ),
    ...wrong(
      "texts",
      messages.map(({ text }) => text),
      wanted.texts,
    ),
    ...wrong(
      "models",
      messages.map(({ model }) => model),
      wanted.models,
    ),
    ...wrong("title", conversations[0]?.title, wanted.title),
    ...(wanted.problems ?? [])
      .filter((code) => !codes.has(code))
      .map((code) => `${code} is not told`),
    ...(upload.problemCount < (wanted.problems_at_least ?? 0) ? ["too few problems are told"] : []),
  ];
};

const caseRow = async (server: RunningServer, name: string): Promise<readonly string[]> => {
  const folder = join(data, "cases", name);
  const wanted = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  const collection = await collectionFor(server, name);
  const upload = await importInto(server, collection, join(folder, wanted.input));
  const found = compare(wanted, await exportOf(server, collection), upload);
  if (wanted.then !== undefined) {
    await importInto(server, collection, join(folder, wanted.then));
    const { main_path: path, ...after } = wanted.after ?? {};
    const now = await exportOf(server, collection);
    found.push(...compare({ input: "", ...after }, now, upload));
    const main = now[0]?.messages.filter(({ onMainPath, gone }) => onMainPath && !gone) ?? [];
    found.push(
      ...wrong(
        "main path",
        main.map(({ text }) => text),
        path,
      ),
    );
  }
  return [name, found.length === 0 ? "holds" : found.join("; "), told(upload)];
};

/** A row at once: some files take minutes. */
const say = (cells: readonly (string | number)[]): void => {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
};

const wanted = process.argv.slice(2);
const isWanted = (folder: string): boolean => wanted.length === 0 || wanted.includes(folder);

if (existsSync(data)) {
  const home = mkdtempSync(join(tmpdir(), "parlance-real-files-"));
  const server = await startServer({ home });
  try {
    const files = ["exports", "dialogues", "irc"].filter(isWanted).flatMap((folder) =>
      readdirSync(join(data, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:json|txt|gz)$/.test(name))
        .map((name) => `${folder}/${name}`),
    );
    say(["file", "entries, counted apart", "conversations", "entries out", "kinds", "told"]);
    say(["---", "--:", "--:", "--:", "---", "---"]);
    for (const name of files.toSorted()) say(await fileRow(server, name));
    const names = isWanted("cases") ? readdirSync(join(data, "cases")) : [];
    say(["case", "expected.json", "told"]);
    say(["---", "---", "---"]);
    for (const name of names.toSorted()) say(await caseRow(server, name));
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
} else process.stdout.write("skipped: ../shared/data is not here\n");
