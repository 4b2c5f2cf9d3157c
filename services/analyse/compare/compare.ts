// The door of comparisons: what two selections differ in, with effect sizes and certainty.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { compareSides } from "./compare-selections.ts";
export type { WordCount } from "./difference.ts";
