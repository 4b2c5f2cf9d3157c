// Whether an edit of people can be undone: its names were not changed again, and nobody took the place that they return to. Pure.
import { byName, keyOf, type NameIn, openPeople, type SaidOfName } from "./people.ts";

/** An edit as the log has it: what was said of each name before and since, in the same order. */
export interface LoggedEdit {
  readonly id: string;
  /** Milliseconds since 1970, as `undoneAt`. */
  readonly at: number;
  readonly before: readonly SaidOfName[];
  readonly after: readonly SaidOfName[];
  readonly undoneAt: number | null;
}

const isLater = (one: LoggedEdit, than: LoggedEdit): boolean =>
  one.at > than.at || (one.at === than.at && one.id > than.id);

/** Names that an edit gave to another person. */
const moved = ({ before, after }: LoggedEdit): NameIn[] =>
  after.filter(({ shown }, at) => shown !== before[at]?.shown);

/** What is said of each of these names. */
export const saidOf = (
  names: readonly NameIn[],
  said: readonly SaidOfName[],
): readonly SaidOfName[] => {
  const known = byName(said);
  return names.map(
    ({ source, name }) =>
      known.get(keyOf({ source, name })) ?? { source, name, shown: null, bot: null },
  );
};

/**
 * Whether undoing an edit would join people who were not one when it was made: others were given the name since that its names
 * return to.
 * @param log the edits of the collection
 * @param said what is said of names now
 */
export const joinsOthers = (
  edit: LoggedEdit,
  log: readonly LoggedEdit[],
  said: readonly SaidOfName[],
): boolean => {
  const own = byName(edit.before);
  const undone = openPeople([...said.filter((one) => !own.has(keyOf(one))), ...edit.before], []);
  const shown = new Set(moved(edit).map(({ source, name }) => undone.shownAs(source, name)));
  return log
    .filter(
      (one) =>
        one.id !== edit.id &&
        (isLater(one, edit) || (one.undoneAt !== null && one.undoneAt >= edit.at)),
    )
    .flatMap(moved)
    .some((one) => !own.has(keyOf(one)) && shown.has(undone.shownAs(one.source, one.name)));
};
