// What became of topics between two analyses, as a drawing: topics before at the left, topics after at the right, bands between them.
import type { TopicEvent } from "#services/contract/analysis.ts";

export interface FlowNode {
  /** Of the topic; "" for all that have not changed. */
  readonly topic: string;
  readonly title: string;
  readonly messages: number;
  /** Pixels from the top. */
  readonly top: number;
  readonly height: number;
}

/** A band from a node at the left to one at the right; its edges in pixels from the top. */
export interface FlowBand {
  /** The topic whose colour it has. */
  readonly topic: string;
  readonly left: readonly [top: number, bottom: number];
  readonly right: readonly [top: number, bottom: number];
}

export interface TopicFlow {
  readonly left: readonly FlowNode[];
  readonly right: readonly FlowNode[];
  readonly bands: readonly FlowBand[];
  readonly height: number;
}

/** A row is never lower than its label. */
const leastHeight = 18;
const gap = 6;
/** What the larger side's messages take together, before small rows are made as high as their labels. */
const wantedHeight = 260;

interface Side {
  readonly topic: string;
  readonly title: string;
  readonly messages: number;
}

interface Link {
  readonly from: string;
  readonly to: string;
}

const unchanged = "";

/** Sides and links of one event. A topic of unknown size (in events of older versions of Parlance) gets the least height. */
const partsOf = (event: TopicEvent): { left: Side[]; right: Side[]; links: Link[] } => {
  const { topic, title, kind, sizeBefore, sizeAfter } = event;
  const before = { topic, title, messages: sizeBefore };
  const after = { topic, title, messages: sizeAfter };
  const others = event.others.map((other) => ({ ...other, messages: other.messages ?? 0 }));
  const own = { from: topic, to: topic };
  switch (kind) {
    case "born":
    case "revived":
      return { left: [], right: [after], links: [] };
    case "died":
      return { left: [before], right: [], links: [] };
    case "merged":
      return {
        left: [before, ...others],
        right: [after],
        links: [own, ...others.map((other) => ({ from: other.topic, to: topic }))],
      };
    case "split":
      return {
        left: [before],
        right: [after, ...others],
        links: [own, ...others.map((other) => ({ from: topic, to: other.topic }))],
      };
    case "kept":
    case "grew":
    case "shrank":
      return { left: [before], right: [after], links: [own] };
    default:
      return kind satisfies never;
  }
};

const order = ["merged", "split", "grew", "shrank", "born", "revived", "died"] as const;
const rankOf = ({ kind }: TopicEvent) => (kind === "kept" ? order.length : order.indexOf(kind));

/** The topics that have not changed are one row. */
const restOf = (kept: readonly TopicEvent[]) => {
  if (kept.length === 0) return [];
  const sum = (pick: (event: TopicEvent) => number) =>
    kept.reduce((all, event) => all + pick(event), 0);
  const title = kept.length === 1 ? "1 unchanged topic" : `${kept.length} unchanged topics`;
  const side = (messages: number) => ({ topic: unchanged, title, messages });
  return [
    {
      left: [side(sum((event) => event.sizeBefore))],
      right: [side(sum((event) => event.sizeAfter))],
      links: [{ from: unchanged, to: unchanged }],
    },
  ];
};

const stacked = (sides: readonly Side[], scale: number): FlowNode[] => {
  let top = 0;
  return sides.map((side) => {
    const height = Math.max(leastHeight, Math.round(side.messages * scale));
    const node = { ...side, top, height };
    top += height + gap;
    return node;
  });
};

const total = (sides: readonly Side[]) => sides.reduce((sum, { messages }) => sum + messages, 0);
const end = (nodes: readonly FlowNode[]) => {
  const last = nodes.at(-1);
  return last === undefined ? 0 : last.top + last.height;
};

/** Parts of a node's height, in proportion to what flows, one below the other. */
const divided = (node: FlowNode, sizes: readonly number[]): (readonly [number, number])[] => {
  const sum = sizes.reduce((all, size) => all + size, 0);
  let from = node.top;
  return sizes.map((size) => {
    const height = node.height * (sum === 0 ? 1 / sizes.length : size / sum);
    from += height;
    return [from - height, from] as const;
  });
};

/** The events of one analysis → the drawing; rows of changes first, what has not changed last. */
export const topicFlow = (events: readonly TopicEvent[]): TopicFlow => {
  const changes = events
    .filter(({ kind }) => kind !== "kept")
    .toSorted((a, b) => rankOf(a) - rankOf(b) || b.sizeAfter - a.sizeAfter);
  const parts = [...changes.map(partsOf), ...restOf(events.filter(({ kind }) => kind === "kept"))];
  const sides = {
    left: parts.flatMap(({ left }) => left),
    right: parts.flatMap(({ right }) => right),
  };
  const scale = wantedHeight / Math.max(1, total(sides.left), total(sides.right));
  const left = stacked(sides.left, scale);
  const right = stacked(sides.right, scale);
  const links = parts.flatMap((part) => part.links);
  const at = (nodes: readonly FlowNode[]) => new Map(nodes.map((node) => [node.topic, node]));
  const [lefts, rights] = [at(left), at(right)];
  const sizeAt = (nodes: ReadonlyMap<string, FlowNode>, topic: string) =>
    nodes.get(topic)?.messages ?? 0;
  const edgesAt = (node: FlowNode, of: readonly Link[], size: (link: Link) => number) =>
    new Map(divided(node, of.map(size)).map((edge, nth) => [of[nth], edge] as const));
  const outgoing = new Map(
    left.flatMap((node) => [
      ...edgesAt(
        node,
        links.filter(({ from }) => from === node.topic),
        ({ to }) => sizeAt(rights, to),
      ),
    ]),
  );
  const incoming = new Map(
    right.flatMap((node) => [
      ...edgesAt(
        node,
        links.filter(({ to }) => to === node.topic),
        ({ from }) => sizeAt(lefts, from),
      ),
    ]),
  );
  const bands = links.flatMap((link): FlowBand[] => {
    const [from, to] = [outgoing.get(link), incoming.get(link)];
    return from && to ? [{ topic: link.to, left: from, right: to }] : [];
  });
  return { left, right, bands, height: Math.max(end(left), end(right)) };
};
