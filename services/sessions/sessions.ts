// The door of live sessions: conversations that come message by message. Open one, append to it, end it.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { appendMessages, type LiveMessage } from "./append.ts";
export { untilRest, waitOf } from "./due.ts";
export { endSession, openSession } from "./life.ts";
