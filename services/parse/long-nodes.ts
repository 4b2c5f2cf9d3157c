// The nodes of a long record → its messages in order, each read only when its turn comes.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { LongTree } from "./long-tree.ts";
import { message } from "./message.ts";
import { type Draft, partKey } from "./tree.ts";

/** Nodes that are remembered for the nodes below them. */
const RECENT = 1000;

/** A node of a long record, read again when its messages are wanted. */
export interface ReadNode {
  readonly id: string;
  readonly drafts: readonly Draft[];
}

/** The nodes that were read last, since those below them name them. */
const openRecent = (read: (node: number) => ReadNode) => {
  const recent = new Map<number, ReadNode>();
  return (node: number): ReadNode => {
    const known = recent.get(node);
    if (known) return known;
    const found = read(node);
    recent.set(node, found);
    if (recent.size > RECENT) {
      const [oldest = node] = recent.keys();
      recent.delete(oldest);
    }
    return found;
  };
};

/** The messages of a laid-out tree, in its order. */
export function* messagesIn(
  tree: LongTree,
  read: (node: number) => ReadNode,
  { hasParents }: { readonly hasParents: boolean },
): Generator<ParsedMessage> {
  const recent = openRecent(read);
  for (let place = 0; place < tree.length; place += 1) {
    const { node, nth, position, onMainPath } = tree.at(place);
    const { id, drafts } = recent(node);
    const draft = drafts[nth];
    if (draft === undefined) continue;
    const above = hasParents && nth === 0 ? tree.above(node) : undefined;
    const upper = above && partKey(recent(above.node).id, above.messages - 1);
    const key = partKey(id, nth);
    const parent = !hasParents ? null : nth > 0 ? partKey(id, nth - 1) : (upper ?? null);
    yield message({ ...draft, key, sourceId: key, parent, onMainPath, position });
  }
}

/** The latest time among these; null where none has one. */
export const latest = (drafts: readonly Draft[]): number | null => {
  let at: number | null = null;
  for (const draft of drafts)
    if (draft.at !== null && draft.at !== undefined && (at === null || draft.at > at))
      at = draft.at;
  return at;
};
