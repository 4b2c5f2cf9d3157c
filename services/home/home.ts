// The door of the home: the folders, the lock, the host name, the manifest and the free space of the embedded profile.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { claimHome, claimShared, prepareHome } from "./claim.ts";
export { databaseName, readContents } from "./contents.ts";
export { type DiskUse, readDiskUse } from "./disk-use.ts";
export { makeHome } from "./folders.ts";
export { hostOf } from "./host.ts";
export { type HomeLock, lockHome, readHolder } from "./lock.ts";
export { missingDatabase, otherDatabase, readManifest } from "./manifest.ts";
export { type ServerPlace, takeServerPlace } from "./server-place.ts";
export { openSpaceWatch, type Space, type SpaceWatch } from "./space.ts";
