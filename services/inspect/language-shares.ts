// In which languages a file is written: all messages of a small one, of a large one every hundredth.
import { openLanguageDetector } from "#services/text/text.ts";

export interface LanguageShare {
  /** ISO 639-1. */
  readonly code: string;
  /** Of the messages whose language can be told, 0 … 1. */
  readonly share: number;
}

/** Up to so many messages each one is looked at, up to so many each tenth, then each hundredth: telling takes as long as reading. */
const EACH = 5_000;
const TENTHS = 50_000;

const stepAt = (messages: number): number => (messages < EACH ? 1 : messages < TENTHS ? 10 : 100);

export const openLanguageShares = () => {
  const counts = new Map<string, number>();
  let detect = openLanguageDetector();
  let messages = 0;
  let told = 0;
  return {
    add(text: string, author: string): void {
      const step = stepAt(messages);
      if (messages++ % step !== 0) return;
      const code = detect(text, author);
      if (code === null) return;
      told += step;
      counts.set(code, (counts.get(code) ?? 0) + step);
    },
    /** The next conversation begins: its authors may write in other languages. */
    next(): void {
      detect = openLanguageDetector();
    },
    /** The largest first. */
    shares: (): LanguageShare[] =>
      Array.from(counts, ([code, count]) => ({ code, share: count / told })).sort(
        (a, b) => b.share - a.share,
      ),
  };
};
