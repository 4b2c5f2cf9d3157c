// Filters of the index by people: each is all names that are theirs; bots are those marked, guessed, and told by their source.
import type { Filter, Searcher } from "#index-store/index-store.ts";
import { talkSources } from "#services/domain/conversation.ts";
import { foldedName, spacedName } from "#services/domain/folded-name.ts";
import { isMe, type NameIn, noPeople, type People } from "#services/domain/people.ts";
import { chosenNames, type Meant, meantNames } from "./column-names.ts";
import { columns } from "./columns.ts";

/** Who the people of a collection are, and which of them ask. */
export interface PeopleHere {
  readonly people: People;
  /**
   * "me": people by what they are shown as; nobody where it is known in another collection of the question only. Undefined where it
   * is known nowhere who asks: "me" is a name like others then.
   */
  readonly own: readonly string[] | undefined;
}

/** Where nothing is known of people. */
export const eachByName: PeopleHere = { people: noPeople, own: undefined };

const isIn = (column: string, values: readonly string[]): Filter => ({
  kind: "in",
  column,
  values,
});

const all = (of: readonly Filter[]): Filter => ({ kind: "all", of });
const any = (of: readonly Filter[]): Filter => ({ kind: "any", of });

const nameIn = ({ source, name }: NameIn): Filter =>
  all([isIn(columns.author, [name]), isIn(columns.source, [source])]);

/** Rows that these people wrote, by what they are shown as. */
export const writtenBy = (people: People, shown: readonly string[]): Filter => {
  if (people.isPlain) return isIn(columns.author, shown);
  const names = shown.map((one) => people.namesOf(one));
  const simple = names.filter(({ but }) => but.length === 0).flatMap((one) => one.any);
  return any([
    isIn(columns.author, simple),
    ...names
      .filter(({ but }) => but.length > 0)
      .map((one) =>
        all([isIn(columns.author, one.any), { kind: "not", of: any(one.but.map(nameIn)) }]),
      ),
    ...names.flatMap(({ only }) => only.map(nameIn)),
  ]);
};

/** People whose shown name, where it was given by hand, is or contains what is wanted. */
const givenNames = (people: People, wanted: string): Meant => {
  const key = foldedName(wanted);
  const given = people.given.map((name) => [name, foldedName(name)] as const);
  return {
    exact: given.filter(([, name]) => name === key).map(([name]) => name),
    byWord: given.filter(([, name]) => spacedName(name).includes(` ${key} `)).map(([name]) => name),
  };
};

/** People whom a typed name means: "me", or who are called so by any of their names. @param called by names that the index lacks */
export const meantPeople = (
  { people, own }: PeopleHere,
  searcher: Searcher,
  { name, called }: { readonly name: string; readonly called: Meant },
): readonly string[] => {
  if (own !== undefined && isMe(name)) return own;
  const meant = meantNames(searcher, columns.author, name);
  const names = chosenNames(meant, called, givenNames(people, name));
  return [...new Set(names.flatMap((one) => people.named(one)))];
};

/** People of a request, who are named as they are shown; a name that was joined to another since means that person. */
export const namedPeople = ({ people, own }: PeopleHere, names: readonly string[]): string[] => [
  ...new Set(
    names.flatMap((name) => {
      if (own !== undefined && isMe(name)) return own;
      return people.isShown(name) ? [name] : people.named(name);
    }),
  ),
];

/** A source gives its bots the role of a tool. */
const toldBots: Filter = all([
  isIn(columns.role, ["tool"]),
  isIn(columns.source, [...talkSources]),
]);

/** Rows that bots wrote. */
export const writtenByBots = ({ people }: PeopleHere): Filter =>
  all([
    any([toldBots, writtenBy(people, people.bots)]),
    { kind: "not", of: writtenBy(people, people.notBots) },
  ]);
