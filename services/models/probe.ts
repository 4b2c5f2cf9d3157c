// What a model is tested with, and how fast it is here.
import type { ModelSpeed, ModelTest } from "#services/contract/models.ts";
import { dot, row, type Vectors } from "#services/domain/vectors.ts";
import type { Embedder } from "#services/embed/embed.ts";

/** The first two say the same in other words, the third something else. */
const TEXTS = [
  "How do I reset my password?",
  "I forgot my password and cannot sign in any more.",
  "The night train to Hamburg leaves at nine o'clock.",
] as const;

/** Components of two runs of one model may differ by so much: another processor, or another number of threads. */
const MOST_APART = 1e-3;

/** Vectors of the texts, for later tests. */
export type Known = readonly (readonly number[])[];

const listed = (vectors: Vectors): number[][] =>
  Array.from({ length: vectors.rows }, (_, at) => Array.from(row(vectors, at)));

const apart = (before: Known, now: Known): number =>
  Math.max(
    ...now.flatMap((vector, at) =>
      vector.map((value, dim) => Math.abs(value - (before[at]?.[dim] ?? Number.POSITIVE_INFINITY))),
    ),
  );

export interface Tested {
  readonly test: ModelTest;
  readonly known: Known;
}

/** What is known of a model that is tested again. */
export interface Before {
  /** The vectors of its first test; undefined where there was none. */
  readonly known: Known | undefined;
  readonly fingerprint: string;
  /** The fingerprint of its files now, or why they cannot be read. */
  readonly files: string;
}

/** Embeds a few texts and checks the vectors. @param before undefined at the first test */
export const testModel = async (embedder: Embedder, before?: Before): Promise<Tested> => {
  const { vectors } = await embedder.embed(TEXTS, { truncate: true });
  const known = listed(vectors);
  const near = dot(row(vectors, 0), row(vectors, 1));
  const far = Math.max(
    dot(row(vectors, 0), row(vectors, 2)),
    dot(row(vectors, 1), row(vectors, 2)),
  );
  const checks: ModelTest["checks"] = [
    {
      what: "What says the same is nearer than what does not",
      ok: near > far,
      detail: `${near.toFixed(3)} against ${far.toFixed(3)}`,
    },
  ];
  if (before?.known !== undefined) {
    const difference = apart(before.known, known);
    checks.push({
      what: "The same vectors as when it was added",
      ok: difference <= MOST_APART,
      detail: `${difference.toExponential(1)} apart at most`,
    });
  }
  if (before !== undefined)
    checks.push({
      what: "The same files as when it was added",
      ok: before.files === before.fingerprint,
      detail: before.files.slice(0, 200),
    });
  return { test: { ok: checks.every(({ ok }) => ok), checks }, known };
};

const AT_ONCE = 64;
const LEAST_MS = 1500;

/** Embeds messages of 5 to 45 words for about a second and a half. */
export const measureModel = async (embedder: Embedder): Promise<ModelSpeed> => {
  const words = TEXTS.join(" ").split(" ");
  const batch = (nth: number) =>
    Array.from({ length: AT_ONCE }, (_, at) => {
      const length = 5 + ((at * 7 + nth) % 41);
      return Array.from({ length }, (_word, place) => words[(place * 5 + at + nth) % words.length])
        .join(" ")
        .concat(` ${nth}-${at}`);
    });
  await embedder.embed(batch(0), { truncate: true });
  const began = performance.now();
  let [texts, tokens] = [0, 0];
  for (let nth = 1; performance.now() - began < LEAST_MS; nth++) {
    const embedded = await embedder.embed(batch(nth), { truncate: true });
    texts += AT_ONCE;
    tokens += embedded.tokens.reduce((sum, count) => sum + count, 0);
  }
  const ms = performance.now() - began;
  return {
    textsPerSecond: Math.round((texts / ms) * 1000),
    tokensPerSecond: Math.round((tokens / ms) * 1000),
    texts,
    ms: Math.round(ms),
  };
};
