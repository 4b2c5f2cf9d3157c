// Prepares one collection for a question: its searcher, the rows that pass the filters, the words and floors that apply to it.
import {
  type Filter,
  IndexError,
  type LexicalQuery,
  type RowSet,
  type Searcher,
} from "#index-store/index-store.ts";
import type { SearchMode, SearchRequest } from "#services/contract/search.ts";
import { rejected } from "#services/domain/errors.ts";
import { isMe } from "#services/domain/people.ts";
import type { Embedder } from "#services/embed/embed.ts";
import type { Asked, AskedExchanges } from "./asked.ts";
import type { Meant } from "./column-names.ts";
import type { Cursor } from "./cursor.ts";
import {
  allOf,
  filterOfKinds,
  filtersOfOperators,
  filtersOfRequest,
  type NamedFilter,
} from "./filters.ts";
import { type Floors, floorOf } from "./floors.ts";
import { type Groups, type GroupsWanted, groupedRows, wantedGroups } from "./groups.ts";
import { judge } from "./judge.ts";
import { languagesOf } from "./languages.ts";
import type { PeopleHere } from "./people-filter.ts";
import { isListing, parseQuestion, type Question } from "./query.ts";
import { searchedUnits } from "./searched-units.ts";
import { planTerms } from "./terms.ts";
import { withoutWords } from "./without-words.ts";

/** A collection that may be asked. */
export interface TargetCollection {
  readonly id: string;
  readonly name: string;
  /** The name of the model of its vectors; null for the default one. */
  readonly model: string | null;
  /** Its fingerprint; null before the first batch. */
  readonly modelFingerprint: string | null;
  /** Lexical where the model was not made for the collection's language. */
  readonly defaultMode: SearchMode;
}

export interface Asking {
  readonly request: SearchRequest;
  readonly question: Question;
  readonly cursor: Cursor | undefined;
  /** As the request says, or as these collections are searched where it says nothing. */
  readonly mode: SearchMode;
  /** undefined where the model is not available, or where vectors cannot be searched. */
  readonly embedder: Embedder | undefined;
  /** Why there is no embedder, in a sentence for a person. */
  readonly wordsOnly: string;
}

