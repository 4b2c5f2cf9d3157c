// Makes hits of ranked rows: the stored row, a snippet, highlighted words, the closest sentence, neighbouring messages.
import type { TermSpan } from "#index-store/index-store.ts";
import type { Hit } from "#services/contract/search.ts";
import { writerOf } from "#services/domain/people.ts";
import { dot } from "#services/domain/vectors.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { sentences, shownText, snippet } from "#services/text/text.ts";
import type { Asked } from "./asked.ts";
import type { Fused } from "./rank.ts";
import type { Remembered } from "./remembered.ts";
import { type StoredExchange, showExchange } from "./show-exchange.ts";
import { marksIn } from "./words.ts";

/** The stored data of one chunk that is shown. */
export interface HitRow
  extends Omit<
    Hit,
    | "collection"
    | "snippet"
    | "textLength"
    | "highlights"
    | "closest"
    | "score"
    | "semanticRank"
    | "lexicalRank"
    | "similarity"
    | "bm25"
    | "topic"
    | "moreInConversation"
    | "exchange"
  > {
  readonly text: string;
  /** null for a chunk of messages. */
  readonly exchange: StoredExchange | null;
}

export interface HitRows {
  /** Rows by chunk id, with up to `context` visible neighbours on each side; ids of erased chunks are left out. */
  load(chunks: readonly string[], context: number): Promise<ReadonlyMap<string, HitRow>>;
}

export interface Picked {
  readonly asked: Asked;
  readonly chunk: string;
  readonly fused: Fused;
  readonly more: number;
}

export interface Meaning {
  readonly vector: Float32Array;
  readonly embedder: Embedder;
}

export interface Showing {
  readonly context: number;
  /** The question's vector and its embedder; undefined where only words were searched. */
  readonly meaning: Meaning | undefined;
}

/** Most characters of a chunk that are shown. */
const SNIPPET_LENGTH = 320;

/** A text that is shown, with the cached sentence vectors of its searcher. */
interface Shown {
  /** undefined where it was not found by meaning. */
  readonly text: string | undefined;
  readonly known: ReturnType<Remembered["sentences"]>;
}

export const openShow = (rows: HitRows, sentencesOf: Remembered["sentences"]) => {
  const embedSentences = async (
    wanted: readonly { readonly text: string; readonly known: Shown["known"] }[],
    embedder: Embedder,
  ): Promise<void> => {
    const missing = wanted.filter(({ text, known }) => known.get(text) === undefined);
    const fresh = [...new Set(missing.map(({ text }) => text))];
    if (fresh.length === 0) return;
    const { vectors } = await embedder.embed(fresh, { truncate: true, urgency: "question" });
    const places = new Map(fresh.map((text, place) => [text, place]));
    for (const { text, known } of missing) {
      const place = places.get(text) ?? 0;
      known.set(text, vectors.data.slice(place * vectors.dim, (place + 1) * vectors.dim));
    }
  };

  /** For each text with several sentences, the one nearest in meaning; in one batch for the whole page. */
  const closestOf = async (
    texts: readonly Shown[],
    { vector, embedder }: Meaning,
  ): Promise<(TermSpan | null)[]> => {
    const split = texts.map(({ text, known }) => ({
      of: text === undefined ? [] : sentences(text),
      known,
    }));
    const several = split.filter(({ of }) => of.length > 1);
    await embedSentences(
      several.flatMap(({ of, known }) => of.map(({ text }) => ({ text, known }))),
      embedder,
    );
    return split.map(({ of, known }) => {
      if (of.length < 2) return null;
      const [best] = of
        .map(({ start, text }) => {
          const own = known.get(text);
          const nearness = own === undefined ? -Infinity : dot(own, vector);
          return { span: { start, end: start + text.length }, nearness };
        })
        .sort((a, b) => b.nearness - a.nearness);
      return best?.span ?? null;
    });
  };

  return {
    async hits(picked: readonly Picked[], showing: Showing): Promise<Hit[]> {
      const stored = await rows.load(
        picked.map(({ chunk }) => chunk),
        showing.context,
      );
      const cut = picked.flatMap((one) => {
        const row = stored.get(one.chunk);
        if (row === undefined) return [];
        const text = shownText(row);
        const shown = snippet(text, marksIn(text, one.asked.plan), { length: SNIPPET_LENGTH });
        return [{ one, row, shown, length: text.length }];
      });
      const closest =
        showing.meaning === undefined
          ? []
          : await closestOf(
              cut.map(({ one, row, shown }) => ({
                // Of an exchange its messages are shown, each with its own marks.
                text:
                  one.fused.semanticRank === null || row.exchange !== null ? undefined : shown.text,
                known: sentencesOf(
                  one.asked.searcher,
                  showing.meaning?.embedder.model.fingerprint ?? "",
                ),
              })),
              showing.meaning,
            );
      return cut.map(({ one, row: { text, exchange, ...row }, shown, length }, place) => ({
        ...row,
        exchange: exchange && showExchange(exchange, one.asked.plan),
        ...writerOf(one.asked.here.people, row),
        collection: one.asked.collection.id,
        snippet: shown.text,
        textLength: length,
        highlights: shown.spans.map(({ start, end }) => ({ start, end })),
        closest: closest[place] ?? null,
        score: one.fused.score,
        semanticRank: one.fused.semanticRank,
        lexicalRank: one.fused.lexicalRank,
        similarity: one.fused.similarity,
        bm25: one.fused.bm25,
        topic: topicOf(one, row.conversation),
        moreInConversation: one.more,
      }));
    },
  };
};

const topicOf = ({ asked, chunk }: Picked, conversation: string): Hit["topic"] => {
  const topic = asked.groups?.topicOf(chunk, conversation) ?? null;
  return topic && { id: topic.id, title: topic.title, colour: topic.colour };
};
