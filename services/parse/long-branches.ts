// The messages of a long record with branches, in the order of its tree: each node is read once more when its turn comes.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { LongTree } from "./long-tree.ts";
import { message } from "./message.ts";
import { type Draft, partKey } from "./tree.ts";

/** Nodes that are remembered for the nodes below them, and characters of them. */
const RECENT = 1000;
const RECENT_CHARACTERS = 8 * 1024 * 1024;

export interface ReadNode {
  readonly id: string;
  readonly drafts: readonly Draft[];
}

const lengthOf = (drafts: readonly Draft[]): number =>
  drafts.reduce((sum, { text, raw }) => sum + text.length + raw.length, 0);

/** The nodes that were read last, since those below them name them. */
const openRecent = (read: (node: number) => ReadNode) => {
  const recent = new Map<number, ReadNode>();
  let characters = 0;
  const forgetOldest = () => {
    for (const [oldest, { drafts }] of recent) {
      recent.delete(oldest);
      characters -= lengthOf(drafts);
      return;
    }
  };
  return (node: number): ReadNode => {
    const known = recent.get(node);
    if (known) return known;
    const found = read(node);
    recent.set(node, found);
    characters += lengthOf(found.drafts);
    while (recent.size > RECENT || (recent.size > 2 && characters > RECENT_CHARACTERS))
      forgetOldest();
    return found;
  };
};

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

export const latest = (drafts: readonly Draft[]): number | null => {
  let at: number | null = null;
  for (const draft of drafts)
    if (draft.at !== null && draft.at !== undefined && (at === null || draft.at > at))
      at = draft.at;
  return at;
};
