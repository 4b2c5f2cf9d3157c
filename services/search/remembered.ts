// Caches of searching: vectors of questions and of sentences, separate for each organization.
import type { Searcher } from "#index-store/index-store.ts";
import { type Floors, openFloors } from "./floors.ts";
import { type Lru, openLru } from "./lru.ts";
import type { Exchange } from "./unite.ts";

const QUESTIONS = 2000;
const EXCHANGES = 20_000;
const SENTENCES = 4096;

type Entries<V> = Pick<Lru<V>, "get" | "set">;

export interface Remembered {
  /** By model and text; "none" for a text whose words the model does not know. */
  readonly questions: Entries<Float32Array | "none">;
  /** By chunk: an exchange that changes gets another id, and the chunks of organizations have different ids. */
  readonly exchanges: Entries<Exchange>;
  /** Collections' floors of similarity; a collection belongs to one organization. */
  readonly floors: Floors;
  /**
   * By text, for sentences of one searcher and one model (by its fingerprint): after an erasure the searcher is replaced, and its
   * sentences are dropped with it.
   */
  readonly sentences: (searcher: Searcher, model: string) => Entries<Float32Array>;
}

const ownEntries = <V>(shared: Lru<V>, owner: string): Entries<V> => ({
  get: (key) => shared.get(`${owner}\u0000${key}`),
  set: (key, value) => shared.set(`${owner}\u0000${key}`, value),
});

/**
 * Memory is bounded for all organizations together. They do not share entries, so that nobody can find out from the time of an
 * answer what another organization asked.
 */
export const openRemembered = (): ((organization: string) => Remembered) => {
  const floors = openFloors();
  const questions = openLru<Float32Array | "none">(QUESTIONS);
  const exchanges = openLru<Exchange>(EXCHANGES);
  const ofSearchers = new WeakMap<Searcher, Lru<Float32Array>>();
  // A searcher belongs to one collection, and so to one organization.
  const sentences = (searcher: Searcher, model: string) => {
    const known = ofSearchers.get(searcher) ?? openLru<Float32Array>(SENTENCES);
    ofSearchers.set(searcher, known);
    return ownEntries(known, model);
  };
  return (organization) => ({
    questions: ownEntries(questions, organization),
    exchanges,
    floors,
    sentences,
  });
};
