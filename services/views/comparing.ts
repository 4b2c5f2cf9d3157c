// Compares two selections: columns of the frame by statistics, words in the texts of a sample of each side.
import { tokenize } from "#index-store/index-store.ts";
import { compareSides, type WordCount } from "#services/analyse/compare/compare.ts";
import { narrowSelection, rowsOf } from "#services/analyse/frame/frame.ts";
import { distinct, noTally, openTermCounter, type Tally } from "#services/analyse/names/names.ts";
import type { Comparison, Difference } from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";
import { readMessageId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { type CollectionRow, textsOfMessages } from "#services/store/store.ts";
import type { View } from "./analysis-cache.ts";
import { maskOf } from "./selected.ts";

/** Messages of each side whose words are read, evenly over its time: with more, the result would be the same but later. */
const READ = 4000;

const evenly = (rows: Uint32Array, most: number): number[] => {
  const step = Math.max(1, rows.length / most);
  return Array.from(
    { length: Math.min(rows.length, most) },
    (_, at) => rows[Math.floor(at * step)] ?? 0,
  );
};

type Words = NonNullable<Parameters<typeof compareSides>[2]["words"]>;

/** Words and phrases by side, counted once per message, however often a message repeats them. */
const wordsOf = async (
  { store }: Parlance,
  { frame }: View,
  masks: readonly [Uint8Array, Uint8Array],
): Promise<Words> => {
  const { messages } = frame;
  const counter = openTermCounter({ topics: 2, tokenize, authors: frame.authors });
  for (const [side, mask] of masks.entries()) {
    const rows = evenly(rowsOf(mask), READ);
    const ids = rows.map((row) => readMessageId(messages.ids.at(row)));
    const texts = await textsOfMessages(
      store.rows,
      ids.filter((id) => id !== undefined),
    );
    for (const row of rows) {
      const text = texts.get(messages.ids.at(row));
      if (text === undefined) continue;
      counter.add({
        text,
        topic: side,
        language: frame.languages[messages.language[row] ?? -1] ?? null,
        conversation: messages.conversation[row] ?? 0,
        author: messages.author[row] ?? 0,
      });
    }
  }
  const counts = counter.counts();
  const words = new Map<number, readonly [Tally, Tally]>();
  for (const side of [0, 1] as const)
    for (const [term, tally] of counts.ofTopic(side)) {
      const [a, b] = words.get(term) ?? [noTally, noTally];
      words.set(term, side === 0 ? [tally, b] : [a, tally]);
    }
  // Conversations are counted in bitmaps that are full at about a hundred; a word beyond that counts as burstier than it is.
  const homes = ({ texts, conversations }: Tally) => Math.min(texts, distinct(conversations));
  const all = [...words].map(
    ([term, [a, b]]): WordCount => ({
      word: counts.terms[term]?.surface ?? "",
      countA: a.texts,
      countB: b.texts,
      conversationsA: homes(a),
      conversationsB: homes(b),
    }),
  );
  const total = (of: (count: WordCount) => number) => all.reduce((sum, one) => sum + of(one), 0);
  return {
    counts: all,
    totalA: total(({ countA }) => countA),
    totalB: total(({ countB }) => countB),
  };
};

/** @throws ParlanceError rejected `unknown-version` (404) */
export const compareSelections = async (
  parlance: Parlance,
  { row, view }: { readonly row: CollectionRow; readonly view: View | undefined },
  { a, b }: { readonly a: Selection; readonly b: Selection },
): Promise<Comparison> => {
  const none = { messages: 0, conversations: 0, people: 0 };
  if (!view)
    return {
      analysis: null,
      a: { ...none, selection: a },
      b: { ...none, selection: b },
      shared: 0,
      differences: [],
      says: ["This collection has not been analysed yet."],
      method: "",
    };
  const masks = [
    await maskOf(parlance, view, { row, selection: a }),
    await maskOf(parlance, view, { row, selection: b }),
  ] as const;
  const found = compareSides(view.frame, view.frameTopics, {
    a: masks[0],
    b: masks[1],
    words: await wordsOf(parlance, view, masks),
  });
  return {
    analysis: view.analysis.id,
    a: { ...found.a, selection: a },
    b: { ...found.b, selection: b },
    shared: found.shared,
    differences: found.differences.map(({ opens, ...one }): Difference => {
      const narrowed = (side: Selection, count: number) =>
        opens === null || count === 0
          ? null
          : (narrowSelection(side, opens, view.frameTopics) as Selection | null);
      return {
        ...one,
        selectionA: narrowed(a, one.countA),
        selectionB: narrowed(b, one.countB),
      };
    }),
    says: found.says,
    method: `${found.method} Words are counted once a message, in ${READ.toLocaleString("en")} messages of each side at most.`,
  };
};
