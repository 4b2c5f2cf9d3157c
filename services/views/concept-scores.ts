// Concepts: trained from a query and thumbs, and ranked by the index itself, because the score grows with w · x.
import type { Searcher } from "#index-store/index-store.ts";
import {
  type Concept,
  directionOf,
  probabilityAt,
  similarityAt,
  trainConcept,
} from "#services/analyse/concepts/concepts.ts";
import { rejected, unavailable } from "#services/domain/errors.ts";
import { type Vectors, vectors } from "#services/domain/vectors.ts";
import type { Parlance } from "#services/parlance.ts";
import type { StoredConcept, StoredExample, StoredTraining } from "#services/store/store.ts";

/** Rows that represent typical messages. */
const BACKGROUND = 400;
const SEED = 11;
/** Number of rows ranked first, and the factor by which it grows while the last one still matches. */
const FIRST = 1000;
const FURTHER = 8;

/** What scores are computed from. */
type Scoring = Pick<StoredConcept, "name" | "training" | "personThreshold">;

export const thresholdOf = ({ personThreshold, training }: Scoring): number =>
  personThreshold ?? training?.threshold ?? 0.5;

const asConcept = ({ weights, bias, threshold, accuracy }: StoredTraining): Concept => ({
  weights,
  bias,
  threshold,
  accuracy,
  trainedOn: { up: 0, down: 0, background: 0 },
});

const trainingFor = (searcher: Searcher, concept: Scoring): Concept => {
  const { training, name } = concept;
  if (training?.weights.length === searcher.dim) return asConcept(training);
  throw rejected(`“${name}” was not trained with the vectors that this collection has now.`, {
    code: "untrained-concept",
    status: 409,
    hint: "Add a thumb, or save its query again: the concept is then trained again.",
  });
};

export interface Ranked {
  readonly chunk: string;
  readonly probability: number;
}

/** The `k` most probable chunks, in order. @throws ParlanceError rejected `untrained-concept` (409) */
export const rankBy = async (
  searcher: Searcher,
  concept: StoredConcept,
  k: number,
): Promise<Ranked[]> => {
  const trained = trainingFor(searcher, concept);
  const found = await searcher.semantic(directionOf(trained), { k });
  return found.map(({ id, score }) => ({
    chunk: id,
    probability: probabilityAt(trained, score),
  }));
};

/** All chunks above the threshold with their conversations, the most probable first. */
export const matchesOf = async (
  searcher: Searcher,
  concept: Scoring,
): Promise<ReadonlyMap<string, string>> => {
  const trained = trainingFor(searcher, concept);
  const least = similarityAt(trained, thresholdOf(concept));
  const direction = directionOf(trained);
  for (let k = FIRST; ; k *= FURTHER) {
    const wanted = Math.min(k, searcher.rows);
    const found = await searcher.semantic(direction, { k: wanted });
    const last = found.at(-1);
    // Fewer than wanted, also where vectors are damaged: those rows have no score, and no larger number finds them.
    const isAll = found.length < wanted || wanted === searcher.rows;
    if (last === undefined || last.score < least || isAll) {
      const held = found.filter(({ score }) => score >= least);
      const read = searcher.read(held, ["conversation"]);
      return new Map(held.map(({ id }, at) => [id, String(read[at]?.["conversation"] ?? "")]));
    }
  }
};

const vectorsOf = (searcher: Searcher, chunks: readonly string[]): Vectors => {
  const list = chunks.map((id) => searcher.vector(id)).filter((one) => one !== undefined);
  const data = new Float32Array(list.length * searcher.dim);
  for (const [at, vector] of list.entries()) data.set(vector, at * searcher.dim);
  return vectors(searcher.dim, data);
};

interface Wanted {
  readonly query: string;
  readonly examples: readonly StoredExample[];
  /** Of the collection; null for the default one. */
  readonly model: string | null;
}

const queryVector = async (
  parlance: Parlance,
  { query, model }: Pick<Wanted, "query" | "model">,
): Promise<Float32Array> => {
  const embedder = await parlance.embedder(model ?? undefined);
  const { vectors: embedded, unembeddable } = await embedder.embed([query], {
    inputType: "query",
    urgency: "question",
    truncate: true,
  });
  if (unembeddable.length > 0)
    throw rejected("The model knows none of these words.", {
      code: "no-meaning",
      hint: "Describe what is meant in other words.",
    });
  return embedded.data;
};

/**
 * @throws ParlanceError rejected `no-meaning`; unavailable where the collection's vectors are of another model than the one
 * that runs.
 */
export const trainOn = async (
  parlance: Parlance,
  searcher: Searcher,
  wanted: Wanted,
): Promise<StoredTraining> => {
  const { examples } = wanted;
  const asked = await queryVector(parlance, wanted);
  if (asked.length !== searcher.dim)
    throw unavailable("The collection was embedded with another model than the current one.", {
      code: "other-model",
    });
  const chunks = (verdict: StoredExample["verdict"]) =>
    examples.filter((one) => one.verdict === verdict).map(({ chunk }) => chunk);
  const given = {
    query: asked,
    up: vectorsOf(searcher, chunks("up")),
    down: vectorsOf(searcher, chunks("down")),
    background: searcher.sample(BACKGROUND, SEED),
  };
  const began = performance.now();
  const { weights, bias, threshold, accuracy } = trainConcept(given);
  return { weights, bias, threshold, accuracy, milliseconds: performance.now() - began };
};
