// The door of the home: the folders, the lock and the host name of the embedded profile.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { makeHome } from "./folders.ts";
export { hostOf } from "./host.ts";
export { type HomeLock, lockHome, readHolder } from "./lock.ts";
export { openSpaceWatch, type Space, type SpaceWatch } from "./space.ts";
