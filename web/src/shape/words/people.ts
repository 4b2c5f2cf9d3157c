// People of a collection as they are listed: found by any of their names, in the order wanted, with what they are in words.
import type { Person } from "#services/contract/people.ts";
import { folded } from "#services/domain/folded-name.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import type { PeopleAddress } from "../address/page-addresses.ts";

export type PeopleSort = NonNullable<PeopleAddress["sort"]>;
export type PeopleKind = NonNullable<PeopleAddress["kind"]>;

const orders: Readonly<Record<PeopleSort, (a: Person, b: Person) => number>> = {
  messages: (a, b) => b.messages - a.messages,
  name: (a, b) => a.shown.localeCompare(b.shown, "en"),
  last: (a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0),
};

export const listedPeople = (
  people: readonly Person[],
  { q = "", kind, sort = "messages" }: PeopleAddress,
): readonly Person[] => {
  const wanted = folded(q.trim());
  return people
    .filter((one) => kind === undefined || (kind === "me" ? one.me : one.kind === kind))
    .filter(({ shown, names }) =>
      [shown, ...names.map(({ name }) => name)].some((name) => folded(name).includes(wanted)),
    )
    .toSorted(orders[sort]);
};

/** "anna, Anna Berg (Slack), aberg (Mail)": a source is said once, behind the last of its names. */
export const namesText = ({ names }: Person): string => {
  const bySource = Map.groupBy(names, ({ source }) => source);
  return [...bySource]
    .map(([source, own]) => `${own.map(({ name }) => name).join(", ")} (${sourceLabel(source)})`)
    .join(" · ");
};

/** What is known of a person beside their names; "" for what everybody is. */
export const kindText = ({ kind, botBy }: Person): string => {
  if (kind === "assistant") return "Assistant";
  if (kind === "bot") return botBy === "guess" ? "Bot, a guess" : "Bot";
  return "";
};

export const confidenceText = { high: "sure", medium: "likely", low: "possible" } as const;
