// The door of comparisons: how two selections differ, with effect sizes and their uncertainty.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { compareSides } from "./compare-selections.ts";
export type { WordCount } from "./difference.ts";
