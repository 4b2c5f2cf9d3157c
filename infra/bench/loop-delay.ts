// Preloaded into a server by the load benchmark: writes to a file, on SIGUSR2, how long its main event loop was blocked.
import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const file = process.env["LOOP_DELAY_FILE"];
const isServer = process.argv[1]?.endsWith("cli/main.ts") === true;

if (file !== undefined && isServer && isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  process.on("SIGUSR2", () => {
    const milliseconds = { p99: delays.percentile(99) / 1e6, max: delays.max / 1e6 };
    delays.reset();
    appendFileSync(file, `${JSON.stringify(milliseconds)}\n`);
  });
}
