// Names by a language model, where one is configured: sends masked texts, checks the answers, and never pays twice for the same request.

import type { Analysis, AnalysisSettings } from "#services/contract/analysis.ts";
import { type CollectionId, readChunkId } from "#services/domain/ids.ts";
import { dot, row, rowThrough } from "#services/domain/vectors.ts";
import type { Llm, NamingRequest, TopicName } from "#services/llm/llm.ts";
import { findAnswer, hydrateHits, type Store, saveAnswer } from "#services/store/store.ts";
import { maskText } from "#services/text/text.ts";
import type { Grouped } from "./grouped.ts";
import type { TopicName as MadeName } from "./name-topics.ts";
import type { ReadPoints } from "./read-points.ts";
import type { TreeTopic } from "./topic-tree.ts";

type Told = NonNullable<Analysis["llm"]>;

export interface Asking {
  readonly store: Store;
  readonly collection: CollectionId;
  readonly llm: Llm;
  readonly settings: AnalysisSettings;
  /** Chunk of each point. */
  readonly ids: ReadPoints["ids"];
  readonly grouped: Grouped;
  readonly tree: readonly TreeTopic[];
  readonly names: readonly MadeName[];
  readonly signal: AbortSignal;
  /** Asked before each request, so that no words of what is being erased are sent. */
  readonly isWanted: () => Promise<boolean>;
  readonly onProgress: (share: number) => void;
}

/** Texts of each kind in a request. */
const TEXTS = 30;
/** After so many failures in a row the model is not asked again in this analysis. */
const PATIENCE = 3;

/** Chunks outside the topic, the nearest first. */
const nearestOutside = ({ grouped, ids }: Asking, leaves: readonly number[]): string[] => {
  const inside = new Set(leaves);
  const centre = new Float32Array(grouped.rows.dim);
  for (const leaf of leaves)
    for (const [d, value] of row(grouped.centroids, leaf).entries())
      centre[d] = (centre[d] ?? 0) + value;
  const scratch = new Float32Array(grouped.rows.dim);
  const best: { id: string; near: number }[] = [];
  for (let point = 0; point < ids.length; point++) {
    if (inside.has(grouped.topicOf[point] ?? -1)) continue;
    const near = dot(centre, rowThrough(grouped.rows, point, scratch));
    if (best.length >= TEXTS && near <= (best.at(-1)?.near ?? 0)) continue;
    best.push({ id: ids.at(point) ?? "", near });
    best.sort((a, b) => b.near - a.near);
    if (best.length > TEXTS) best.pop();
  }
  return best.map(({ id }) => id);
};

const masked = async (
  { store, settings }: Asking,
  chunks: readonly string[],
): Promise<string[]> => {
  const ids = chunks.map(readChunkId).filter((id) => id !== undefined);
  const found = new Map(
    (await hydrateHits(store.rows, ids, 0)).map((hit) => [hit.chunk, hit.text]),
  );
  return ids.flatMap((id) => {
    const text = found.get(id);
    return text === undefined ? [] : [maskText(text, settings.mask)];
  });
};

/** Only keywords that the masked texts still contain: a password that stands alone would not be recognised by masking. */
const keywordsIn = (
  { settings }: Asking,
  { keywords }: MadeName,
  texts: readonly string[],
): string[] => {
  const said = texts.join("\n").toLowerCase();
  return keywords
    .map(({ term }) => maskText(term, settings.mask))
    .filter((term) => said.includes(term.toLowerCase()));
};

const requestFor = async (
  asking: Asking,
  topic: TreeTopic,
  name: MadeName,
): Promise<NamingRequest> => {
  const members = await masked(asking, name.members);
  return {
    members,
    outside: await masked(asking, nearestOutside(asking, topic.leaves)),
    keywords: keywordsIn(asking, name, members),
    language: name.language,
  };
};

interface Tally {
  named: number;
  tokensIn: number;
  tokensOut: number;
  cost: number | null;
  problem: string | null;
}

const answerFor = async (
  { store, collection, llm, signal }: Asking,
  request: NamingRequest,
  tally: Tally,
): Promise<TopicName | undefined> => {
  const key = llm.cacheKeyOf(request);
  const kept = await findAnswer(store.rows, collection, key);
  if (kept) return kept.answer as TopicName;
  const { name, problem, usage } = await llm.nameTopic(request, signal);
  tally.tokensIn += usage.tokensIn;
  tally.tokensOut += usage.tokensOut;
  if (usage.cost !== null) tally.cost = (tally.cost ?? 0) + usage.cost;
  if (problem) tally.problem = problem.message;
  if (name)
    await saveAnswer(store, collection, {
      key,
      answer: name,
      model: llm.model,
      tokensIn: usage.tokensIn,
      tokensOut: usage.tokensOut,
    });
  return name;
};

/** By place in the tree; a topic that is missing keeps the name made from its keywords. Never fails because of the model. */
export const nameByModel = async (
  asking: Asking,
): Promise<{ readonly names: ReadonlyMap<number, TopicName>; readonly told: Told }> => {
  const { tree, names, llm, signal, isWanted, onProgress } = asking;
  const found = new Map<number, TopicName>();
  const tally: Tally = { named: 0, tokensIn: 0, tokensOut: 0, cost: null, problem: null };
  // Topics that are no subject have their names.
  const own = new Set(asking.grouped.special.map(({ id }) => id));
  let failures = 0;
  for (const [at, topic] of tree.entries()) {
    signal.throwIfAborted();
    const made = names[at];
    if (own.has(topic.id)) continue;
    if (!made || failures >= PATIENCE || !(await isWanted())) break;
    const answer = await answerFor(asking, await requestFor(asking, topic, made), tally);
    failures = answer ? 0 : failures + 1;
    if (answer) {
      found.set(at, answer);
      tally.named++;
    }
    onProgress((at + 1) / tree.length);
  }
  return { names: found, told: { model: llm.model, ...tally } };
};
