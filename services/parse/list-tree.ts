// A long list of messages that name their parents → messages in a tree: read once for the order, and once more for the words.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { latest, messagesIn } from "./long-branches.ts";
import { type Context, lookAt, membersOf, openSurvey, type Survey } from "./long-context.ts";
import type { LongList } from "./long-record.ts";
import { layLongTree, Nodes } from "./long-tree.ts";
import type { Json } from "./message.ts";
import { Numbers } from "./numbers.ts";
import type { Times } from "./times.ts";
import type { Draft } from "./tree.ts";

/** How a format says what follows what. */
export interface ListTree {
  readonly isMessage: (item: unknown) => item is Json;
  /** Unique; of two members with one id the first is read. */
  readonly idOf: (item: Json) => string;
  readonly parentOf: (item: Json) => string | null;
  readonly drafts: (item: Json, times: Times) => readonly Draft[];
}

/** The messages in the order of the tree, whose main path ends at the latest one. */
export const readListTree = (
  list: LongList,
  { isMessage, idOf, parentOf, drafts }: ListTree,
  { times, timesAgain, counts }: Context,
): { readonly survey: Survey; readonly messages: Iterable<ParsedMessage> } => {
  const nodes = new Nodes();
  const members = new Numbers();
  const survey = openSurvey();
  for (const [item, nth] of membersOf(list, isMessage, counts, survey)) {
    const id = idOf(item);
    if (nodes.find(id) !== undefined) {
      counts.strange += 1;
      continue;
    }
    const made = drafts(item, times);
    for (const draft of made) lookAt(survey, draft);
    nodes.add(id, parentOf(item), made.length, latest(made));
    members.push(nth);
  }
  const tree = layLongTree(nodes, nodes.parents(), undefined);
  counts.strange += tree.circles;
  const read = (node: number) => {
    const item = list.read(members.at(node));
    return isMessage(item)
      ? { id: idOf(item), drafts: drafts(item, timesAgain) }
      : { id: "", drafts: [] };
  };
  return { survey, messages: messagesIn(tree, read, { hasParents: true }) };
};
