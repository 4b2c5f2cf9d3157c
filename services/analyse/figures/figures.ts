// The door of figures: tables and drawings computed from a frame, each row with the selection behind it.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { figuresOf } from "./all-figures.ts";
export { languageName } from "./languages.ts";
export { type FreshPart, freshOf, notableConversations, sayWhatIsIn } from "./overview.ts";
export { sparksOf } from "./sparks.ts";
export { trendOfTopics } from "./trend-test.ts";
export { openView, topicsAtLevel } from "./view.ts";
export { count, countOf, duration, list } from "./wording.ts";
