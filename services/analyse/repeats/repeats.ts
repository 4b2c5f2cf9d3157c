// The door of repeats: texts that are said again and again, so that they weigh once, and notices are told apart from what people say.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { digestOf, mixed } from "./digest.ts";
export { openNotices } from "./notices.ts";
