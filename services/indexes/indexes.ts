// The door of indexes: opens a collection's index, follows it to new versions, and closes it.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { reasonsOfKinds } from "./damage-reasons.ts";
export { copiedPlace, type IndexPlace, localPlace } from "./index-place.ts";
export { messageRows } from "./message-rows.ts";
export type { Indexes } from "./open-indexes.ts";
export { type AllIndexes, openIndexes } from "./scoped-indexes.ts";
export { exchangesBeside, messagesOnly } from "./visible-searcher.ts";
