// Replays hand edits on the topics that the machine found: determines the final topic of every row.
import {
  asMerge,
  beforeSplits,
  type EditState,
  type HandEdit,
  madeBy,
  mergeInto,
  type ReadLog,
  readLog,
} from "./edits.ts";
import { divide, nearestPart, type Replayed, stacked, unstacked } from "./edits-split.ts";
import type { Prototypes } from "./prototypes.ts";

/** The result of clustering and lineage (or of a warm start), before hand edits are applied. */
export interface MachineTopics<Id extends string> {
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row; −1 for an outlier. */
  readonly labels: Int32Array;
  /** The id of the point of each row, by which moves name it; all different. */
  readonly points: { readonly length: number; at(row: number): string | undefined };
  /**
   * Ids of the splits that these prototypes already contain (`EditedTopics.workedIn`), where they were carried over: a part that is
   * missing then has died. Left out after a refit: parts that it put into one cluster are then divided again.
   */
  readonly workedIn?: ReadonlySet<string>;
  /** The unit vector of a row; called only where a split has to be made. */
  readonly vectorOf: (row: number) => Float32Array;
}

export interface EditedTopics<Id extends string> {
  /** With splits included: the next warm start begins with these, and lineage compares the next refit with them. */
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row, before moves; −1 for an outlier. */
  readonly labels: Int32Array;
  /** Ids of the splits that the prototypes contain; to be stored with them. */
  readonly workedIn: ReadonlySet<string>;
  /** The topics that people see, in the order of their first prototypes. */
  readonly topics: readonly Id[];
  /** The topic of each prototype, by place in `topics`. */
  readonly topicOfPrototype: Int32Array;
  /** The topic of each row, by place in `topics`; −1 for none. Every row has exactly one entry. */
  readonly topicOfRow: Int32Array;
  /** Rows of each topic; together with `outliers` they add up to all rows. */
  readonly sizes: Int32Array;
  readonly outliers: number;
  /** Titles given by hand, also of topics that do not exist at present. */
  readonly titles: ReadonlyMap<Id, string>;
  readonly hidden: ReadonlySet<Id>;
  readonly states: ReadonlyMap<string, EditState>;
}

/** The rows of the points that edits move. */
const rowsNamed = <Id extends string>(
  points: MachineTopics<Id>["points"],
  edits: readonly HandEdit<Id>[],
): ReadonlyMap<string, number> => {
  const named = new Set(edits.flatMap((edit) => (edit.kind === "move" ? edit.points : [])));
  const rows = new Map<string, number>();
  if (named.size === 0) return rows;
  for (let row = 0; row < points.length; row++) {
    const point = points.at(row);
    if (point !== undefined && named.has(point)) rows.set(point, row);
  }
  return rows;
};

/** The state of the replay after the edits handled so far. */
interface Replay<Id extends string> {
  prototypes: readonly Replayed<Id>[];
  labels: Int32Array;
  /** For each topic that was merged away, the topic it is now part of. */
  readonly merged: Map<Id, Id>;
  /** Rows moved by hand, and the topic each was moved to (null: to none). */
  readonly pins: Map<number, Id | null>;
  readonly workedIn: Set<string>;
  readonly titles: Map<Id, string>;
  readonly hidden: Set<Id>;
}

/**
 * Replays the log from its first edit. Pure: the same machine topics and log give the same result, and feeding the result in
 * again with the same log does not change it.
 *
 * A merge gives one topic the prototypes of all; their identities stay, so that a refit that finds them again finds them
 * merged, and an undo separates them. A split replaces the topic by the prototypes of its parts, with identities of their own;
 * undone, these belong to the topic again. A move pins rows to a topic as long as it exists. Titles and hiding belong to the
 * topic's id. An edit whose topic does not exist waits: it is kept, and applies again when lineage revives the topic. Undoing a
 * merge whose topic has been split since leaves the rows with the parts.
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
  const { origins } = prototypes;
  const made = new Map(origins.map((origin) => [origin, madeBy(log, origin, origins)]));
  const replay: Replay<Id> = {
    prototypes: prototypes.origins.map((origin, at) => ({
      origin,
      topic: made.get(origin) === -1 ? origin : null,
      vector: vectors[at] ?? new Float32Array(prototypes.vectors.dim),
    })),
    labels,
    merged: new Map(),
    pins: new Map(),
    workedIn: new Set(machine.workedIn),
    titles: new Map(),
    hidden: new Set(),
  };
  const rowOf = rowsNamed(points, log.edits);
  const found = new Set<string>();
  for (const [place, edit] of log.edits.entries()) {
    if (edit.kind === "split")
      replay.prototypes = replay.prototypes.map((one) =>
        made.get(one.origin) === place ? { ...one, topic: edit.topic } : one,
      );
    if (!log.undone.has(edit.id)) {
      if (replayEdit(replay, edit, { log, place, vectorOf, rowOf })) found.add(edit.id);
    } else if (edit.kind === "split") merge(replay, asMerge(edit));
  }
  for (const [topic, title] of replay.titles) if (title === "") replay.titles.delete(topic);
  const placed = placeRows(replay, prototypes.vectors.dim);
  const states = new Map(
    log.edits.map((edit): [string, EditState] => [
      edit.id,
      log.undone.has(edit.id) ? "undone" : stateOf(edit, { replay, log, found, placed, rowOf }),
    ]),
  );
  const { titles, hidden, workedIn } = replay;
  return { ...placed, titles, hidden, states, workedIn };
}

interface Given<Id extends string> {
  readonly log: ReadLog<Id>;
  readonly place: number;
  readonly vectorOf: (row: number) => Float32Array;
  readonly rowOf: ReadonlyMap<string, number>;
}

/** Applies one edit. Returns true for a merge that found a topic to be merged; the state of other edits is read from the result. */
function replayEdit<Id extends string>(
  replay: Replay<Id>,
  edit: HandEdit<Id>,
  given: Given<Id>,
): boolean {
  switch (edit.kind) {
    case "merge":
      return merge(replay, edit);
    case "split":
      split(replay, edit, given);
      return false;
    case "move":
      move(replay, edit, given.rowOf);
      return false;
    case "rename":
      replay.titles.set(edit.topic, edit.title);
      return false;
    case "hide":
      if (edit.hidden) replay.hidden.add(edit.topic);
      else replay.hidden.delete(edit.topic);
      return false;
    case "undo":
      return false;
  }
}

