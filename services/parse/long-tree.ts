// As tree.ts, for a conversation too long for memory: nodes are numbers, and of each only its parent, its messages' number and time are held.
import { hashOf, SeenKeys } from "#services/domain/seen-keys.ts";
import { Numbers } from "./numbers.ts";

const NONE = -1;

/** One message of the tree, in the order of reading. */
export interface LaidMessage {
  readonly node: number;
  /** Which of its node's messages it is. */
  readonly nth: number;
  readonly position: number;
  readonly onMainPath: boolean;
}

export interface LongTree {
  readonly circles: number;
  readonly length: number;
  at(place: number): LaidMessage;
  /** The nearest node above that has messages, and their number; undefined where there is none. */
  above(node: number): { readonly node: number; readonly messages: number } | undefined;
}

/** Nodes as they are found, in the order of the file. */
export class Nodes {
  readonly #ids = new SeenKeys();
  readonly #parents = new Numbers();
  readonly #messages = new Numbers();
  readonly #times = new Numbers();

  get length(): number {
    return this.#messages.length;
  }

  /** @param at the latest time of its messages; null where none has one */
  add(id: string, parent: string | null, messages: number, at: number | null): void {
    this.#ids.set(id, this.length);
    this.#parents.push(parent === null ? 0 : hashOf(parent));
    this.#messages.push(messages);
    this.#times.push(at ?? Number.NEGATIVE_INFINITY);
  }

  find(id: string | null): number | undefined {
    return id === null ? undefined : this.#ids.get(id);
  }

  messages(node: number): number {
    return this.#messages.at(node);
  }

  time(node: number): number {
    return this.#times.at(node);
  }

  /** The nodes' parents as numbers; −1 for none. A node whose parent is not there is a root. */
  parents(): Int32Array {
    const parents = new Int32Array(this.length).fill(NONE);
    for (let node = 0; node < parents.length; node += 1) {
      const hash = this.#parents.at(node);
      if (hash !== 0) parents[node] = this.#ids.at(hash) ?? NONE;
    }
    return parents;
  }
}

/** Takes one link out of each circle. @returns how many there were */
const cutCircles = (parents: Int32Array): number => {
  /** The walk in which a node was first met; 0 for none. */
  const met = new Int32Array(parents.length);
  let circles = 0;
  for (let start = 0; start < parents.length; start += 1) {
    for (let at = start; at !== NONE && met[at] === 0; ) {
      met[at] = start + 1;
      const above = parents[at] ?? NONE;
      if (above !== NONE && met[above] === start + 1) {
        parents[at] = NONE;
        circles += 1;
        break;
      }
      at = above;
    }
  }
  return circles;
};

/** For each node, the number of messages from the root to its own last one. */
const depths = (nodes: Nodes, parents: Int32Array): Int32Array => {
  const ends = new Int32Array(parents.length).fill(NONE);
  const trail: number[] = [];
  for (let start = 0; start < parents.length; start += 1) {
    let at = start;
    for (; at !== NONE && ends[at] === NONE; at = parents[at] ?? NONE) trail.push(at);
    let depth = at === NONE ? 0 : (ends[at] ?? 0);
    for (let node = trail.pop(); node !== undefined; node = trail.pop()) {
      depth += nodes.messages(node);
      ends[node] = depth;
    }
  }
  return ends;
};

const latestLeaf = (nodes: Nodes, parents: Int32Array): number => {
  const inner = new Uint8Array(parents.length);
  for (const parent of parents) if (parent !== NONE) inner[parent] = 1;
  let best = NONE;
  for (let node = 0; node < parents.length; node += 1) {
    if (inner[node] === 1 || nodes.messages(node) === 0) continue;
    if (best === NONE || nodes.time(node) >= nodes.time(best)) best = node;
  }
  return best;
};

/**
 * The messages in order: by depth, at each depth the main path first, else as in the file.
 * @param leaf the node where the main path ends; undefined: the latest leaf
 * @param parents as `Nodes.parents`, or in another order; changed where there are circles
 */
export const layLongTree = (
  nodes: Nodes,
  parents: Int32Array,
  leaf: number | undefined,
): LongTree => {
  const circles = cutCircles(parents);
  const ends = depths(nodes, parents);
  const onPath = new Uint8Array(parents.length);
  for (let at = leaf ?? latestLeaf(nodes, parents); at !== NONE; at = parents[at] ?? NONE)
    onPath[at] = 1;
  // Sorted by counting: how many messages come before each depth, those of the main path first.
  let deepest = 0;
  for (const end of ends) if (end > deepest) deepest = end;
  const slot = (position: number, node: number) => position * 2 + (onPath[node] === 1 ? 0 : 1);
  const starts = new Int32Array(deepest * 2 + 2);
  const each = (take: (node: number, position: number) => void) => {
    for (let node = 0; node < ends.length; node += 1) {
      const end = ends[node] ?? 0;
      for (let at = end - nodes.messages(node); at < end; at += 1) take(node, at);
    }
  };
  each((node, position) => {
    const next = slot(position, node) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  });
  for (let at = 1; at < starts.length; at += 1)
    starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const length = starts.at(-1) ?? 0;
  const order = new Int32Array(length);
  const positions = new Int32Array(length);
  each((node, position) => {
    const at = slot(position, node);
    const place = starts[at] ?? 0;
    order[place] = node;
    positions[place] = position;
    starts[at] = place + 1;
  });
  return {
    circles,
    length,
    at(place) {
      const node = order[place] ?? 0;
      const position = positions[place] ?? 0;
      const nth = position - ((ends[node] ?? 0) - nodes.messages(node));
      return { node, nth, position, onMainPath: onPath[node] === 1 };
    },
    above(node) {
      for (let at = parents[node] ?? NONE; at !== NONE; at = parents[at] ?? NONE) {
        const messages = nodes.messages(at);
        if (messages > 0) return { node: at, messages };
      }
      return undefined;
    },
  };
};
