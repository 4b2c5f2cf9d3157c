// The door of tone: the sentiment of a message, and its flags (refusal, frustration, question).
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { flagsOf, frustrationMethod, refusalMethod } from "./flags.ts";
export { sentimentMethod, sentimentOf } from "./sentiment.ts";
