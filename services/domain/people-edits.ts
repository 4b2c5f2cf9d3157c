// Edits of people: what joining, splitting, renaming and marking say of names. Pure.
import { rejected } from "./errors.ts";
import { freeName, isNameOf } from "./made-names.ts";
import type { NameIn, People, SaidOfName } from "./people.ts";
import { byName, keyOf, keysOf } from "./people.ts";

/** A name that messages of a source are written under. */
export interface WrittenName extends NameIn {
  readonly messages: number;
}

/** What an edit is made on. */
export interface EditedPeople {
  readonly people: People;
  readonly said: readonly SaidOfName[];
  /** All names that there are, the most frequent first. */
  readonly written: readonly WrittenName[];
}

/** What names are to say from now on. One about which nothing is said any more has neither. */
export type Outcome = readonly SaidOfName[];

const unknownPerson = (shown: string) =>
  rejected(`There is nobody here who is shown as “${shown}”.`, {
    code: "unknown-person",
    status: 404,
    hint: "The page People and `parlance people list` say who there is.",
  });

const exists = ({ people, written }: EditedPeople, shown: string): boolean =>
  written.some(({ source, name }) => people.shownAs(source, name) === shown);

const requirePerson = (edited: EditedPeople, shown: string): NameIn[] => {
  if (!exists(edited, shown)) throw unknownPerson(shown);
  return keysOf(edited.people.namesOf(shown));
};

/** Says of these names who they are, or (`shown` undefined) whether they are a bot; the rest of what was said of them stays. */
const say = (
  { said }: EditedPeople,
  names: readonly NameIn[],
  what: { readonly shown?: string | null; readonly bot?: boolean | null },
): SaidOfName[] => {
  const before = byName(said);
  return [...byName(names).entries()].map(([key, { source, name }]) => {
    const known = before.get(key);
    const shown = what.shown === undefined ? (known?.shown ?? null) : what.shown;
    const bot = what.bot === undefined ? (known?.bot ?? null) : what.bot;
    // In every source a name is its own where nothing is said.
    return { source, name, shown: source === "" && shown === name ? null : shown, bot };
  });
};

/** Makes one person of several. @param shown the name to show; that of the first where none is given */
export const joined = (
  edited: EditedPeople,
  people: readonly string[],
  shown: string | undefined,
): Outcome => {
  const all = [...new Set(people)];
  const [first] = all;
  if (first === undefined || all.length < 2)
    throw rejected("Joining takes two people at least.", { code: "too-few-people" });
  const names = all.flatMap((one) => requirePerson(edited, one));
  const target = shown ?? first;
  requireFree(edited, target, names);
  return say(edited, names, { shown: target });
};

/** A name that others than these are shown under would join them too. */
const requireFree = (edited: EditedPeople, shown: string, names: readonly NameIn[]): void => {
  const taken = byName(names);
  const other = edited.written.find(
    ({ source, name }) =>
      edited.people.shownAs(source, name) === shown &&
      !taken.has(keyOf({ source, name })) &&
      !taken.has(keyOf({ source: "", name })),
  );
  if (other !== undefined)
    throw rejected(`Somebody else here is shown as “${shown}”.`, {
      code: "name-taken",
      status: 409,
      hint: "Join them, or choose another name.",
    });
};

/** The most frequent of these names, as a person's. */
const mostFrequent = ({ written }: EditedPeople, names: readonly NameIn[]): string | undefined =>
  written.find(({ source, name }) =>
    names.some((one) => one.name === name && (one.source === "" || one.source === source)),
  )?.name;

/** @param shown "": the most frequent of their own names again */
export const renamed = (edited: EditedPeople, person: string, shown: string): Outcome => {
  const names = requirePerson(edited, person);
  const target = shown === "" ? (mostFrequent(edited, names) ?? person) : shown;
  requireFree(edited, target, names);
  return say(edited, names, { shown: target });
};

/** @param bot null: as the source says, or as it is guessed */
export const marked = (edited: EditedPeople, person: string, bot: boolean | null): Outcome =>
  say(edited, requirePerson(edited, person), { bot });

/** Gives each name to one person only. @param leaves one who goes on under another name, so that theirs is free */
const openFreeNames = (edited: EditedPeople, leaves: string | undefined) => {
  const given = new Set<string>();
  const isTaken = (shown: string) =>
    given.has(shown) || (shown !== leaves && exists(edited, shown));
  return (name: string, source?: string): string => {
    const free = freeName(isTaken, name, source);
    given.add(free);
    return free;
  };
};

/** A name to be split off: in one source, or wherever it is this person's. */
export interface SplitName {
  readonly name: string;
  readonly source?: string | undefined;
}

/**
 * Splits names off a person: each is a person of its own from now on. In one source only, it is shown with the source. Where the
 * person was shown under one that goes, what stays is shown under the most frequent name left.
 */
export const split = (
  edited: EditedPeople,
  person: string,
  names: readonly SplitName[],
): Outcome => {
  const keys = requirePerson(edited, person);
  const { people, written } = edited;
  const own = written.filter(({ source, name }) => people.shownAs(source, name) === person);
  const goes = ({ source, name }: NameIn) =>
    names.some((one) => one.name === name && (one.source ?? source) === source);
  const stay = own.filter((one) => !goes(one));
  const leave = own.filter(goes);
  if (leave.length === 0)
    throw rejected(`“${person}” has no such name.`, { code: "unknown-name", status: 404 });
  if (stay.length === 0)
    throw rejected("One name at least has to stay.", {
      code: "nothing-left",
      hint: "Leave out the name that is to stay with this person.",
    });
  const out: SaidOfName[] = [];
  // Whoever stays cannot go on under a name that has left.
  const isNameGone =
    leave.some(({ name }) => name === person) && !stay.some(({ name }) => name === person);
  const free = openFreeNames(edited, isNameGone ? person : undefined);
  for (const name of new Set(leave.map((one) => one.name))) {
    const sources = leave.filter((one) => one.name === name).map(({ source }) => source);
    const isWhole = !stay.some((one) => one.name === name);
    if (isWhole) {
      const whole = keys.filter((key) => key.name === name);
      out.push(...say(edited, whole, { shown: free(name) }));
    } else
      for (const source of sources)
        out.push(...say(edited, [{ source, name }], { shown: free(name, source) }));
  }
  if (isNameGone) {
    const said = byName(out);
    const rest = keys.filter((key) => !said.has(keyOf(key)));
    out.push(...say(edited, rest, { shown: free(stay[0]?.name ?? person) }));
  }
  return out;
};

/**
 * What is to be said once nobody writes under some names any more: nothing of these, and people who are shown under one of them are
 * shown under the most frequent of their own.
 * @param gone the names; none of them is among those that are written
 */
export const withoutNames = (edited: EditedPeople, gone: ReadonlySet<string>): Outcome => {
  const isGone = ({ name }: NameIn) => gone.has(name);
  const forgotten = edited.said
    .filter(isGone)
    .map(({ source, name }) => ({ source, name, shown: null, bot: null }));
  const left = edited.said.filter((one) => !isGone(one));
  const byPerson = Map.groupBy(
    left.filter(({ shown }) => shown !== null && isNameOf(gone, shown)),
    ({ shown }) => shown ?? "",
  );
  const free = openFreeNames(edited, undefined);
  return [
    ...forgotten,
    ...[...byPerson.values()].flatMap((names) =>
      say(edited, names, { shown: free(mostFrequent(edited, names) ?? names[0]?.name ?? "") }),
    ),
  ];
};
