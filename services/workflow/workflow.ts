// The door of workflow: what follows where work ended otherwise than planned: given up, lost at a crash, undone by an erasure.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { analyseWhatIsLeft } from "./after-erasure.ts";
export { resumeAfterRepair } from "./after-repair.ts";
export { failForBuriedJob, resumeForRetriedJob } from "./given-up.ts";
export { repairAnalyses } from "./repair-analyses.ts";
export { repairView } from "./repair-view.ts";
