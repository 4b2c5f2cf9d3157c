// What searching remembers between questions: vectors of questions and of sentences, each organization's apart.
import type { Searcher } from "#index-store/index-store.ts";
import { type Lru, openLru } from "./lru.ts";

const QUESTIONS = 2000;
const SENTENCES = 4096;

type Entries<V> = Pick<Lru<V>, "get" | "set">;

export interface Remembered {
  /** By text; "none" for a text in which the model knows no word. */
  readonly questions: Entries<Float32Array | "none">;
  /** By text, for sentences of one snapshot: an erasure replaces the snapshot, and they go with it. */
  readonly sentences: (searcher: Searcher) => Entries<Float32Array>;
}

const ownEntries = <V>(shared: Lru<V>, owner: string): Entries<V> => ({
  get: (key) => shared.get(`${owner}\u0000${key}`),
  set: (key, value) => shared.set(`${owner}\u0000${key}`, value),
});

/**
 * Memory for all organizations together is bounded. One does not find what another asked: not even by the time that an answer
 * takes.
 */
export const openRemembered = (): ((organization: string) => Remembered) => {
  const questions = openLru<Float32Array | "none">(QUESTIONS);
  const ofSnapshots = new WeakMap<Searcher, Lru<Float32Array>>();
  // A snapshot belongs to one collection, and so to one organization.
  const sentences = (searcher: Searcher) => {
    const known = ofSnapshots.get(searcher) ?? openLru<Float32Array>(SENTENCES);
    ofSnapshots.set(searcher, known);
    return known;
  };
  return (organization) => ({
    questions: ownEntries(questions, organization),
    sentences,
  });
};
