// What grouping the points of a collection is given, what is wanted of it, and what it makes.
import type { KMeans } from "#index-store/kmeans/kmeans.ts";
import type { EditedTopics, KChoice, LineageEvent } from "#services/analyse/topics/topics.ts";
import type { TopicId } from "#services/domain/ids.ts";
import type { Vectors } from "#services/domain/vectors.ts";
import type { Grouping } from "#services/snapshot/snapshot.ts";
import type { StoredEdit } from "#services/store/store.ts";
import type { Remembered } from "./known-again.ts";

export interface GroupTools {
  readonly kmeans: KMeans;
  readonly newId: () => TopicId;
  readonly signal: AbortSignal;
}

export interface Wanted {
  readonly mode: "update" | "refit";
  /** Leaf topics, where a person said how many. */
  readonly k: number | null;
  /** Fingerprint of the model. */
  readonly model: string;
  readonly edits: readonly StoredEdit[];
  /** Leaf topics of the analysis before; looked at where its snapshot is gone. */
  readonly remembered: readonly Remembered[];
}

export interface Grouped {
  /** Unit length, less the centre: what topics are compared in. */
  readonly rows: Vectors;
  readonly grouping: Grouping;
  /** Topics with their members, after hand edits, largest first. */
  readonly topics: readonly TopicId[];
  /** One unit vector a topic. */
  readonly centroids: Vectors;
  /** Place in `topics` of each point; −1 for none. */
  readonly topicOf: Int32Array;
  /** Cosine of each point to its prototype. */
  readonly similarities: Float32Array;
  readonly events: readonly LineageEvent<TopicId>[];
  readonly choice: KChoice | null;
  readonly k: { readonly chosen: number; readonly by: "criterion" | "person" | "carried" };
  /** Splits that this run has found the parts of. */
  readonly outcomes: ReadonlyMap<string, unknown>;
  readonly states: EditedTopics<TopicId>["states"];
  /** The topic of each point that the run before had, by id of its leaf; null for none, undefined for a new point. */
  readonly before: readonly (TopicId | null | undefined)[];
}
