// The people of a collection as a page shows them: names, counts, bots, "me", suggestions and the last changes.
import type { CollectionPeople, Person, SavedPeopleEdit } from "#services/contract/people.ts";
import { talkSources } from "#services/domain/conversation.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import type { People, SaidOfName } from "#services/domain/people.ts";
import { suggestJoins } from "#services/domain/people-suggestions.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  alsoCalled,
  dismissedPairs,
  listPeopleEdits,
  type StoredPeopleEdit,
  type WrittenBy,
  writtenBy,
  writtenNames,
} from "#services/store/store.ts";
import { readOwn, readPeople } from "./people-here.ts";

const MOST_PEOPLE = 10_000;
const SHOWN_EDITS = 20;

const isPersons = ({ role }: WrittenBy): boolean => role === "person" || role === "user";

const bound = (
  values: readonly (number | null)[],
  of: (...all: number[]) => number,
): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((one, other) => of(one, other));
};

const kindOf = (
  shown: string,
  own: readonly WrittenBy[],
  people: People,
): Pick<Person, "kind" | "botBy"> => {
  const said = people.botOf(shown);
  const otherwise = own.some(isPersons) ? "person" : "assistant";
  if (said !== undefined)
    return { kind: said.bot ? "bot" : "person", botBy: said.isGuess ? "guess" : "hand" };
  const isTold = own.every(({ role, source }) => role === "tool" && talkSources.has(source));
  return isTold ? { kind: "bot", botBy: "source" } : { kind: otherwise, botBy: null };
};

const quoted = (names: Iterable<string>): string => {
  const all = [...new Set(names)].map((name) => `“${name}”`);
  const shown = all.slice(0, 4);
  const more = all.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
};

const labelled = ({ source, name }: SaidOfName): string =>
  source === "" ? name : `${name} (${sourceLabel(source)})`;

const shownBy = ({ shown, name }: SaidOfName): string => shown ?? name;

/** A sentence for the log of edits. */
const sayEdit = ({ kind, before, after }: StoredPeopleEdit): string => {
  const people = new Set(before.map(shownBy));
  const [first] = after;
  const now = first === undefined ? "" : shownBy(first);
  switch (kind) {
    case "join":
      return `${quoted(people)} are one person, “${now}”.`;
    case "split":
      return `${quoted(after.filter((one, at) => shownBy(one) !== shownBy(before[at] ?? one)).map(labelled))} ${after.length === 1 ? "was" : "were"} split off ${quoted(people)}.`;
    case "rename":
      return `${quoted(people)} is shown as “${now}”.`;
    case "bot":
      return first?.bot == null
        ? `${quoted(people)} is a bot where the source says so, or a guess.`
        : `${quoted(people)} is ${first.bot ? "a bot" : "no bot"}.`;
    default:
      return kind satisfies never;
  }
};

export const viewPeopleEdit = (edit: StoredPeopleEdit): SavedPeopleEdit => ({
  id: edit.id,
  at: edit.at,
  kind: edit.kind,
  says: sayEdit(edit),
});

export const viewPeople = async (
  parlance: Parlance,
  collection: CollectionId,
): Promise<CollectionPeople> => {
  const { rows } = parlance.store;
  const people = await readPeople(rows, collection);
  const own = new Set(await readOwn(parlance, collection, people));
  const written = (await writtenBy(rows, collection)).sort(
    (a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1),
  );
  const byPerson = Map.groupBy(written, ({ source, name }) => people.shownAs(source, name));
  const all = [...byPerson].map(
    ([shown, theirs]): Person => ({
      shown,
      names: writtenNames(theirs) as Person["names"],
      messages: theirs.reduce((sum, { messages }) => sum + messages, 0),
      firstAt: bound(
        theirs.map(({ first }) => first),
        Math.min,
      ),
      lastAt: bound(
        theirs.map(({ last }) => last),
        Math.max,
      ),
      ...kindOf(shown, theirs, people),
      me: own.has(shown),
    }),
  );
  const suggestions = suggestJoins({
    people,
    written: written.filter(isPersons),
    others: (await alsoCalled(rows, collection)).filter(({ isShown }) => !isShown),
    dismissed: await dismissedPairs(rows, collection),
  });
  return {
    people: all
      .sort((a, b) => b.messages - a.messages || (a.shown < b.shown ? -1 : 1))
      .slice(0, MOST_PEOPLE),
    total: all.length,
    suggestions: suggestions.map(({ names, people: pair, ...said }) => ({
      ...said,
      names: [...names],
      people: [...pair],
    })),
    edits: (await listPeopleEdits(rows, collection, SHOWN_EDITS)).map(viewPeopleEdit),
  };
};
