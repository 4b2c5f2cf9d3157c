// A program for tests: opens a home that another process holds, with the embedder of tests, and runs the stages it is told.
import { readConfig } from "#services/config/config.ts";
import { type StageName, stageNames } from "#services/domain/stage-names.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import { openParlance } from "#services/wire.ts";
import { startBelt } from "./belt.ts";

const [home = "", list = "", dim = "64"] = process.argv.slice(2);
const stages = stageNames.filter((name: StageName) => list.split(",").includes(name));
const parlance = await openParlance(
  readConfig({
    PARLANCE_HOME: home,
    PARLANCE_INDEX_ENGINE: "flat",
    // Tests look at older versions.
    PARLANCE_KEEP_VERSIONS: "all",
  }),
  { lock: false, embedder: async () => openHashEmbedder({ dim: Number(dim) }) },
);
const belt = await startBelt(parlance, {
  stages,
  onError: (stage, error) => console.error(stage, error),
});
const leave = async () => {
  await belt.stop();
  await parlance.close();
  process.exit(0);
};
process.on("message", (message) => {
  if (message === "wake") parlance.bus.wake();
  if (message === "leave")
    leave().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
