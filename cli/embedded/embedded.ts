// The door of everything that the command line does with a home itself: serve it, work on it without a server, check, back up, restore.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.

export { backUpHome } from "./back-up-home.ts";
export { readBackup } from "./backup-archive.ts";
export {
  backUpDatabase,
  configuredPlace,
  copyBetween,
  migrateDatabase,
  stateOfDatabase,
  whereOf,
} from "./database-care.ts";
export { engineStates } from "./engine-states.ts";
export { examineHome } from "./examine-home.ts";
export { openLocal } from "./local.ts";
export { serveHere } from "./serve-here.ts";
