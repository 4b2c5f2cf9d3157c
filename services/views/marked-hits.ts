// Hits with the places of what their collection marks, as messages of a conversation have them.
import type { FoundSpan } from "#services/contract/cleaning.ts";
import type { Hit } from "#services/contract/search.ts";
import { type FoundKind, foundKinds } from "#services/domain/cleaning.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import { cleaningOf, type Rows } from "#services/store/store.ts";
import { findPrivate } from "#services/text/text.ts";

/** The kinds that a collection marks. */
const markedIn = async (rows: Rows, collection: string): Promise<readonly FoundKind[]> => {
  const id = readCollectionId(collection);
  if (id === undefined) return [];
  const { found } = await cleaningOf(rows, id);
  return foundKinds.filter((kind) => found[kind] === "mark");
};

/** What a snippet cuts is not recognised: it begins and ends between words, and a value is one word mostly. */
const withMarks = <T extends { readonly snippet: string }>(
  shown: T,
  kinds: readonly FoundKind[],
): T & { readonly marks?: FoundSpan[] } => {
  const marks = findPrivate(shown.snippet, kinds);
  return marks.length === 0 ? shown : { ...shown, marks };
};

export const markHits = async (rows: Rows, hits: readonly Hit[]): Promise<Hit[]> => {
  const marked = new Map<string, readonly FoundKind[]>();
  for (const id of new Set(hits.map(({ collection }) => collection)))
    marked.set(id, await markedIn(rows, id));
  return hits.map((hit) => {
    const kinds = marked.get(hit.collection) ?? [];
    if (kinds.length === 0) return hit;
    const { exchange } = hit;
    return {
      ...withMarks(hit, kinds),
      exchange: exchange && {
        ...exchange,
        question: exchange.question.map((one) => withMarks(one, kinds)),
        answers: exchange.answers.map((one) => withMarks(one, kinds)),
      },
    };
  });
};
