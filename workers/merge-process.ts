// Starts a process for one merge of an index, waits for its end, and kills it where the merge is no longer wanted.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { IndexError, type OpenOptions } from "#index-store/index-store.ts";

export interface MergeTask
  extends Pick<OpenOptions, "path" | "dim" | "schema">,
    Required<Pick<OpenOptions, "engine">> {
  readonly atRest: boolean;
  readonly collection: string;
  /** The server on which vectors are searched. */
  readonly vectorsUrl: string | undefined;
}

export type FromMerge =
  | { readonly merged: boolean }
  | { readonly error: string; readonly code: IndexError["code"] | null };

const program = fileURLToPath(new URL("./merge-main.ts", import.meta.url));
/** Limit of its JavaScript heap: texts and columns of the largest merge take about half of it. */
const HEAP_MB = 900;

/** The process of a merge ended without an outcome, most likely for want of memory. Nothing was changed. */
export class MergeDied extends Error {
  override readonly name = "MergeDied";
  constructor(how: string) {
    super(`The process that merged segments died (${how}). The segments stay as they were.`);
  }
}

/**
 * Makes the next merge in a process of its own, at this process's priority. Resolves when that has ended.
 * @returns whether anything was merged
 * @throws the signal's reason; IndexError "damaged" and others of the merge; MergeDied
 */
export const mergeInProcess = async (task: MergeTask, signal: AbortSignal): Promise<boolean> => {
  signal.throwIfAborted();
  const child = fork(program, [], {
    env: { MALLOC_ARENA_MAX: "2", ...process.env },
    execArgv: [`--max-old-space-size=${HEAP_MB}`, "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<FromMerge>();
    let said: FromMerge | undefined;
    child.on("message", (message) => {
      said = message as FromMerge;
    });
    child.on("error", reject);
    // Not on its command line, which every user of the machine can read: the address contains a password.
    child.send(task);
    child.on("exit", (code, killed) => {
      if (said) resolve(said);
      else reject(new MergeDied(killed ?? `exit ${code}`));
    });
    const answer = await promise.catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    if ("merged" in answer) return answer.merged;
    throw answer.code === null
      ? new Error(answer.error)
      : new IndexError(answer.code, answer.error);
  } finally {
    signal.removeEventListener("abort", kill);
  }
};
