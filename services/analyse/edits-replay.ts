// The replay of hand edits on what the machine found: which topic every row belongs to in the end.
import {
  beforeSplits,
  type EditState,
  type HandEdit,
  mergeInto,
  type ReadLog,
  readLog,
  withoutUndoneSplits,
} from "./edits.ts";
import { divide, nearestPart, type Replayed, stacked, unstacked } from "./edits-split.ts";
import type { Prototypes } from "./prototypes.ts";

/** What clustering and lineage (or a warm start) made, before hands are respected. */
export interface MachineTopics<Id extends string> {
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row; −1 for an outlier. */
  readonly labels: Int32Array;
  /** The point of each row, by which moves know it: each once. */
  readonly points: readonly string[];
  /** Asked for only where a split has to be made: unit vectors. */
  readonly vectorOf: (row: number) => Float32Array;
}

export interface EditedTopics<Id extends string> {
  /** Splits are worked in: what the next warm run starts from, and what lineage compares the next refit with. */
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row, moves left aside; −1 for an outlier. */
  readonly labels: Int32Array;
  /** The topics people see, by the order of their first prototypes. */
  readonly topics: readonly Id[];
  /** The topic of each prototype, by place in `topics`. */
  readonly topicOfPrototype: Int32Array;
  /** The topic of each row, by place in `topics`; −1 for none: the one place each row has. */
  readonly topicOfRow: Int32Array;
  /** Rows of each topic; with `outliers` they are all rows. */
  readonly sizes: Int32Array;
  readonly outliers: number;
  /** Given by hand, those of topics that are not there at present too. */
  readonly titles: ReadonlyMap<Id, string>;
  readonly hidden: ReadonlySet<Id>;
  readonly states: ReadonlyMap<string, EditState>;
}

/** What the log has come to, edit by edit. */
interface Replay<Id extends string> {
  prototypes: readonly Replayed<Id>[];
  labels: Int32Array;
  /** Where topics went that were merged away. */
  readonly merged: Map<Id, Id>;
  /** Rows placed by hand: the topic, and the edit that says so. */
  readonly pins: Map<number, Id | null>;
  readonly titles: Map<Id, string>;
  readonly hidden: Set<Id>;
}

/**
 * Replays the log from its first edit. Pure: the same machine topics and log give the same, and the result fed in again with the
 * same log stays as it is.
 *
 * A merge gives one topic the prototypes of all; their identities stay, so that a refit that finds them again finds them
 * merged, and an undo parts them. A split puts the parts' prototypes in the topic's place, as identities of their own; undone,
 * they belong to the topic again. A move pins rows to a topic as long as it lives. Titles and hiding hang on the topic's id. An
 * edit whose topic is not there waits: nothing is lost, and it counts again when lineage revives the topic. Undoing a merge
 * whose topic has been split since leaves the rows with the parts.
 */
export function applyEdits<Id extends string>(
  machine: MachineTopics<Id>,
  edits: readonly HandEdit<Id>[],
): EditedTopics<Id> {
  const { prototypes, labels, points, vectorOf } = machine;
  if (labels.length !== points.length)
    throw new RangeError(`${labels.length} labels for ${points.length} points.`);
  const log = readLog(edits);
  const vectors = unstacked(prototypes.vectors);
  const replay: Replay<Id> = {
    prototypes: prototypes.origins.map((origin, at) => ({
      origin,
      topic: beforeSplits(log, origin),
      vector: vectors[at] ?? new Float32Array(prototypes.vectors.dim),
    })),
    labels,
    merged: new Map(),
    pins: new Map(),
    titles: new Map(),
    hidden: new Set(),
  };
  const rowOf = new Map(points.map((point, at) => [point, at]));
  const found = new Set<string>();
  for (const [place, edit] of edits.entries()) {
    if (log.undone.has(edit.id)) continue;
    if (edit.kind === "merge" && merge(replay, edit)) found.add(edit.id);
    if (edit.kind === "split") split(replay, edit, { log, place, vectorOf });
    if (edit.kind === "move" && move(replay, edit, { log, rowOf })) found.add(edit.id);
    if (edit.kind === "rename") replay.titles.set(edit.topic, edit.title);
    if (edit.kind === "hide" && edit.hidden) replay.hidden.add(edit.topic);
    if (edit.kind === "hide" && !edit.hidden) replay.hidden.delete(edit.topic);
  }
  for (const [topic, title] of replay.titles) if (title === "") replay.titles.delete(topic);
  const placed = placeRows(replay, prototypes.vectors.dim);
  const states = new Map(
    edits.map((edit): [string, EditState] => [
      edit.id,
      log.undone.has(edit.id) ? "undone" : stateOf(edit, { replay, log, found, placed }),
    ]),
  );
  const { titles, hidden } = replay;
  return { ...placed, titles, hidden, states };
}

