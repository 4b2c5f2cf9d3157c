// Selections of an analysis: which messages they select, with data that is not in the frame, and the page that is shown.
import type { Searcher } from "#index-store/index-store.ts";
import {
  NO_SENTIMENT,
  type PointSet,
  roles,
  type SelectExtra,
  selectMessages,
  topicOfMessages,
} from "#services/analyse/frame/frame.ts";
import type { SelectedMessage } from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";
import { rejected } from "#services/domain/errors.ts";
import { readConceptId, readLabelId, readMessageId } from "#services/domain/ids.ts";
import { isMe } from "#services/domain/people.ts";
import type { Parlance } from "#services/parlance.ts";
import { namedPeople } from "#services/search/search.ts";
import {
  type CollectionRow,
  chunksOfLabel,
  conversationsOfLabel,
  findConcept,
  textsOfMessages,
} from "#services/store/store.ts";
import { shownText } from "#services/text/text.ts";
import type { View } from "./analysis-cache.ts";
import { matchesOf } from "./concept-scores.ts";
import { pointOfConversation } from "./map-view.ts";
import { readOwn } from "./people-here.ts";

/** Most characters of a message in a list. */
const SHOWN = 400;

/** One byte per point: those of the conversations, where whole conversations were analysed. */
const pointsOfConversations = (view: View, conversations: Iterable<string>): PointSet => {
  const inside = new Uint8Array(view.frame.points.count);
  for (const id of conversations) {
    const point = pointOfConversation(view, id);
    if (point !== undefined) inside[point] = 1;
  }
  return inside;
};

const labelSets = async ({ store }: Parlance, view: View, labels: readonly string[]) => {
  const sets = new Map<string, PointSet>();
  for (const text of labels) {
    const id = readLabelId(text);
    if (!id) continue;
    sets.set(
      text,
      view.frame.unit === "chunk"
        ? new Set<string>(await chunksOfLabel(store.rows, id))
        : pointsOfConversations(view, await conversationsOfLabel(store.rows, id)),
    );
  }
  return sets;
};

const searcherOf = async (
  { indexes }: Parlance,
  { collection, analysis }: View,
): Promise<Searcher | undefined> =>
  analysis.version === null ? undefined : indexes.searcher(collection, analysis.version);

const conceptSets = async (parlance: Parlance, view: View, concepts: readonly string[]) => {
  const sets = new Map<string, PointSet>();
  for (const text of concepts) {
    const id = readConceptId(text);
    const concept = id && (await findConcept(parlance.store.rows, id));
    const searcher = concept && (await searcherOf(parlance, view));
    if (!concept || !searcher) continue;
    const matches = await matchesOf(searcher, concept);
    sets.set(
      text,
      view.frame.unit === "chunk"
        ? new Set(matches.keys())
        : pointsOfConversations(view, matches.values()),
    );
  }
  return sets;
};

/** The points that were in the version: all except those added between it and the analysed version. */
const versionSet = async (parlance: Parlance, view: View, version: number): Promise<PointSet> => {
  const { analysis, collection, frame } = view;
  const index = await parlance.indexes.open(collection);
  const [newest] = await index.versions({ limit: 1 });
  if (version > (newest?.number ?? 0))
    throw rejected(`There is no version ${version} of this collection.`, {
      code: "unknown-version",
      status: 404,
      hint: "GET /collections/{id}/versions lists them.",
    });
  const { added } = await index.diff(version, analysis.version ?? version);
  const later = new Set(added);
  return Uint8Array.from({ length: frame.points.count }, (_, point) =>
    later.has(frame.points.ids.at(point)) ? 0 : 1,
  );
};

/** The selection with people as they are shown: "me", and names that were joined to others since. */
const settledSelection = async (
  parlance: Parlance,
  { collection, people }: View,
  selection: Selection,
): Promise<Selection> => {
  const { authors } = selection;
  if (authors === undefined) return selection;
  const known = authors.some(isMe) ? await readOwn(parlance, collection, people) : [];
  const own = known.length > 0 ? known : undefined;
  return { ...selection, authors: namedPeople({ people, own }, authors) };
};

/** One byte per message of the frame, 1 = selected. @throws ParlanceError rejected `unknown-version` (404) */
export const maskOf = async (
  parlance: Parlance,
  view: View,
  { row, selection }: { readonly row: CollectionRow; readonly selection: Selection },
): Promise<Uint8Array> => {
  const { version } = selection;
  const extra: SelectExtra = {
    zone: row.zone,
    labels: await labelSets(parlance, view, selection.labels ?? []),
    concepts: await conceptSets(parlance, view, selection.concepts ?? []),
    ...(version === undefined
      ? {}
      : { versions: new Map([[version, await versionSet(parlance, view, version)]]) }),
  };
  const settled = await settledSelection(parlance, view, selection);
  return selectMessages(view.frame, view.frameTopics, settled, extra);
};

const flagNames = (flags: number): string[] =>
  (["refusal", "frustration", "question"] as const).filter((_, bit) => (flags & (1 << bit)) !== 0);

/** Rows of the frame as a list shows them; messages erased since then are left out. */
export const showMessages = async (
  parlance: Parlance,
  { frame, leaves }: View,
  rows: Iterable<number>,
): Promise<SelectedMessage[]> => {
  const { messages, points, conversations } = frame;
  const wanted = [...rows];
  const ids = wanted.map((row) => readMessageId(messages.ids.at(row)));
  const texts = await textsOfMessages(
    parlance.store.rows,
    ids.filter((id) => id !== undefined),
  );
  const topics = topicOfMessages(frame);
  const placeOf = (row: number) => {
    const conversation = messages.conversation[row] ?? 0;
    const point = messages.point[row] ?? -1;
    const source = frame.sources[conversations.source[conversation] ?? 0] ?? "irc";
    return {
      chunk: point < 0 ? null : points.ids.at(point),
      point: point < 0 ? null : point,
      conversation: conversations.ids.at(conversation),
      title: conversations.titles.at(conversation) || null,
      channel: frame.channels[conversations.channel[conversation] ?? -1] ?? null,
      source: source as SelectedMessage["source"],
    };
  };
  return wanted.flatMap((row): SelectedMessage[] => {
    const id = messages.ids.at(row);
    const stored = texts.get(id);
    if (stored === undefined) return [];
    const role = roles[messages.role[row] ?? 0] ?? "person";
    const text = shownText({ role, text: stored });
    const at = messages.at[row] ?? Number.NaN;
    const sentiment = messages.sentiment[row] ?? NO_SENTIMENT;
    return [
      {
        ...placeOf(row),
        message: id,
        author: frame.authors[messages.author[row] ?? 0] ?? "",
        role,
        at: Number.isNaN(at) ? null : at,
        language: frame.languages[messages.language[row] ?? -1] ?? null,
        text: text.slice(0, SHOWN),
        isCut: text.length > SHOWN,
        textLength: stored.length,
        topic: leaves[topics[row] ?? -1]?.id ?? null,
        sentiment: sentiment === NO_SENTIMENT ? null : sentiment / 100,
        flags: flagNames(messages.flags[row] ?? 0),
      },
    ];
  });
};
