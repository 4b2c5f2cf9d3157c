// Sets with true labels for judging topics: CLINC150's sentences and SGD's dialogues, embedded by the shipped model.
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Vectors } from "#services/domain/vectors.ts";
import { openOnnxEmbedder, resolveModel } from "#services/embed/embed.ts";

const data = join(import.meta.dirname, "..", "..", "..", "shared", "data");

export interface LabelledSet {
  readonly name: string;
  /** Unit rows, as the product clusters them. */
  readonly rows: Vectors;
  readonly texts: readonly string[];
  /** True labels by name, one for each row. */
  readonly truths: Readonly<Record<string, Int32Array>>;
}

export const haveLabelledSets = (): boolean => existsSync(join(data, "intents"));

const linesOf = <T>(path: string): T[] =>
  gunzipSync(readFileSync(join(data, path)))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

/** Labels as numbers, in order of appearance. */
const numbered = (labels: readonly string[]): Int32Array => {
  const numbers = new Map<string, number>();
  return Int32Array.from(labels, (label) => {
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
};

export type Embed = (texts: readonly string[]) => Promise<Vectors>;

/** The shipped model, closed when the work is done. */
export async function withShippedModel<T>(work: (embed: Embed) => Promise<T>): Promise<T> {
  const found = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
  const embedder = await openOnnxEmbedder({ ...found, threads: 2 });
  try {
    return await work(async (texts) => (await embedder.embed(texts, { truncate: true })).vectors);
  } finally {
    await embedder.close();
  }
}

export async function clinc150(embed: Embed): Promise<LabelledSet> {
  const lines = linesOf<{ text: string; intent: string }>("intents/clinc150.jsonl.gz");
  const domains = JSON.parse(
    readFileSync(join(data, "intents/clinc150-domains.json"), "utf8"),
  ) as Record<string, string[]>;
  const domainOf = new Map(
    Object.entries(domains).flatMap(([domain, intents]) =>
      intents.map((intent) => [intent, domain] as const),
    ),
  );
  const texts = lines.map(({ text }) => text);
  return {
    name: "CLINC150",
    rows: await embed(texts),
    texts,
    truths: {
      intents: numbered(lines.map(({ intent }) => intent)),
      domains: numbered(lines.map(({ intent }) => domainOf.get(intent) ?? "none")),
    },
  };
}

interface Dialogue {
  readonly metadata: { readonly services: readonly string[] };
  readonly messages: readonly { readonly content: string }[];
}

/**
 * One row per dialogue: the mean of its messages' vectors (each message is a chunk of its own here), of unit length. A dialogue with
 * several services is a class of its own: the label is the set of its services. `only` keeps dialogues with a single service.
 */
export async function sgdDialogues(
  embed: Embed,
  part: "test" | "dev",
  only: "all" | "single",
): Promise<LabelledSet> {
  const dialogues = linesOf<Dialogue>(`dialogues/sgd-${part}.jsonl.gz`).filter(
    ({ metadata }) => only === "all" || metadata.services.length === 1,
  );
  const said = dialogues.map(({ messages }) =>
    messages.map(({ content }) => content).filter((content) => content.trim() !== ""),
  );
  const { dim, data: all } = await embed(said.flat());
  const rows = new Float32Array(dialogues.length * dim);
  let message = 0;
  for (const [at, { length }] of said.entries()) {
    const mean = rows.subarray(at * dim, (at + 1) * dim);
    for (let last = message + length; message < last; message++)
      for (let place = 0; place < dim; place++)
        mean[place] = (mean[place] ?? 0) + (all[message * dim + place] ?? 0);
    const scale = 1 / Math.hypot(...mean);
    for (let place = 0; place < dim; place++) mean[place] = (mean[place] ?? 0) * scale;
  }
  return {
    name: `SGD ${part}${only === "single" ? ", one service" : ""}`,
    rows: { dim, rows: dialogues.length, data: rows },
    texts: said.map((texts) => texts.join("\n")),
    truths: {
      services: numbered(
        dialogues.map(({ metadata }) => [...metadata.services].sort().join(" + ")),
      ),
    },
  };
}