type EditOf<Id extends string, K extends HandEdit<Id>["kind"]> = Extract<
  HandEdit<Id>,
  { readonly kind: K }
>;

/** The topic that a topic is part of by now, after earlier merges. */
const now = <Id extends string>({ merged }: Replay<Id>, topic: Id): Id =>
  merged.get(topic) ?? topic;

/** Applies a merge. Returns whether any of its topics existed. */
function merge<Id extends string>(
  replay: Replay<Id>,
  edit: Pick<EditOf<Id, "merge">, "topics" | "into">,
): boolean {
  const { sources, target } = mergeInto(replay.merged, edit);
  for (const [row, to] of replay.pins)
    if (to !== null && sources.has(to)) replay.pins.set(row, target);
  const before = replay.prototypes;
  const isSource = ({ topic }: Replayed<Id>) => topic !== null && sources.has(topic);
  replay.prototypes = before.map((one) => (isSource(one) ? { ...one, topic: target } : one));
  return before.some(isSource);
}

function split<Id extends string>(
  replay: Replay<Id>,
  edit: EditOf<Id, "split">,
  given: Given<Id>,
): void {
  const { topic, parts } = edit;
  if (parts.length === 0) return;
  const { log, place } = given;
  const found = replay.prototypes.some((one) => one.topic === topic);
  const { prototypes, labels } = divide(
    replay.prototypes,
    { labels: replay.labels, vectorOf: given.vectorOf },
    {
      topic,
      parts,
      partOf: (origin) => beforeSplits(log, origin, place + 1),
      restore: !replay.workedIn.has(edit.id),
    },
  );
  replay.prototypes = prototypes;
  replay.labels = labels;
  if (found) replay.workedIn.add(edit.id);
  const partOf = nearestPart(parts);
  for (const [row, to] of replay.pins)
    if (to === topic) replay.pins.set(row, partOf(given.vectorOf(row)) ?? topic);
}

function move<Id extends string>(
  replay: Replay<Id>,
  edit: EditOf<Id, "move">,
  rowOf: ReadonlyMap<string, number>,
): void {
  const to = edit.to === null ? null : now(replay, edit.to);
  for (const point of edit.points) {
    const row = rowOf.get(point);
    if (row !== undefined) replay.pins.set(row, to);
  }
}

type Placed<Id extends string> = Omit<
  EditedTopics<Id>,
  "titles" | "hidden" | "states" | "workedIn"
>;

function placeRows<Id extends string>(replay: Replay<Id>, dim: number): Placed<Id> {
  const { prototypes, labels, pins } = replay;
  const topics = [...new Set(prototypes.flatMap(({ topic }) => (topic === null ? [] : [topic])))];
  const placeOf = new Map(topics.map((topic, place) => [topic, place]));
  const topicOfPrototype = Int32Array.from(prototypes, ({ topic }) =>
    topic === null ? -1 : (placeOf.get(topic) ?? -1),
  );
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
    rowOf,
  }: {
    readonly replay: Replay<Id>;
    readonly log: ReadLog<Id>;
    readonly found: ReadonlySet<string>;
    readonly placed: Placed<Id>;
    readonly rowOf: ReadonlyMap<string, number>;
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
        return edit.points.some((point) => {
          const row = rowOf.get(point);
          if (row === undefined) return false;
          const to = replay.pins.get(row);
          return to === null || (to !== undefined && lives(to));
        });
      case "undo":
        return log.edits.some((other) => other.id === edit.edit);
    }
  };
  return isSo() ? "applied" : "waits";
}
