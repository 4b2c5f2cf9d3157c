// Another model tried on a collection: some of its passages embedded with it, and questions answered among them by both models.
import type { Searcher } from "#index-store/index-store.ts";
import type { ModelTrial, TrialHit } from "#services/contract/models.ts";
import type { SourceKind } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import { dot } from "#services/domain/vectors.ts";
import type { Embedder } from "#services/embed/embed.ts";
import type { Parlance } from "#services/parlance.ts";
import { type CollectionRow, someChunks } from "#services/store/store.ts";
import { embeddingText } from "#services/text/text.ts";

const MOST_PASSAGES = 2000;
const AT_ONCE = 64;
/** Slow models embed fewer passages. */
const MOST_MS = 60_000;
const HITS = 5;
const SHOWN = 240;

type Chunk = Awaited<ReturnType<typeof someChunks>>[number];

/** A passage with its vectors by both models. */
interface Passage {
  readonly chunk: Chunk;
  readonly own: Float32Array;
  readonly other: Float32Array;
}

const embedded = async (
  known: readonly { readonly chunk: Chunk; readonly own: Float32Array }[],
  embedder: Embedder,
  signal: AbortSignal,
): Promise<readonly Passage[]> => {
  const passages: Passage[] = [];
  const began = performance.now();
  for (let from = 0; from < known.length; from += AT_ONCE) {
    if (performance.now() - began > MOST_MS) break;
    const some = known.slice(from, from + AT_ONCE);
    const { vectors } = await embedder.embed(
      some.map(({ chunk }) =>
        embeddingText(
          { text: chunk.text, source: chunk.source as SourceKind },
          { title: chunk.title },
        ),
      ),
      { inputType: "document", truncate: true, signal },
    );
    for (const [at, one] of some.entries())
      passages.push({
        ...one,
        other: vectors.data.subarray(at * vectors.dim, (at + 1) * vectors.dim),
      });
  }
  return passages;
};

const questionVector = async (embedder: Embedder, question: string): Promise<Float32Array> => {
  const { vectors } = await embedder.embed([question], {
    inputType: "query",
    urgency: "question",
    truncate: true,
  });
  return vectors.data;
};

const nearest = (
  passages: readonly Passage[],
  by: "own" | "other",
  question: Float32Array,
): readonly { readonly chunk: Chunk; readonly score: number }[] =>
  passages
    .map((one) => ({ chunk: one.chunk, score: dot(one[by], question) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, HITS);

const shown = ({ chunk, score }: { readonly chunk: Chunk; readonly score: number }): TrialHit => ({
  message: chunk.message_id,
  conversation: chunk.conversation_id,
  author: chunk.author,
  text: chunk.text.length > SHOWN ? `${chunk.text.slice(0, SHOWN).toWellFormed()}…` : chunk.text,
  score: Math.round(score * 1000) / 1000,
});

/** Those that are in the newest version and not being erased, with their vectors in the index. */
const indexed = (chunks: readonly Chunk[], searcher: Searcher) =>
  chunks.flatMap((chunk) => {
    const own = searcher.vector(chunk.id);
    return own === undefined ? [] : [{ chunk, own }];
  });

/**
 * Takes up to a minute, and more where the model has to be opened first.
 * @throws ParlanceError rejected `unknown-model` | `same-model` | `other-model` | `nothing-indexed`; as the embedder
 */
export const tryModel = async (
  parlance: Parlance,
  row: CollectionRow,
  wanted: { readonly model: string; readonly questions: readonly string[] },
  signal: AbortSignal,
): Promise<ModelTrial> => {
  const [own, other] = await Promise.all([
    parlance.embedder(row.model_id ?? undefined),
    parlance.embedder(wanted.model),
  ]);
  if (row.model_fingerprint !== null && row.model_fingerprint !== own.model.fingerprint)
    throw rejected(
      `The files of the model ${own.model.id} are others than those that “${row.name}” was embedded with.`,
      { code: "other-model", status: 409 },
    );
  if (own.model.fingerprint === other.model.fingerprint)
    throw rejected(`“${row.name}” has the model ${other.model.id} already.`, {
      code: "same-model",
      hint: "Name another one of `parlance models`.",
    });
  const searcher = await parlance.indexes.searcher(row.id);
  const chunks = await someChunks(parlance.store.rows, row.id, MOST_PASSAGES);
  const known = searcher === undefined ? [] : indexed(chunks, searcher);
  if (known.length === 0)
    throw rejected(`“${row.name}” has nothing indexed yet.`, {
      code: "nothing-indexed",
      status: 409,
      hint: "Import something first, and wait until it is searchable.",
    });
  const began = performance.now();
  const passages = await embedded(known, other, signal);
  const rate = passages.length / ((performance.now() - began) / 1000);
  const questions = [];
  for (const question of wanted.questions) {
    const byOwn = nearest(passages, "own", await questionVector(own, question));
    const byOther = nearest(passages, "other", await questionVector(other, question));
    const ids = new Set(byOwn.map(({ chunk }) => chunk.id));
    questions.push({
      question,
      own: byOwn.map(shown),
      other: byOther.map(shown),
      shared: byOther.filter(({ chunk }) => ids.has(chunk.id)).length,
    });
  }
  return {
    models: { own: own.model.id, other: other.model.id },
    passages: passages.length,
    passagesPerSecond: Math.round(rate * 10) / 10,
    wholeSeconds: Math.ceil(row.indexed_chunks / rate),
    questions,
  };
};
