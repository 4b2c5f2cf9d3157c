// Nodes that name their parents → messages in a tree: cycle-safe, without recursion, with the main path marked.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { type MessageParts, message } from "./message.ts";

export type Draft = Omit<MessageParts, "key" | "sourceId" | "parent" | "position" | "onMainPath">;

export interface TreeNode {
  readonly id: string;
  readonly parent: string | null;
  /** The messages that the node becomes, one after the other; none for a node that only holds the tree together. */
  readonly drafts: readonly Draft[];
}

export interface Tree {
  readonly messages: readonly ParsedMessage[];
  /** Circles that were cut open. */
  readonly circles: number;
}

/**
 * The first message of node `id` has the key `id`, the next ones `id/1`, `id/2` …, each the parent of the next.
 * A message's position is its depth: it stays the same whatever is added to the conversation later.
 * @param leaf the node where the main path ends; where it is unknown, the latest leaf by time, the last one among equals.
 */
export const layTree = (nodes: readonly TreeNode[], leaf: string | null): Tree => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const { parents, circles } = cutCircles(nodes, byId);
  const ends = depths(nodes, parents);
  const path = pathTo(leaf !== null && byId.has(leaf) ? leaf : latestLeaf(nodes, parents), parents);
  const messages = nodes.flatMap((node) => {
    const above = keptAbove(node.id, parents, byId);
    return node.drafts.map((draft, nth) =>
      message({
        ...draft,
        key: partKey(node.id, nth),
        sourceId: partKey(node.id, nth),
        parent: nth > 0 ? partKey(node.id, nth - 1) : above,
        onMainPath: path.has(node.id),
        position: (ends.get(node.id) ?? 0) - node.drafts.length + nth,
      }),
    );
  });
  const sorted = messages.sort(
    (a, b) => a.position - b.position || Number(b.onMainPath) - Number(a.onMainPath),
  );
  return { messages: sorted, circles };
};

/** The key of a node's nth message. */
export const partKey = (id: string, nth: number) => (nth === 0 ? id : `${id}/${nth}`);

type Parents = ReadonlyMap<string, string | null>;
type Nodes = ReadonlyMap<string, TreeNode>;

/** Parents that exist, with one link of each circle taken out. */
const cutCircles = (nodes: readonly TreeNode[], byId: Nodes) => {
  const parents = new Map<string, string | null>();
  for (const { id, parent } of nodes)
    parents.set(id, parent !== null && byId.has(parent) ? parent : null);
  const safe = new Set<string>();
  let circles = 0;
  for (const { id } of nodes) {
    const trail = new Set<string>();
    let at: string | null = id;
    while (at !== null && !safe.has(at)) {
      trail.add(at);
      const above: string | null = parents.get(at) ?? null;
      if (above !== null && trail.has(above)) {
        parents.set(at, null);
        circles += 1;
        break;
      }
      at = above;
    }
    for (const passed of trail) safe.add(passed);
  }
  return { parents, circles };
};

/** For each node, the number of messages from the root to its own last one. */
const depths = (nodes: readonly TreeNode[], parents: Parents): Map<string, number> => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ends = new Map<string, number>();
  for (const { id } of nodes) {
    const trail: string[] = [];
    let at: string | null = id;
    while (at !== null && !ends.has(at)) {
      trail.push(at);
      at = parents.get(at) ?? null;
    }
    let depth = at === null ? 0 : (ends.get(at) ?? 0);
    for (const passed of trail.toReversed()) {
      depth += byId.get(passed)?.drafts.length ?? 0;
      ends.set(passed, depth);
    }
  }
  return ends;
};

/** The key of the nearest message above a node: nodes without messages are passed over. */
const keptAbove = (id: string, parents: Parents, byId: Nodes): string | null => {
  let at = parents.get(id) ?? null;
  while (at !== null) {
    const count = byId.get(at)?.drafts.length ?? 0;
    if (count > 0) return partKey(at, count - 1);
    at = parents.get(at) ?? null;
  }
  return null;
};

const pathTo = (leaf: string | null, parents: Parents): Set<string> => {
  const path = new Set<string>();
  for (let at = leaf; at !== null; at = parents.get(at) ?? null) path.add(at);
  return path;
};

const latestLeaf = (nodes: readonly TreeNode[], parents: Parents): string | null => {
  const inner = new Set(parents.values());
  let best: { id: string; at: number } | undefined;
  for (const { id, drafts } of nodes) {
    if (inner.has(id) || drafts.length === 0) continue;
    const at = Math.max(...drafts.map((draft) => draft.at ?? Number.NEGATIVE_INFINITY));
    if (!best || at >= best.at) best = { id, at };
  }
  return best?.id ?? null;
};
