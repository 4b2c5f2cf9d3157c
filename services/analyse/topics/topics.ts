// The door of topics: vectors grouped into topics, topics carried over to later versions, hand edits replayed.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { bestPairs } from "./assignment.ts";
export { centreIn } from "./centre.ts";
export type { KChoice } from "./choose-k.ts";
export { findClusters } from "./clusters.ts";
export type { HandEdit, SplitPart } from "./edits.ts";
export { applyEdits, type EditedTopics } from "./edits-replay.ts";
export { hierarchyOf } from "./hierarchy.ts";
export { traceTopics } from "./lineage.ts";
export { type LineageEvent, tellEvents } from "./lineage-events.ts";
export { findOutliers } from "./outliers.ts";
export {
  type CarryOptions,
  carryOver,
  outside,
  type Prototypes,
  unitMeans,
  unknown,
} from "./prototypes.ts";
export { misfitsOf, settle } from "./prototypes-births.ts";
export { qualityOf, stabilityOf } from "./quality.ts";
export { splitLarge } from "./split-large.ts";
export { typicalRows } from "./typical.ts";
