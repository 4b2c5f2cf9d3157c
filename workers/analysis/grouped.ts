// Input and result of grouping the points of a collection.
import type { KMeans } from "#index-store/kmeans/kmeans.ts";
import type { EditedTopics, KChoice, LineageEvent } from "#services/analyse/topics/topics.ts";
import type { TopicId } from "#services/domain/ids.ts";
import type { ManyVectors, Vectors } from "#services/domain/vectors.ts";
import type { Grouping } from "#services/saved-analysis/saved-analysis.ts";
import type { StoredEdit } from "#services/store/store.ts";
import type { Remembered } from "./known-again.ts";

/** Topics that are no subject of their own; each is one line at the end of the list. */
export const specialKinds = ["mixed", "smallTalk", "notices"] as const;
export type SpecialKind = (typeof specialKinds)[number];

export interface SpecialTopic {
  readonly kind: SpecialKind;
  readonly id: TopicId;
}

export interface GroupTools {
  readonly kmeans: KMeans;
  readonly newId: () => TopicId;
  readonly signal: AbortSignal;
  /**
   * Says for each topic what it is instead of a subject, judged by its words; undefined for a subject. Left out, all are subjects.
   * `topicOf`: the topic of each point, −1 for none. `centroids`: a unit vector for each topic.
   */
  readonly judge?: (
    topicOf: Int32Array,
    centroids: Vectors,
  ) => Promise<readonly (SpecialKind | undefined)[]>;
}

export interface Wanted {
  readonly mode: "update" | "refit";
  /** Number of leaf topics, where a person chose it. */
  readonly k: number | null;
  /** Fingerprint of the model. */
  readonly model: string;
  readonly edits: readonly StoredEdit[];
  /** Leaf topics of the analysis before; used where its files are gone. */
  readonly remembered: readonly Remembered[];
}

export interface Grouped {
  /** Unit length, centred: topics are compared in this space. */
  readonly rows: ManyVectors;
  readonly grouping: Grouping;
  /** Topics with their members, after hand edits, largest first; at the end those of `special`. */
  readonly topics: readonly TopicId[];
  /** In the order in which they are at the end of `topics`. */
  readonly special: readonly SpecialTopic[];
  /** One unit vector per topic. */
  readonly centroids: Vectors;
  /** Place in `topics` of each point; −1 for none. */
  readonly topicOf: Int32Array;
  /** Cosine of each point to its prototype. */
  readonly similarities: Float32Array;
  /** Number of points of the frame that each point stands for. */
  readonly weight: Uint32Array;
  readonly events: readonly LineageEvent<TopicId>[];
  readonly choice: KChoice | null;
  readonly k: { readonly chosen: number; readonly by: "criterion" | "person" | "carried" };
  /** Splits whose parts this analysis has found. */
  readonly outcomes: ReadonlyMap<string, unknown>;
  readonly states: EditedTopics<TopicId>["states"];
  /** For each point, the leaf topic that it had in the analysis before; null for none, undefined for a new point. */
  readonly before: readonly (TopicId | null | undefined)[];
}
