// The intersection of two selections as one selection, where one selection can express it.
import type { FrameTopic } from "./frame-columns.ts";
import { type MessageSelection, NO_TOPIC } from "./select.ts";
import { leafTopics } from "./select-facets.ts";

type ListName =
  | "authors"
  | "bots"
  | "roles"
  | "sources"
  | "channels"
  | "languages"
  | "conversations"
  | "models"
  | "hours"
  | "weekdays"
  | "sentiment";

const lists: readonly ListName[] = [
  "authors",
  "bots",
  "roles",
  "sources",
  "channels",
  "languages",
  "conversations",
  "models",
  "hours",
  "weekdays",
  "sentiment",
];

/** Fields whose lists cannot be intersected by name: a message may have several flags, a chunk several labels. */
const whole = ["flags", "area", "labels", "concepts", "version"] as const;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The leaf topics below both lists: a parent topic on the page may contain the leaf that a datum names. */
const topicsInBoth = (
  topics: readonly FrameTopic[],
  mine: readonly string[],
  theirs: readonly string[],
): string[] => {
  const leavesOf = (ids: readonly string[]) =>
    new Set(topics.filter(({ id }) => ids.includes(id)).flatMap(({ leaves }) => leaves));
  const [left, right] = [leavesOf(mine), leavesOf(theirs)];
  const shared = theirs.filter((id) => mine.includes(id));
  if (shared.length === theirs.length) return [...theirs];
  const ids = leafTopics(topics)
    .filter(({ leaves }) => leaves.every((leaf) => left.has(leaf) && right.has(leaf)))
    .map(({ id }) => id);
  if (shared.includes(NO_TOPIC)) ids.push(NO_TOPIC);
  return ids;
};

/**
 * The selection of what both select: `page` narrowed by the selection of a figure's datum. null where one selection cannot
 * express it (two areas, two lists of labels, one of them inverted by `not`).
 */
export const narrowSelection = (
  page: MessageSelection,
  by: MessageSelection,
  topics: readonly FrameTopic[],
): MessageSelection | null => {
  const fields = (selection: MessageSelection) =>
    Object.values(selection).filter((value) => value !== undefined).length;
  if (fields(by) === 0) return page;
  if (fields(page) === 0) return by;
  if (page.not === true || by.not === true) return null;
  const both: MessageSelection = { ...page, ...by };
  if (page.after !== undefined || by.after !== undefined)
    both.after = Math.max(page.after ?? -Infinity, by.after ?? -Infinity);
  if (page.before !== undefined || by.before !== undefined)
    both.before = Math.min(page.before ?? Infinity, by.before ?? Infinity);
  for (const name of lists) {
    const mine: readonly unknown[] | undefined = page[name];
    const theirs: readonly unknown[] | undefined = by[name];
    if (mine !== undefined && theirs !== undefined)
      Object.assign(both, { [name]: mine.filter((value) => theirs.includes(value)) });
  }
  if (page.topics !== undefined && by.topics !== undefined)
    both.topics = topicsInBoth(topics, page.topics, by.topics);
  for (const name of whole) {
    const clash = page[name] !== undefined && by[name] !== undefined;
    if (clash && !same(page[name], by[name])) return null;
  }
  return both;
};
