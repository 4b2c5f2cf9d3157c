// Names that are made for people where their own is taken: "mira (IRC)", "mira 2". Pure.
import { sourceLabel } from "./labels.ts";
import { LONGEST_NAME } from "./people.ts";

/** The name itself, with its source, or with a number: the first of these that is free. Of a name that is too long the end is cut. */
export const freeName = (
  isTaken: (shown: string) => boolean,
  name: string,
  source: string | undefined,
): string => {
  const place = source === undefined ? "" : ` (${sourceLabel(source)})`;
  for (let nth = 1; ; nth++) {
    const end = nth === 1 ? place : `${place} ${nth}`;
    const tried = `${name.slice(0, LONGEST_NAME - end.length)}${end}`;
    if (!isTaken(tried)) return tried;
  }
};

/** Whether one of these names is shown, as it is or as `freeName` makes it. */
export const isNameOf = (names: ReadonlySet<string>, shown: string): boolean => {
  const unnumbered = shown.replace(/ \d+$/u, "");
  const own = unnumbered.replace(/ \([^()]+\)$/u, "");
  if ([shown, unnumbered, own].some((one) => names.has(one))) return true;
  // Where the end was cut for the source or a number.
  return (
    shown.length === LONGEST_NAME &&
    own.length < shown.length &&
    [...names].some((name) => name.startsWith(own))
  );
};