export interface AskDeps {
  /** A searcher of the messages of a collection's index; null before its first version. */
  readonly searcher: (collection: string, address?: string | number) => Promise<Searcher | null>;
  /** The exchanges beside the messages of such a searcher; undefined where there are none. */
  readonly exchangesBeside: (
    messages: Searcher,
  ) => { readonly searcher: Searcher; readonly rows: RowSet } | undefined;
  /** Ids of the conversations whose title contains these words. */
  readonly titled: (collection: string, title: string) => Promise<readonly string[]>;
  /** Authors who are called so by a name that the index does not have, as they are shown. */
  readonly called: (collection: string, name: string) => Promise<Meant>;
  /** Who the people of a collection are, and, where it is asked for, which of them ask. */
  readonly people: (collection: string, asksForMe: boolean) => Promise<PeopleHere>;
  /** Topics and labels of a collection for this searcher; null where it has no analysis. */
  readonly groups: (
    collection: string,
    searcher: Searcher,
    wanted: GroupsWanted,
  ) => Promise<Groups | null>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What an exchange must pass. */
interface Passing {
  readonly filter: Filter | undefined;
  readonly isGrouped: boolean;
  readonly excluded: LexicalQuery["not"];
}

/** Whether a question is for what whoever asks has written. */
export const asksForMe = (
  { filters }: Pick<SearchRequest, "filters">,
  { operators }: Pick<Question, "operators">,
): boolean => [...operators.from, ...(filters?.authors ?? [])].some(isMe);

/** The same of a question as it is typed. */
export const isForMe = (request: Pick<SearchRequest, "query" | "filters">): boolean =>
  asksForMe(request, parseQuestion(request.query, 0));

const addressOf = (id: string, { cursor, request }: Asking) =>
  cursor?.versions.find(([collection]) => collection === id)?.[1] ?? request.version;

export const openAskOne = (deps: AskDeps, floors: Floors) => {
  const searcherOf = async (id: string, address: string | number | undefined) => {
    try {
      return await (address === undefined ? deps.searcher(id) : deps.searcher(id, address));
    } catch (error) {
      if (!(error instanceof IndexError) || error.code !== "unknown-version") throw error;
      throw rejected(`There is no version ${address} of this collection (any more).`, {
        code: "unknown-version",
        status: 404,
        hint: "Leave the version out to search the newest; the collection's list of versions names those that are kept.",
        cause: error,
      });
    }
  };

  const filtersOf = async (
    collection: string,
    { request, question }: Asking,
    { searcher, here }: { readonly searcher: Searcher; readonly here: PeopleHere },
  ): Promise<readonly NamedFilter[]> => {
    const titled = new Map<string, readonly string[]>();
    for (const title of question.operators.in)
      titled.set(title, await deps.titled(collection, title));
    const called = new Map<string, Meant>();
    for (const name of question.operators.from)
      called.set(name, await deps.called(collection, name));
    return [
      ...filtersOfRequest(request.filters ?? {}, here),
      ...filtersOfOperators(question.operators, searcher, { titled, called, here }),
      ...filterOfKinds(request.filters ?? {}, question.operators, searcher),
    ];
  };

  /** Topics and labels are of messages: with a filter by them, no exchange passes. */
  const exchangesOf = (
    messages: Searcher,
    { filter, isGrouped, excluded }: Passing,
  ): AskedExchanges | undefined => {
    const beside = deps.exchangesBeside(messages);
    if (beside === undefined || isGrouped) return undefined;
    const { searcher, rows } = beside;
    const passing =
      filter === undefined ? rows : searcher.intersect([searcher.select(filter), rows]);
    return { searcher, rows, within: withoutWords(searcher, passing, excluded) ?? passing };
  };

  /** null where the collection has no version yet. */
  return async (
    { collection, place, here }: Pick<Asked, "place" | "here"> & { collection: TargetCollection },
    asking: Asking,
  ): Promise<Asked | null> => {
    const { request, question, mode, embedder } = asking;
    const messages = await searcherOf(collection.id, addressOf(collection.id, asking));
    if (messages === null) return null;
    const units = searchedUnits(request, question);
    const filters = await filtersOf(collection.id, asking, { searcher: messages, here });
    const filter = allOf(filters);
    const wanted = wantedGroups(request.filters ?? {}, question.operators);
    const groups = await deps.groups(collection.id, messages, wanted);
    const grouped = groupedRows({
      filters: request.filters ?? {},
      operators: question.operators,
      searcher: messages,
      groups,
    });
    const languages = languagesOf(messages);
    const plan = planTerms(question, messages, languages);
    const excluded = plan.query.not;
    const exchanges = units.includes("exchange")
      ? exchangesOf(messages, { filter, isGrouped: grouped.length > 0, excluded })
      : undefined;
    const sets = [
      ...(filter === undefined ? [] : [messages.select(filter)]),
      ...grouped.map(({ rows }) => rows),
    ];
    const passing = sets.length <= 1 ? sets[0] : messages.intersect(sets);
    const ofMessages = withoutWords(messages, passing, excluded);
    // Where only exchanges are searched, they are what is counted and listed.
    const isOfMessages = units.includes("message");
    const searcher = isOfMessages ? messages : (exchanges?.searcher ?? messages);
    const within = isOfMessages ? ofMessages : (exchanges?.within ?? messages.rowsOf([]));
    const semantic =
      embedder !== undefined &&
      searcher.dim === embedder.model.dim &&
      (collection.modelFingerprint ?? embedder.model.fingerprint) === embedder.model.fingerprint;
    const hasMeaning =
      semantic && request.like === undefined && !isListing(question) && mode !== "lexical";
    return {
      place,
      collection: { id: collection.id, name: collection.name },
      searcher,
      here,
      groups,
      within,
      exchanges,
      filters,
      grouped,
      semantic,
      ...judge({
        question,
        searcher: messages,
        plan,
        languages,
        hasExample: request.like !== undefined,
        meaning: hasMeaning
          ? {
              embedder,
              floor: await floorOf(
                floors,
                { collection: collection.id, searcher: messages },
                embedder,
              ),
            }
          : undefined,
      }),
    };
  };
};
