// A worker process: opens the home that its parent holds, runs the stages it is told, and may be killed at any moment.
import { getPriority, setPriority } from "node:os";
import { readConfig } from "#services/config/config.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { type StageName, stageNames } from "#services/domain/stage-names.ts";
import { dropFailedOutput } from "#services/log/log.ts";
import { openParlance } from "#services/wire.ts";
import { startBelt } from "./belt.ts";
import { openFailpoints } from "./failpoint.ts";
import type { FromWorker } from "./worker-process.ts";

/** Milliseconds after which it exits even if jobs in hand have not ended. Less than the 18 s after which the parent kills it. */
const LEAVE_MS = 15_000;

const [, , list = "", workerId = `${process.pid}`, nice = "10", host] = process.argv;
const stages = list.split(",").filter((name): name is StageName => {
  const known: readonly string[] = stageNames;
  return known.includes(name);
});

const say = (stage: string, error: unknown) => {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  // Messages of ours never quote a conversation; a stack says where a mistake of ours lies.
  const detail = error instanceof ParlanceError ? `${error.code}: ${message}` : (stack ?? name);
  console.error(`${stage}: ${detail}`);
};

// What is said here goes to the parent, which may be gone or slow: that is no reason to end.
dropFailedOutput(process.stdout, process.stderr);
// Whoever started Parlance at a lower priority keeps it: only root could raise it again.
setPriority(Math.max(getPriority(), Number(nice)));
const instance = await openParlance(readConfig(process.env), {
  lock: false,
  workerId,
  ...(host === undefined ? {} : { host }),
});
const belt = await startBelt(instance, {
  stages,
  reached: openFailpoints(process.env),
  onError: say,
});

const tell = (message: FromWorker) => {
  if (process.connected) process.send?.(message, () => undefined);
};
instance.health.onChange((parts) => tell({ parts }));
instance.space.onWaiting((waiting) => tell({ waiting }));

let leaving = false;
const leave = async () => {
  if (leaving) return;
  leaving = true;
  setTimeout(() => process.exit(1), LEAVE_MS).unref();
  await belt.stop();
  await instance.close();
  process.exit(0);
};
const leaveAndSay = () => {
  leave().catch((error: unknown) => {
    say("stopping", error);
    process.exit(1);
  });
};
process.on("SIGTERM", leaveAndSay);
// The terminal's Ctrl-C reaches children too: the parent decides when they leave.
process.on("SIGINT", () => undefined);
// The parent is dead: nobody would restart or stop this process any more.
process.on("disconnect", leaveAndSay);
// It may have died while this process opened the home, when nobody listened.
if (process.connected === false) leaveAndSay();
process.on("message", (message) => {
  if (message === "alive?") tell("alive");
  // A job has been written: look now instead of at the next poll.
  if (message === "wake") instance.bus.wake();
});
// The model takes a moment to load: the first import should not wait for it.
const sayModel = (error: unknown) => say("model", error);
if (stages.includes("embed")) instance.embedder().catch(sayModel);
if (stages.includes("ingest")) instance.tokenCounter().catch(sayModel);
tell("ready");
