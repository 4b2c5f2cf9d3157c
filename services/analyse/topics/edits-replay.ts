// The replay of hand edits on what the machine found: which topic every row belongs to in the end.
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

/** What clustering and lineage (or a warm start) made, before hands are respected. */
export interface MachineTopics<Id extends string> {
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row; −1 for an outlier. */
  readonly labels: Int32Array;
  /** The point of each row, by which moves know it: each once. */
  readonly points: readonly string[];
  /**
   * Splits that were made in these prototypes before (`EditedTopics.workedIn`), where they were carried over: parts that are not
   * there have died. Left out after a refit: parts that it put into one cluster are then divided again.
   */
  readonly workedIn?: ReadonlySet<string>;
  /** Asked for only where a split has to be made: unit vectors. */
  readonly vectorOf: (row: number) => Float32Array;
}

export interface EditedTopics<Id extends string> {
  /** Splits are worked in: what the next warm run starts from, and what lineage compares the next refit with. */
  readonly prototypes: Prototypes<Id>;
  /** The prototype of each row, moves left aside; −1 for an outlier. */
  readonly labels: Int32Array;
  /** Ids of the splits that are in the prototypes: to be kept with them. */
  readonly workedIn: ReadonlySet<string>;
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
  readonly workedIn: Set<string>;
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
  const rowOf = new Map(points.map((point, at) => [point, at]));
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

/** Whether a merge found a topic to be merged; of other edits it is seen in the end. */
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

/** Where a topic is by now, which earlier edits may have merged into another. */
const now = <Id extends string>({ merged }: Replay<Id>, topic: Id): Id =>
  merged.get(topic) ?? topic;

/** Whether any of the topics was there to be merged. */
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
