// The door of indexes: a collection's index opened, followed to new versions, and closed.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { reasonsOfKinds } from "./damage-reasons.ts";
export { localPlace } from "./index-place.ts";
export type { Indexes } from "./open-indexes.ts";
export { type AllIndexes, openIndexes } from "./scoped-indexes.ts";
