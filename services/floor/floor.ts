// How near in meaning a collection comes to questions that mean nothing: below that, a hit by meaning is chance.
import { z } from "zod";
import type { Searcher } from "#index-store/index-store.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { nonsenseOf } from "./nonsense.ts";

/** The name under which a version's manifest keeps it, among the annotations. */
export const FLOOR_ANNOTATION = "floor";

const cosine = z.number().min(-1).max(1);
const floorSchema = z.object({
  /** Fingerprint of the embedding model. */
  model: z.string(),
  /** Rows of messages that were measured. */
  rows: z.int().min(0),
  /** All rows of the version, exchanges included; absent where it was measured for a search. */
  allRows: z.int().min(0).optional(),
  /** By the number of words of a question, fewest first. */
  steps: z
    .array(
      z.object({
        words: z.int().min(1),
        /** The median of the similarity of a nonsense question's hundredth row: nearer rows may be shown. */
        shown: cosine,
        /** What the best similarity of 95 of 100 nonsense questions stays below: nearer rows are no chance. */
        sure: cosine,
      }),
    )
    .min(1),
});
export type Floor = z.infer<typeof floorSchema>;
export type FloorStep = Floor["steps"][number];

/** The lengths of the questions, in words: each word more narrows the spread of the best similarity. */
const LENGTHS = [1, 2, 4, 8, 16] as const;
/** Questions of each length. With 32 the median of repeated measurements differs by less than .02. */
const QUESTIONS = 32;
/** The row of a nonsense question whose similarity any row has by chance. */
const DEPTH = 100;
/** With fewer rows nothing is hidden: the reader sees them all anyway. */
const FEWEST_ROWS = 200;

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 1;

/** Rounded, so that a manifest is short. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/**
 * Asks nonsense questions of every length and keeps the distribution of the similarity of their nearest rows. null where the
 * collection has too few rows or words to tell.
 */
export const measureFloor = async (
  searcher: Searcher,
  embedder: Pick<Embedder, "embed" | "model">,
): Promise<Floor | null> => {
  if (searcher.rows < FEWEST_ROWS || searcher.dim !== embedder.model.dim) return null;
  const questions = nonsenseOf(searcher, LENGTHS, QUESTIONS);
  if (questions === null) return null;
  const { vectors } = await embedder.embed(questions.flat(), {
    inputType: "query",
    truncate: true,
  });
  const steps: FloorStep[] = [];
  for (const [length, words] of LENGTHS.entries()) {
    const best = new Float64Array(QUESTIONS);
    const deep = new Float64Array(QUESTIONS);
    for (let at = 0; at < QUESTIONS; at++) {
      const from = (length * QUESTIONS + at) * vectors.dim;
      const found = await searcher.semantic(vectors.data.slice(from, from + vectors.dim), {
        k: DEPTH,
      });
      best[at] = found[0]?.score ?? 0;
      deep[at] = found.at(-1)?.score ?? 0;
    }
    best.sort();
    deep.sort();
    steps.push({
      words,
      shown: rounded(quantile(deep, 0.5)),
      sure: rounded(quantile(best, 0.95)),
    });
  }
  return { model: embedder.model.fingerprint, rows: searcher.rows, steps };
};

/** The floor that a version's annotations hold; undefined where there is none, or one of another form. */
export const readFloor = (annotations: Readonly<Record<string, unknown>>): Floor | undefined =>
  floorSchema.safeParse(annotations[FLOOR_ANNOTATION]).data;

/** Whether what was measured on so many rows holds for others: until they are twice or half as many. */
export const holdsFor = (measured: number, rows: number): boolean =>
  rows <= measured * 2 && rows * 2 >= measured;

/** Whether a floor holds for so many rows of messages of this model. */
export const isCurrent = (floor: Floor, rows: number, model: string): boolean =>
  floor.model === model && holdsFor(floor.rows, rows);

/** The step for a question of so many words: of the longest length that it has. */
export const stepOf = (floor: Floor, words: number): FloorStep | undefined =>
  floor.steps.findLast((step) => step.words <= Math.max(1, words)) ?? floor.steps[0];
