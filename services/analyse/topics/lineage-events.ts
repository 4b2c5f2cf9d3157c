// What happened to each topic between two versions, derived from where the rows in both versions went.
import {
  cameOutOf,
  type Flow,
  flowOf,
  type SharedRows,
  type TopicShapes,
  wentInto,
} from "./lineage-flow.ts";

/** The size of a topic in a version. */
export interface Standing {
  readonly rows: number;
  /** Share of all rows of the version, 0 … 1. */
  readonly share: number;
}

interface Lived<Id extends string> {
  readonly topic: Id;
  readonly before: Standing;
  readonly after: Standing;
}

export type LineageEvent<Id extends string> =
  | ({ readonly kind: "kept" | "grew" | "shrank" } & Lived<Id>)
  /** `from`: the topics that became part of this one and no longer exist. */
  | ({ readonly kind: "merged"; readonly from: readonly Id[] } & Lived<Id>)
  /** `into`: the new topics that came out of this one. */
  | ({ readonly kind: "split"; readonly into: readonly Id[] } & Lived<Id>)
  /** `revived`: it had died in an earlier version. */
  | { readonly kind: "born" | "revived"; readonly topic: Id; readonly after: Standing }
  | { readonly kind: "died"; readonly topic: Id; readonly before: Standing };

export interface NamedVersions<Id extends string> {
  readonly before: TopicShapes & { readonly ids: readonly Id[] };
  readonly after: TopicShapes & { readonly ids: readonly Id[] };
  readonly shared: SharedRows;
  /** New topics that had existed in a version before the previous one. */
  readonly revived?: ReadonlySet<Id>;
}

/** A share that changed by less than a quarter (a fifth of the larger one) counts as unchanged, however many rows there are. */
const noticeable = 1.25;
/** Standard errors: 0.1 % of unchanged topics would be called changed. */
const beyondChance = 3.29;

/**
 * Tells what happened to each topic, once the ids of both versions are known; also used after hand edits.
 *
 * A topic has grown or shrunk where its share of all rows changed by a factor of 1.25 or more **and** by more than 3.29
 * standard errors of the difference of two shares that have s rows in common: p(1 − p)(1/n + 1/m − 2s/nm), plus one row for each
 * shared row that changed sides, because clustering again moves rows at the edges of topics. A topic
 * that merged or split is reported as that only. A topic that no longer exists has merged where most of its shared rows, and a
 * quarter of all its rows, are now in one topic; otherwise it died. A new one is split off where most of its shared rows come
 * from one topic that still exists.
 */
export function tellEvents<Id extends string>(versions: NamedVersions<Id>): LineageEvent<Id>[] {
  const { before, after, shared, revived } = versions;
  const flow = flowOf(before, after, shared);
  const placeBefore = new Map(before.ids.map((id, place) => [id, place]));
  const placeAfter = new Map(after.ids.map((id, place) => [id, place]));
  const merges = mergesOf(versions, { flow, placeAfter });
  const splits = splitsOf(versions, { flow, placeBefore, placeAfter });
  const events: LineageEvent<Id>[] = [];
  for (const [old, topic] of before.ids.entries()) {
    const fresh = placeAfter.get(topic);
    if (fresh === undefined) {
      if (!merges.gone.has(topic))
        events.push({ kind: "died", topic, before: standing(before, old) });
      continue;
    }
    const lived = { topic, before: standing(before, old), after: standing(after, fresh) };
    const from = merges.into.get(topic);
    const into = splits.get(topic);
    if (from !== undefined) events.push({ kind: "merged", from, ...lived });
    if (into !== undefined) events.push({ kind: "split", into, ...lived });
    if (from === undefined && into === undefined) {
      const swapped = flow.sharedOfOld(old) + flow.sharedOfNew(fresh) - 2 * flow.moved(old, fresh);
      const counts = {
        rowsBefore: before.rows,
        rowsAfter: after.rows,
        shared: shared.before.length,
        swapped,
      };
      events.push({ kind: changeOf(lived, counts), ...lived });
    }
  }
  const splitOff = new Set([...splits.values()].flat());
  for (const [fresh, topic] of after.ids.entries()) {
    if (placeBefore.has(topic) || splitOff.has(topic)) continue;
    const kind = revived?.has(topic) ? "revived" : "born";
    events.push({ kind, topic, after: standing(after, fresh) });
  }
  return events;
}

const standing = ({ sizes, rows }: TopicShapes, place: number): Standing => {
  const own = sizes[place] ?? 0;
  return { rows: own, share: rows > 0 ? own / rows : 0 };
};

/** Which topics that no longer exist became part of which existing one. */
function mergesOf<Id extends string>(
  { before, after }: NamedVersions<Id>,
  { flow, placeAfter }: { readonly flow: Flow; readonly placeAfter: ReadonlyMap<Id, number> },
): { into: Map<Id, Id[]>; gone: Set<Id> } {
  const known = new Set(before.ids);
  const into = new Map<Id, Id[]>();
  const gone = new Set<Id>();
  for (const [old, topic] of before.ids.entries()) {
    if (placeAfter.has(topic)) continue;
    const fresh = flow.mainTarget(old);
    const target = after.ids[fresh];
    if (target === undefined || !known.has(target) || !wentInto(flow, old, fresh)) continue;
    into.set(target, [...(into.get(target) ?? []), topic]);
    gone.add(topic);
  }
  return { into, gone };
}

/** Which new topics came out of which existing one. */
function splitsOf<Id extends string>(
  { before, after }: NamedVersions<Id>,
  {
    flow,
    placeBefore,
    placeAfter,
  }: {
    readonly flow: Flow;
    readonly placeBefore: ReadonlyMap<Id, number>;
    readonly placeAfter: ReadonlyMap<Id, number>;
  },
): Map<Id, Id[]> {
  const splits = new Map<Id, Id[]>();
  for (const [fresh, topic] of after.ids.entries()) {
    if (placeBefore.has(topic)) continue;
    const old = flow.mainSource(fresh);
    const parent = before.ids[old];
    if (parent === undefined || !placeAfter.has(parent) || !cameOutOf(flow, old, fresh)) continue;
    splits.set(parent, [...(splits.get(parent) ?? []), topic]);
  }
  return splits;
}

function changeOf(
  { before, after }: { readonly before: Standing; readonly after: Standing },
  { rowsBefore, rowsAfter, shared, swapped }: ChangeCounts,
): "kept" | "grew" | "shrank" {
  if (rowsBefore === 0 || rowsAfter === 0) return "kept";
  const pooled = (before.rows + after.rows) / (rowsBefore + rowsAfter);
  const product = rowsBefore * rowsAfter;
  const drawn = 1 / rowsBefore + 1 / rowsAfter - (2 * shared) / product;
  const error = Math.sqrt(pooled * (1 - pooled) * Math.max(0, drawn) + swapped / product);
  const change = after.share - before.share;
  if (Math.abs(change) <= beyondChance * error) return "kept";
  if (after.share >= before.share * noticeable) return "grew";
  if (after.share * noticeable <= before.share) return "shrank";
  return "kept";
}

interface ChangeCounts {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Rows in both versions, of any topic. */
  readonly shared: number;
  /** Those of them that left this topic or joined it. */
  readonly swapped: number;
}