type EditOf<Id extends string, K extends HandEdit<Id>["kind"]> = Extract<
  HandEdit<Id>,
  { readonly kind: K }
>;

/** Where a topic is by now, which earlier edits may have merged into another. */
const now = <Id extends string>({ merged }: Replay<Id>, topic: Id): Id =>
  merged.get(topic) ?? topic;

/** Whether any of the topics was there to be merged. */
function merge<Id extends string>(replay: Replay<Id>, edit: EditOf<Id, "merge">): boolean {
  const { sources, target } = mergeInto(replay.merged, edit);
  for (const [row, to] of replay.pins)
    if (to !== null && sources.has(to)) replay.pins.set(row, target);
  const before = replay.prototypes;
  replay.prototypes = before.map((one) =>
    sources.has(one.topic) ? { ...one, topic: target } : one,
  );
  return before.some((one) => sources.has(one.topic));
}

function split<Id extends string>(
  replay: Replay<Id>,
  edit: EditOf<Id, "split">,
  given: {
    readonly log: ReadLog<Id>;
    readonly place: number;
    readonly vectorOf: (row: number) => Float32Array;
  },
): void {
  const topic = now(replay, edit.topic);
  const { parts } = edit;
  if (parts.length === 0) return;
  const { prototypes, labels } = divide(
    replay.prototypes,
    { labels: replay.labels, vectorOf: given.vectorOf },
    { topic, parts, partOf: (origin) => beforeSplits(given.log, origin, given.place + 1) },
  );
  replay.prototypes = prototypes;
  replay.labels = labels;
  for (const [row, to] of replay.pins)
    if (to === topic) replay.pins.set(row, nearestPart(parts, given.vectorOf(row)) ?? topic);
}

/** Whether any of the points was there to be moved. */
function move<Id extends string>(
  replay: Replay<Id>,
  edit: EditOf<Id, "move">,
  given: {
    readonly log: ReadLog<Id>;
    readonly rowOf: ReadonlyMap<string, number>;
  },
): boolean {
  const to = edit.to === null ? null : now(replay, withoutUndoneSplits(given.log, edit.to));
  let any = false;
  for (const point of edit.points) {
    const row = given.rowOf.get(point);
    if (row === undefined) continue;
    replay.pins.set(row, to);
    any = true;
  }
  return any;
}

type Placed<Id extends string> = Omit<EditedTopics<Id>, "titles" | "hidden" | "states">;

function placeRows<Id extends string>(replay: Replay<Id>, dim: number): Placed<Id> {
  const { prototypes, labels, pins } = replay;
  const topics = [...new Set(prototypes.map((one) => one.topic))];
  const placeOf = new Map(topics.map((topic, place) => [topic, place]));
  const topicOfPrototype = Int32Array.from(prototypes, (one) => placeOf.get(one.topic) ?? -1);
  const topicOfRow = labels.map((label) => topicOfPrototype[label] ?? -1);
  for (const [row, to] of pins) {
    const place = to === null ? -1 : placeOf.get(to);
    if (place !== undefined) topicOfRow[row] = place;
  }
  const sizes = new Int32Array(topics.length);
  for (const topic of topicOfRow) if (topic >= 0) sizes[topic] = (sizes[topic] ?? 0) + 1;
  return {
    prototypes: {
      vectors: stacked(prototypes, dim),
      origins: prototypes.map((one) => one.origin),
    },
    labels,
    topics,
    topicOfPrototype,
    topicOfRow,
    sizes,
    outliers: topicOfRow.length - sizes.reduce((sum, size) => sum + size, 0),
  };
}

function stateOf<Id extends string>(
  edit: HandEdit<Id>,
  {
    replay,
    log,
    found,
    placed,
  }: {
    readonly replay: Replay<Id>;
    readonly log: ReadLog<Id>;
    readonly found: ReadonlySet<string>;
    readonly placed: Placed<Id>;
  },
): EditState {
  const lives = (topic: Id) => placed.topics.includes(topic);
  const isSo = (): boolean => {
    switch (edit.kind) {
      case "rename":
      case "hide":
        return lives(edit.topic);
      case "merge":
        return found.has(edit.id);
      case "split": {
        const from = log.edits.indexOf(edit) + 1;
        const living = placed.prototypes.origins.map((origin) => beforeSplits(log, origin, from));
        return edit.parts.every((part) => living.includes(part.topic));
      }
      case "move":
        return found.has(edit.id) && (edit.to === null || lives(now(replay, edit.to)));
      case "undo":
        return log.edits.some((other) => other.id === edit.edit);
    }
  };
  return isSo() ? "applied" : "waits";
}
