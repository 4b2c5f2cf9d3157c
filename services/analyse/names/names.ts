// The door of names: the words that distinguish topics, and titles made from them.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { type Keyword, keywordsOf } from "./keywords.ts";
export { openSmallTalk, smallTalkWords } from "./small-talk.ts";
export { openStopWords, WordRole } from "./stop-words.ts";
export type { TermCounts } from "./term-counts.ts";
export { distinct, noTally, type Tally } from "./term-table.ts";
export { openTermCounter } from "./terms.ts";
export { isNoSubject, specialTitles, tellsSubject, titleOf } from "./title.ts";
