// A process that makes one merge of an index and ends: its memory then belongs to the machine again. It may be killed at any time.
import { randomUUID } from "node:crypto";
import { IndexError, openIndexStore } from "#index-store/index-store.ts";
import { dropFailedOutput } from "#services/log/log.ts";
import type { FromMerge, MergeTask } from "./merge-process.ts";

dropFailedOutput(process.stdout, process.stderr);
// Its parent is dead, or does not want the merge any more.
process.on("disconnect", () => process.exit(1));

const task = JSON.parse(process.argv[2] ?? "{}") as MergeTask;

const merge = async (): Promise<FromMerge> => {
  try {
    const index = await openIndexStore({ ...task, now: Date.now, newId: randomUUID });
    const version = await index.merge({ atRest: task.atRest });
    await index.close();
    return { merged: version !== null };
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    return { error: message, code: error instanceof IndexError ? error.code : null };
  }
};

process.send?.(await merge(), () => process.exit(0));
