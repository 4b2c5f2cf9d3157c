// For tests of what one process sees of another one's work: a process of its own that runs stages on a home.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { StageName } from "#services/domain/stage-names.ts";

const program = fileURLToPath(new URL("./stages-process.builders.ts", import.meta.url));

export interface OtherProcess {
  wake(): void;
  /** What it wrote to its standard error. */
  readonly said: readonly string[];
  stop(): Promise<void>;
}

/** @param dim of the embedder of tests */
export const startOtherProcess = async (
  home: string,
  stages: readonly StageName[],
  dim = 64,
): Promise<OtherProcess> => {
  const child = fork(program, [home, stages.join(","), String(dim)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const said: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => said.push(text));
  await once(child, "message");
  return {
    said,
    wake: () => {
      child.send("wake");
    },
    stop: async () => {
      const left = once(child, "exit");
      child.send("leave");
      await left;
    },
  };
};
