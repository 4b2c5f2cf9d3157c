// What searching remembers between questions: vectors of questions and of sentences, each organization's apart.
import { type Lru, openLru } from "./lru.ts";

const QUESTIONS = 2000;
const SENTENCES = 4096;

type Entries<V> = Pick<Lru<V>, "get" | "set">;

export interface Remembered {
  /** By text; "none" for a text in which the model knows no word. */
  readonly questions: Entries<Float32Array | "none">;
  /** By text. */
  readonly sentences: Entries<Float32Array>;
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
  const sentences = openLru<Float32Array>(SENTENCES);
  return (organization) => ({
    questions: ownEntries(questions, organization),
    sentences: ownEntries(sentences, organization),
  });
};
